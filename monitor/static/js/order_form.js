/* The fields of an amount in one of its three forms.
   Law: the amount's field carries the name of the form chosen; a number that is none is null, never a guess. */
import { plainNumber } from "./ask.js";
import { all, one, say } from "./dom.js";

/** Name and measure the amount as the form chosen says. */
export function nameAmount(root) {
  const { value, selectedOptions } = one("[data-order-form]", root);
  one("[data-order-amount] input", root).name = value;
  say(one("[data-order-amount] .unit", root), selectedOptions[0].dataset.unit);
}

/** The numbers typed, by name. */
export function typedNumbers(root) {
  return Object.fromEntries(all("input[inputmode=decimal]", root).map((field) => [field.name, plainNumber(field.value)]));
}
