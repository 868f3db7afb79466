/* What an order comes to. Law: pure sums; null where something is not known, never a guess. */

/** {mg, ml, ml_per_h, mg_per_kg_h} of mg/kg over minutes at mg/mL for a weight in kg; null when any part is missing. */
export function orderSums({ dose_mg_per_kg: dose, over_min: minutes, concentration_mg_per_ml: concentration }, weight) {
  if (!(dose > 0 && minutes > 0 && concentration > 0 && weight > 0)) return null;
  const mg = dose * weight;
  const ml = mg / concentration;
  return { mg, ml, ml_per_h: (ml / minutes) * 60, mg_per_kg_h: (dose / minutes) * 60 };
}
