/* Another order while the drug runs: signed by a physician, read back in words before it is sent.
   Law: the rate is never touched here; what was ordered before stays to be seen. */
import { Ask, report } from "./ask.js";
import { one, put, say } from "./dom.js";
import { nameAmount, typedNumbers } from "./order_form.js";
import { FORMS, orderSums, orderWords } from "./order_sums.js";
import { decimals } from "./phrases.js";
import { t, timeWords } from "./words.js";

export class OrderChange {
  #acts;
  #given;
  #dose = null;
  #head = null;
  #ask = null;

  /** given(): mg given by now. */
  constructor(acts, given) {
    this.#acts = acts;
    this.#given = given;
    const button = one("[data-act=change_order]");
    if (!button) return; // only a physician orders
    this.#ask = Ask.named("change_order");
    const root = this.#ask.element;
    one("[data-order-form]", root).addEventListener("change", () => this.#name());
    root.addEventListener("input", () => this.#draw());
    button.addEventListener("click", () => this.#open());
  }

  show(dose, head) {
    if (dose !== undefined) this.#dose = dose;
    this.#head = head;
    const { rate_differs: differs = false, orders_before: before = [] } = this.#dose ?? {};
    put(one("#dose-differs"), "hidden", !differs);
    if (differs) say(one("#dose-differs"), decimals(t("order_differs", { ordered: this.#dose.ordered_rate_ml_per_h.toFixed(1), rate: this.#dose.rate_ml_per_h.toFixed(1) })));
    put(one("#dose-before"), "hidden", before.length === 0);
    const ended = (n) => before[n + 1]?.at ?? this.#dose.ordered_at;
    say(one("#dose-before"), before.map((order, n) => t("order_before", { at: timeWords(ended(n)), order: orderWords(order), by: order.ordered_by })).join(" · "));
  }

  /** What typed numbers come to with the bag that hangs; null while anything is missing. */
  #sums(typed) {
    const { concentration_mg_per_ml: concentration, ordered_bolus_mg: bolus } = this.#dose;
    const weight = this.#head.weight_kg;
    return orderSums({ ...typed, concentration_mg_per_ml: concentration, bolus_mg_per_kg: bolus ? bolus / weight : null }, weight);
  }

  #name() {
    nameAmount(this.#ask.element);
    this.#draw();
  }

  #words(key, sums, more = {}) {
    return decimals(t(key, { mg: sums.mg.toFixed(1), rate: sums.ml_per_h.toFixed(1), given: (this.#given() ?? 0).toFixed(1), ...more }));
  }

  #draw() {
    const sums = this.#dose && this.#sums(typedNumbers(this.#ask.element));
    say(one("[data-order-sums]", this.#ask.element), sums ? this.#words("order_sums", sums) : "");
  }

  #open() {
    if (!this.#dose) return;
    report(one("#dose-said"), "");
    say(one("[data-order-now]", this.#ask.element), t("order_now", { order: orderWords(this.#dose), by: this.#dose.ordered_by }));
    this.#ask.open({
      seen: this.#acts.version,
      confirm: (values) => {
        const form = Object.keys(FORMS).find((name) => values[name] > 0);
        const order = orderWords({ form, amount: values[form], over_min: values.over_min });
        return this.#words("confirm_change_order", this.#sums(values), { order });
      },
      submit: async (values, seen) => {
        const reply = await this.#acts.do("change_order", values, seen);
        if (reply.ok) report(one("#dose-said"), reply.words, "done");
        return reply;
      },
    });
    this.#name();
  }
}
