"""Guard rails of a dose: what must be said, by whom, before an unusual number is recorded.

Laws
1. A bound refuses outright: such a number is no dose, whoever enters it.
2. A hard rail needs a physician's reason and a second person; a soft rail needs a reason from whoever acts.
3. Giving less than usual, or less than now, asks for a reason at most, never for a physician.

Source: CLINICAL.md §1.2 "Hard guard-rails", §1.1 (ranges); every number is in the policy.
"""

from dataclasses import dataclass
from enum import StrEnum

from monitor.clinical.dosing.likeness import (
    Setting,
    amount_looks_like,
    looks_like,
    minutes_look_like,
    rate_looks_like,
    tenfold,
)
from monitor.clinical.dosing.orders import Ordered, OrderForm, mcg_per_kg_min
from monitor.clinical.policy.dosing import DosingPolicy, Range
from monitor.errors import Refused

_EXACT = 1 + 1e-9  # 23.1 mg for 66 kg is 0.35 mg/kg, not a hair more


class RailLevel(StrEnum):
    """What a rail asks for."""

    SOFT = "soft"  # a reason from whoever acts
    SECOND_PERSON = "second_person"  # a reason and a second person
    PHYSICIAN = "physician"  # a reason and a physician, who acts or is the second person
    HARD = "hard"  # a physician, a reason and a second person


@dataclass(frozen=True, slots=True)
class Rail:
    """One rail that is crossed, by which field, in words."""

    level: RailLevel
    field: str
    words: str


class OutOfBounds(Refused):
    """A number that is no weight, dose, rate or concentration at all."""

    code = "out_of_bounds"


def bound_of(policy: DosingPolicy, field: str) -> Range:
    """The bounds of a field in the unit it is written in."""
    if field == OrderForm.MCG_PER_KG_MIN:
        written = policy.bounds[OrderForm.MG_PER_KG_H]
        return Range(round(mcg_per_kg_min(written.low), 3), round(mcg_per_kg_min(written.high), 3), "µg/kg/min")
    return policy.bounds[field]


def check_bound(policy: DosingPolicy, field: str, value: float, like: str = "") -> None:
    """Raises OutOfBounds naming field, value, accepted range and what the value looks like."""
    bound = bound_of(policy, field)
    if not bound.holds(value):
        looks = f" It {like}." if like else ""
        raise OutOfBounds(f"{field} is {value:g} {bound.unit}; accepted is {bound.words}.{looks}", (field,))


def check_order_bounds(policy: DosingPolicy, ordered: Ordered) -> None:
    """Every number of an order, each in its own field; raises OutOfBounds."""
    check_bound(policy, ordered.form, ordered.amount, amount_looks_like(policy, ordered))
    check_bound(policy, "over_min", ordered.over_min)
    check_bound(policy, "concentration_mg_per_ml", ordered.concentration_mg_per_ml)
    check_bound(policy, OrderForm.MG_PER_KG, ordered.dose_mg_per_kg)  # what a rate for so long adds up to
    if ordered.bolus_mg_per_kg:
        high = policy.bounds["bolus_mg_per_kg"].high
        like = "looks like mg, not mg/kg" if ordered.bolus_mg_per_kg > high else ""
        check_bound(policy, "bolus_mg_per_kg", ordered.bolus_mg_per_kg, like)
    if ordered.bag_ml is not None:
        check_bound(policy, "bag_ml", ordered.bag_ml)


def order_rails(policy: DosingPolicy, ordered: Ordered) -> list[Rail]:
    """What an order crosses; the rails are per kg, so they hold before anybody was weighed."""
    rate, form = ordered.mg_per_kg_h, ordered.form
    crossed = _hard_rate(policy, form, rate) + _hard_total(policy, form, ordered.total_mg_per_kg)
    crossed += _hard_bolus(policy, "bolus_mg_per_kg", ordered.bolus_mg_per_kg)
    guideline = policy.guideline.rate
    if _above(guideline.low, rate):
        crossed.append(_soft(form, f"rate {rate:.2f} mg/kg/h is below the guideline's {guideline.words}"))
    if _above(rate, guideline.high) and not _above(rate, policy.rate_mg_per_kg_h):
        crossed.append(_soft(form, f"rate {rate:.2f} mg/kg/h is above the guideline's {guideline.words}"))
    if like := amount_looks_like(policy, ordered):
        crossed.append(_soft(form, f"{form.value} {ordered.amount:g} {like}"))
    crossed += _unusual(policy, "over_min", ordered.over_min, minutes_look_like(ordered.over_min))
    concentration = ordered.concentration_mg_per_ml
    usual = tenfold(policy.typical.concentration_mg_per_ml, "mg/mL this clinic uses")
    return crossed + _unusual(
        policy, "concentration_mg_per_ml", concentration, looks_like(policy, concentration, usual)
    )


