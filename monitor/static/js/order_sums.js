/* What an order comes to. Law: sums are pure; null where something is not known, never a guess. */
import { t } from "./words.js";

/** The three forms of an amount, by the field that carries it: unit, and mg/kg/h of so much over the minutes. */
export const FORMS = {
  dose_mg_per_kg: { unit: "mg/kg", hourly: (amount, minutes) => (amount / minutes) * 60 },
  rate_mg_per_kg_h: { unit: "mg/kg/h", hourly: (amount) => amount },
  rate_mcg_per_kg_min: { unit: "µg/kg/min", hourly: (amount) => (amount * 60) / 1000 },
};

/** {mg, bolus_mg, ml, ml_per_h, mg_per_kg_h} of an order for a weight in kg; null when any part is missing. */
export function orderSums(order, weight) {
  const form = Object.keys(FORMS).find((name) => order[name] > 0);
  const { over_min: minutes, concentration_mg_per_ml: concentration, bolus_mg_per_kg: bolus } = order;
  if (!form || !(minutes > 0 && concentration > 0 && weight > 0)) return null;
  const mg_per_kg_h = FORMS[form].hourly(order[form], minutes);
  const bolus_mg = (bolus ?? 0) * weight;
  const mg = ((mg_per_kg_h * minutes) / 60) * weight + bolus_mg;
  return { mg, bolus_mg, ml: mg / concentration, ml_per_h: (mg_per_kg_h * weight) / concentration, mg_per_kg_h, minutes };
}

/** The order as it was written: “order 0.75 mg/kg/h over 40 min”. */
export function orderWords({ form, amount, mg_per_kg: dose, over_min: minutes }) {
  const written = FORMS[form] ? `${amount} ${FORMS[form].unit}` : `${dose} mg/kg`;
  return t("order_words", { written, minutes });
}

/** How an order stands to the guideline: shown beside it, nothing is blocked. */
export function guidelineWords(sums, guideline) {
  if (!sums || !guideline) return "";
  const mark = (inside) => t(inside ? "guideline_inside" : "guideline_outside");
  const rate = sums.mg_per_kg_h >= guideline.rate_low_mg_per_kg_h && sums.mg_per_kg_h <= guideline.rate_high_mg_per_kg_h;
  return t("guideline", {
    rate: sums.mg_per_kg_h.toFixed(2), low: guideline.rate_low_mg_per_kg_h, high: guideline.rate_high_mg_per_kg_h, rate_is: mark(rate),
    mg: sums.mg.toFixed(0), total: guideline.total_mg, total_is: mark(sums.mg >= guideline.total_mg),
    minutes: sums.minutes, longer: guideline.longer_than_min, length_is: mark(sums.minutes > guideline.longer_than_min),
  });
}
