"""What a number looks like: ten times, a tenth, or the number of another field. Law: it is said, never corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.clinical.dosing.orders import Ordered, OrderFigures, OrderForm, mcg_per_kg_min
from monitor.clinical.policy.dosing import DosingPolicy

_ITS_OWN = 0.2  # a field whose number is the right rate's own (within a fifth) says nothing about a wrong field
_HOURS_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another number the person may have had before their eyes (None: there is none), and the words for it."""

    value: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What a pump is set for: order, weight, what was given already, and the rate it ran at before (0: none)."""

    ordered: Ordered
    figures: OrderFigures
    weight_kg: float
    given_mg: float
    last_ml_per_h: float = 0.0

    @property
    def before_ml_per_h(self) -> float:
        """The rate a new one is compared with."""
        return self.last_ml_per_h or self.figures.rate_ml_per_h


def looks_like(policy: DosingPolicy, value: float, likenesses: Sequence[Likeness]) -> str:
    """The words of the first number the value may have been taken from; empty when it looks like none."""
    for like in likenesses:
        if like.value and abs(value - like.value) <= like.value * policy.like_percent / 100:
            return like.words
    return ""


def tenfold(of: float | None, what: str) -> list[Likeness]:
    """Ten times a number, and a tenth of it."""
    if not of:
        return []
    return [
        Likeness(of * 10, f"looks like ten times the {of:g} {what}"),
        Likeness(of / 10, f"looks like a tenth of the {of:g} {what}"),
    ]


def amount_looks_like(policy: DosingPolicy, ordered: Ordered) -> str:
    """What the amount of an order looks like in the field it stands in."""
    amount, typical = ordered.amount, policy.typical
    highest = policy.bounds[OrderForm.MG_PER_KG_H].high
    if ordered.form is OrderForm.MG_PER_KG:
        if amount > policy.bounds[OrderForm.MG_PER_KG].high:
            return "looks like mg, not mg/kg"
        return looks_like(policy, amount, tenfold(typical.dose_mg_per_kg, "mg/kg this clinic gives"))
    if ordered.form is OrderForm.MG_PER_KG_H:
        if amount > highest:
            return "looks like µg/kg/min, not mg/kg/h"
        return looks_like(policy, amount, tenfold(typical.rate_mg_per_kg_h, "mg/kg/h this clinic gives"))
    if policy.guideline.rate.holds(amount):
        return "looks like mg/kg/h, not µg/kg/min"
    usual = mcg_per_kg_min(typical.rate_mg_per_kg_h)
    return looks_like(policy, amount, tenfold(usual, "µg/kg/min this clinic gives"))


def minutes_look_like(over_min: float) -> str:
    """A handful of minutes was probably meant as hours."""
    return "looks like hours, not min" if over_min <= _HOURS_AT_MOST else ""


def rate_looks_like(policy: DosingPolicy, setting: Setting, ml_per_h: float, *, far: bool) -> str:
    """Ten times or a tenth of the rate before, or, when it is far from that anyway, another number of the order."""
    before = setting.before_ml_per_h
    others = _other_fields(setting) if far else []
    return looks_like(policy, ml_per_h, [*others, *tenfold(before, "mL/h")])


def _other_fields(setting: Setting) -> list[Likeness]:
    figures, ordered, before = setting.figures, setting.ordered, setting.before_ml_per_h
    fields = (
        (figures.total_mg, "looks like the total mg, not mL/h"),
        (figures.volume_ml, "looks like the volume in mL, not mL/h"),
        (ordered.mg_per_kg_h * setting.weight_kg, "looks like mg/h, not mL/h"),
        (ordered.mg_per_kg_h, "looks like mg/kg/h, not mL/h"),
        (figures.mcg_per_kg_min, "looks like µg/kg/min, not mL/h"),
        (ordered.dose_mg_per_kg, "looks like mg/kg, not mL/h"),
    )
    return [Likeness(value, words) for value, words in fields if abs(value - before) > before * _ITS_OWN]
