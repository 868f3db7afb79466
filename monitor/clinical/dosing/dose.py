"""Dose arithmetic. Law: exact conversions, times as aware datetimes, nothing rounded; a hold is a rate of 0.

Source: CLINICAL.md §1.1 "Unit conversions" and §1.2 "Hard guard-rails".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clinical.policy.parts import DosingPolicy
from monitor.errors import Refused


class OrderRefused(Refused):
    """An order that cannot be computed."""

    code = "order_refused"


@dataclass(frozen=True, slots=True)
class RateStep:
    """From this time the pump runs at this rate, until the next step; 0 while held and after the end."""

    at: datetime
    ml_per_h: float


@dataclass(frozen=True, slots=True)
class Bolus:
    """A dose given at once."""

    at: datetime
    mg: float


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """What an order of mg/kg over minutes means in the pump's words."""

    total_mg: float
    volume_ml: float
    rate_ml_per_h: float
    mg_per_kg_h: float
    mcg_per_kg_min: float


def order_figures(
    weight_kg: float, dose_mg_per_kg: float, over_min: float, concentration_mg_per_ml: float
) -> OrderFigures:
    """Total mg, mL and mL/h of an order; raises OrderRefused unless every figure is above 0."""
    named = {
        "weight": weight_kg,
        "dose": dose_mg_per_kg,
        "duration": over_min,
        "concentration": concentration_mg_per_ml,
    }
    wrong = tuple(name for name, value in named.items() if not 0 < value < float("inf"))
    if wrong:
        raise OrderRefused(f"The {wrong[0]} must be more than 0.", wrong)
    total_mg = weight_kg * dose_mg_per_kg
    volume_ml = total_mg / concentration_mg_per_ml
    mg_per_kg_h = dose_mg_per_kg * 60 / over_min
    return OrderFigures(total_mg, volume_ml, volume_ml * 60 / over_min, mg_per_kg_h, mcg_per_kg_min(mg_per_kg_h))


def mcg_per_kg_min(mg_per_kg_h: float) -> float:
    """1 mg/kg/h = 16.667 µg/kg/min."""
    return mg_per_kg_h * 1000 / 60


def mg_per_kg_h(mcg_per_kg_min: float) -> float:
    """1 µg/kg/min = 0.06 mg/kg/h."""
    return mcg_per_kg_min * 60 / 1000


def guard_rails(policy: DosingPolicy, figures: OrderFigures, weight_kg: float) -> tuple[str, ...]:
    """Which guard rails an order crosses, in words; a physician may override with a reason."""
    crossed = []
    if figures.mg_per_kg_h > policy.rate_mg_per_kg_h:
        crossed.append(f"rate {figures.mg_per_kg_h:.2f} mg/kg/h > {policy.rate_mg_per_kg_h:g}")
    if figures.total_mg / weight_kg > policy.total_mg_per_kg:
        crossed.append(f"total {figures.total_mg / weight_kg:.2f} mg/kg > {policy.total_mg_per_kg:g}")
    return tuple(crossed)


def bolus_rail(policy: DosingPolicy, dose_mg: float, weight_kg: float) -> tuple[str, ...]:
    """The guard rail a bolus crosses, in words; empty when none."""
    per_kg = dose_mg / weight_kg
    return (f"bolus {per_kg:.2f} mg/kg > {policy.bolus_mg_per_kg:g}",) if per_kg > policy.bolus_mg_per_kg else ()


def given_mg(
    steps: Sequence[RateStep], concentration_mg_per_ml: float, at: datetime, boluses: Sequence[Bolus] = ()
) -> float:
    """The dose given until `at`; steps in order of time, later ones do not count yet."""
    ml = 0.0
    for place, step in enumerate(steps):
        until = min(at, steps[place + 1].at) if place + 1 < len(steps) else at
        ml += step.ml_per_h * max(0.0, (until - step.at).total_seconds()) / 3600
    return ml * concentration_mg_per_ml + sum(bolus.mg for bolus in boluses if bolus.at <= at)


def rate_at(steps: Sequence[RateStep], at: datetime) -> float:
    """The rate in mL/h at this time, 0 before the first step."""
    return next((step.ml_per_h for step in reversed(steps) if step.at <= at), 0.0)


def remaining_s(
    steps: Sequence[RateStep],
    concentration_mg_per_ml: float,
    ordered_mg: float,
    at: datetime,
    boluses: Sequence[Bolus] = (),
) -> float | None:
    """Seconds until the ordered dose is given at the present rate; None while nothing runs, 0 when it is given."""
    left_mg = ordered_mg - given_mg(steps, concentration_mg_per_ml, at, boluses)
    if left_mg <= 0:
        return 0.0
    mg_per_h = rate_at(steps, at) * concentration_mg_per_ml
    return left_mg / mg_per_h * 3600 if mg_per_h > 0 else None


def expected_end(
    steps: Sequence[RateStep],
    concentration_mg_per_ml: float,
    ordered_mg: float,
    at: datetime,
    boluses: Sequence[Bolus] = (),
) -> datetime | None:
    """When the ordered dose will be given at the present rate; None while nothing runs."""
    left_s = remaining_s(steps, concentration_mg_per_ml, ordered_mg, at, boluses)
    return None if left_s is None else at + timedelta(seconds=left_s)
