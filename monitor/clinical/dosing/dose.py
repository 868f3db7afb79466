"""What was given: rates, holds and boluses added up. Law: exact, nothing rounded; a hold is a rate of 0.

A bolus counts from its time on; what lies after the moment asked about does not count yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


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


def infused_ml(steps: Sequence[RateStep], at: datetime) -> float:
    """The volume the rates add up to until `at`; steps in order of time."""
    ml = 0.0
    for place, step in enumerate(steps):
        until = min(at, steps[place + 1].at) if place + 1 < len(steps) else at
        ml += step.ml_per_h * max(0.0, (until - step.at).total_seconds()) / 3600
    return ml


def bolus_mg(boluses: Sequence[Bolus], at: datetime) -> float:
    """What was given at once until `at`."""
    return sum(bolus.mg for bolus in boluses if bolus.at <= at)


def given_mg(
    steps: Sequence[RateStep], concentration_mg_per_ml: float, at: datetime, boluses: Sequence[Bolus] = ()
) -> float:
    """The dose given until `at`; steps in order of time, later ones do not count yet."""
    return infused_ml(steps, at) * concentration_mg_per_ml + bolus_mg(boluses, at)


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