def weight_rails(policy: DosingPolicy, weight_kg: float, previous_kg: float | None) -> list[Rail]:
    """An unusual weight, and one that is not the weight this patient had the last time (None: never weighed here)."""
    crossed = _unusual(policy, "weight_kg", weight_kg)
    if previous_kg is None:
        return crossed
    like = looks_like(policy, weight_kg, tenfold(previous_kg, "kg of the last time"))
    if abs(weight_kg - previous_kg) > previous_kg * policy.weight_change_percent / 100:
        words = f"weight_kg {weight_kg:g} kg, {previous_kg:g} kg the last time"
        crossed.append(_soft("weight_kg", words + (f": {like}" if like else "")))
    return crossed


def rate_rails(
    policy: DosingPolicy, setting: Setting, ml_per_h: float, *, starting: bool, lowering: bool = False
) -> list[Rail]:
    """What a rate crosses: the first one is the ordered rate, a later one no leap from the one before.

    `lowering` is a running rate made slower: no hard rail stands in its way.
    """
    per_kg = ml_per_h * setting.ordered.concentration_mg_per_ml / setting.weight_kg
    crossed = [] if lowering else _hard_rate(policy, "rate_ml_per_h", per_kg)
    crossed += [] if lowering else _hard_total(policy, "rate_ml_per_h", setting.given_mg / setting.weight_kg)
    before = setting.before_ml_per_h
    differs = starting and _above(abs(ml_per_h - before), before * policy.start_differs_percent / 100)
    leaps = _above(ml_per_h, before * policy.rate_step_factor)
    like = rate_looks_like(policy, setting, ml_per_h, far=differs or leaps)
    if differs or leaps or like:
        compared = f"{before:.1f} before" if setting.last_ml_per_h else f"{before:.1f} ordered"
        words = f"rate_ml_per_h {ml_per_h:g} mL/h, {compared}" + (f": {like}" if like else "")
        crossed.append(_soft("rate_ml_per_h", words))
    return crossed


def bolus_rails(policy: DosingPolicy, setting: Setting, mg: float, last_mg: float | None) -> list[Rail]:
    """What a bolus crosses, with what was given already; `last_mg` is the bolus before it, or the ordered one."""
    crossed = _hard_bolus(policy, "dose_mg", mg / setting.weight_kg)
    crossed += _hard_total(policy, "dose_mg", (setting.given_mg + mg) / setting.weight_kg)
    like = looks_like(policy, mg, tenfold(last_mg, "mg before it"))
    if not like and mg <= policy.bolus_mg_per_kg:
        like = "looks like mg/kg, not mg"
    if like:
        crossed.append(_soft("dose_mg", f"dose_mg {mg:g} mg {like}"))
    return crossed


def _unusual(policy: DosingPolicy, field: str, value: float, like: str = "") -> list[Rail]:
    usual = policy.usual[field]
    if usual.holds(value):
        return []
    return [_soft(field, f"{field} {value:g} {usual.unit} is unusual ({usual.words})" + (f": {like}" if like else ""))]


def _hard_rate(policy: DosingPolicy, field: str, mg_per_kg_h: float) -> list[Rail]:
    return _hard(field, "rate", mg_per_kg_h, policy.rate_mg_per_kg_h, "mg/kg/h")


def _hard_bolus(policy: DosingPolicy, field: str, mg_per_kg: float) -> list[Rail]:
    return _hard(field, "bolus", mg_per_kg, policy.bolus_mg_per_kg, "mg/kg")


def _hard_total(policy: DosingPolicy, field: str, mg_per_kg: float) -> list[Rail]:
    return _hard(field, "total", mg_per_kg, policy.total_mg_per_kg, "mg/kg")


def _hard(field: str, name: str, value: float, most: float, unit: str) -> list[Rail]:
    if not _above(value, most):
        return []
    return [Rail(RailLevel.HARD, field, f"{name} {value:.2f} {unit} > {most:g}")]


def _above(value: float, limit: float) -> bool:
    return value > limit * _EXACT


def _soft(field: str, words: str) -> Rail:
    return Rail(RailLevel.SOFT, field, words)
