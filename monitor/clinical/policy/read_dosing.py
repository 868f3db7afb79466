"""From the [dosing] tables of a policy text to DosingPolicy. Law: one line a number; a range has its low end first."""

from monitor.clinical.policy.dosing import DosingPolicy, Guideline, PumpPolicy, Range, Typical
from monitor.clinical.policy.reader import Part

# Bounds and usual ranges: the key in the text, the field of an act it is about, and its unit.
_BOUNDS = (
    ("weight", "weight_kg", "kg"),
    ("dose", "dose_mg_per_kg", "mg/kg"),
    ("rate", "rate_mg_per_kg_h", "mg/kg/h"),
    ("duration", "over_min", "min"),
    ("concentration", "concentration_mg_per_ml", "mg/mL"),
    ("pump_rate", "rate_ml_per_h", "mL/h"),
    ("bolus", "dose_mg", "mg"),
    ("ordered_bolus", "bolus_mg_per_kg", "mg/kg"),
    ("bag", "bag_ml", "mL"),
    ("waste", "waste_mg", "mg"),
)
_USUAL = (_BOUNDS[0], _BOUNDS[3], _BOUNDS[4])  # of a rate the guideline says it


def read_dosing(part: Part) -> DosingPolicy:
    """The [dosing] table with its parts."""
    bounds, usual = part.part("bounds"), part.part("usual")
    dosing = DosingPolicy(
        rate_mg_per_kg_h=part.quantity("rate", "mg/kg/h"),
        bolus_mg_per_kg=part.quantity("bolus", "mg/kg"),
        total_mg_per_kg=part.quantity("total", "mg/kg"),
        rate_step_factor=part.quantity("rate_step", "1"),
        start_differs_percent=part.quantity("start_differs", "%"),
        weight_change_percent=part.quantity("weight_change", "%"),
        like_percent=part.quantity("like", "%"),
        guideline=_guideline(part.part("guideline")),
        bounds={field: _range(bounds, key, unit) for key, field, unit in _BOUNDS},
        usual={field: _range(usual, key, unit) for key, field, unit in _USUAL},
        typical=_typical(part.part("typical")),
        pump=_pump(part.part("pump")),
    )
    for read in (bounds, usual, part):
        read.close()
    _check(part, dosing)
    return dosing


def _range(part: Part, key: str, unit: str) -> Range:
    low, high = (_number(part, f"{key}_{end}", unit) for end in ("low", "high"))
    part.in_order(f"{key}_low", low, f"{key}_high", high)
    return Range(low, high, unit)


def _number(part: Part, key: str, unit: str) -> float:
    return part.seconds(key) / 60 if unit == "min" else part.quantity(key, unit)


def _guideline(part: Part) -> Guideline:
    guideline = Guideline(
        rate=_range(part, "rate", "mg/kg/h"),
        total_mg=part.quantity("total", "mg"),
        longer_than_min=part.seconds("longer_than") / 60,
        bolus_mg_per_kg=part.quantity("bolus", "mg/kg"),
    )
    part.close()
    return guideline


def _typical(part: Part) -> Typical:
    typical = Typical(
        dose_mg_per_kg=part.quantity("dose", "mg/kg"),
        rate_mg_per_kg_h=part.quantity("rate", "mg/kg/h"),
        concentration_mg_per_ml=part.quantity("concentration", "mg/mL"),
    )
    part.close()
    return typical


def _pump(part: Part) -> PumpPolicy:
    pump = PumpPolicy(
        tolerance_ml=part.quantity("tolerance", "mL"),
        percent=part.quantity("percent", "%"),
        rate_percent=part.quantity("rate_percent", "%"),
        check_percent=part.quantity("check_percent", "%"),
        start_percent=part.quantity("start_percent", "%"),
        rate_grace_s=part.seconds("rate_grace"),
    )
    part.close()
    return pump


def _check(part: Part, dosing: DosingPolicy) -> None:
    """A rail that nothing can reach, or a usual range beyond the bounds, protects nobody."""
    if dosing.rate_step_factor <= 1:
        part.refuse("rate_step.value", f"{dosing.rate_step_factor:g} is written", "more than 1")
    for key, field, _ in _USUAL:
        usual, bound = dosing.usual[field], dosing.bounds[field]
        if usual.low < bound.low or usual.high > bound.high:
            part.refuse(f"usual.{key}_low", f"{field} {usual.words} goes beyond its bounds", bound.words)
    reach = (
        ("rate", dosing.rate_mg_per_kg_h, dosing.bounds["rate_mg_per_kg_h"]),
        ("bolus", dosing.bolus_mg_per_kg, dosing.bounds["bolus_mg_per_kg"]),
        ("total", dosing.total_mg_per_kg, dosing.bounds["dose_mg_per_kg"]),
    )
    for name, rail, bound in reach:
        if rail < bound.low or rail > bound.high:
            part.refuse(f"{name}.value", f"the hard rail {rail:g} lies outside what can be entered", bound.words)
