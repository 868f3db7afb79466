/* What a second person compares before the start: the recorded order in figures, and beside it what the pump itself says.
   Laws: of the record and of the pump, never of what is being typed; an old word of the pump is not shown; from what
   difference on a number is marked is the policy's. */
import { make, one, fill } from "./dom.js";
import { orderSums } from "./order_sums.js";
import { decimals } from "./phrases.js";
import { t } from "./words.js";

/** Whether a number is further than so many percent from the ordered one. */
export const differs = (said, ordered, percent) => said > 0 && Math.abs(said - ordered) * 100 > percent * ordered;
const figure = (value) => decimals(String(Number(value.toFixed(2))));

export function showCheck(ordered, weight, pump, percent) {
  const sums = orderSums(ordered, weight);
  if (!sums) return void fill(one("#check-what"), t("check_nothing"));
  const concentration = ordered.concentration_mg_per_ml;
  const rows = [make("b", {}, t("check_ordered", { concentration: figure(concentration), ml: figure(sums.ml), rate: figure(sums.ml_per_h) }))];
  const fresh = pump && pump.age_s < pump.missing_after_s;
  const said = fresh ? [[pump.concentration_mg_per_ml, concentration, "mg/mL"], [pump.rate_ml_per_h, sums.ml_per_h, "mL/h"]].filter(([value]) => value > 0) : [];
  if (said.length) {
    const apart = said.some(([value, ordered_]) => differs(value, ordered_, percent));
    rows.push(make("span", { "data-differs": apart }, `${t("check_pump", { words: said.map(([value, , unit]) => `${figure(value)} ${unit}`).join(" · ") })}${apart ? ` △ ${t("check_differs")}` : ""}`));
  }
  fill(one("#check-what"), ...rows);
}
