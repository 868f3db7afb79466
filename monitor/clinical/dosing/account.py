"""The dose account: planned against given, interval by interval. Law: its last total is what `given_mg` says.

An interval is a stretch of one rate; it is cut at every change of rate, hold and bolus, so that a report can say what
each of them added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from monitor.clinical.dosing.dose import Bolus, RateStep, bolus_mg, given_mg, infused_ml, rate_at
from monitor.clinical.dosing.orders import OrderFigures


@dataclass(frozen=True, slots=True)
class Interval:
    """One stretch of one rate; `bolus_mg` was given at once at its beginning, `total_mg` is all given by its end."""

    from_at: datetime
    to_at: datetime
    rate_ml_per_h: float
    ml: float
    bolus_mg: float
    mg: float
    total_mg: float


@dataclass(frozen=True, slots=True)
class Given:
    """What had been given at one moment; `planned_mg` is what the order alone would have given by then."""

    at: datetime
    mg: float
    mg_per_kg: float
    infused_ml: float
    bolus_mg: float
    planned_mg: float


def intervals(
    steps: Sequence[RateStep], concentration_mg_per_ml: float, boluses: Sequence[Bolus], until: datetime
) -> list[Interval]:
    """The account's lines from the start until `until`, in order of time; none before the start."""
    if not steps:
        return []
    times = {step.at for step in steps} | {bolus.at for bolus in boluses}
    cuts = sorted(at for at in times if at <= until)
    lines: list[Interval] = []
    total_mg = 0.0
    for from_at, to_at in pairwise([*cuts, until]):
        ml = infused_ml(steps, to_at) - infused_ml(steps, from_at)
        at_once_mg = sum(bolus.mg for bolus in boluses if bolus.at == from_at)
        if from_at == to_at and not at_once_mg:
            continue  # a rate that begins at this very moment has given nothing yet
        mg = ml * concentration_mg_per_ml + at_once_mg
        total_mg += mg
        lines.append(Interval(from_at, to_at, rate_at(steps, from_at), ml, at_once_mg, mg, total_mg))
    return lines


def given_at(
    at: datetime,
    steps: Sequence[RateStep],
    boluses: Sequence[Bolus],
    orders: Sequence[tuple[datetime, OrderFigures]],
    concentration_mg_per_ml: float,
    weight_kg: float,
) -> Given:
    """The account at one moment; `orders` with when each was given, the oldest first."""
    mg = given_mg(steps, concentration_mg_per_ml, at, boluses)
    planned = planned_mg(at, steps[0].at, orders, concentration_mg_per_ml) if steps else 0.0
    return Given(at, mg, mg / weight_kg, infused_ml(steps, at), bolus_mg(boluses, at), planned)


def planned_mg(
    at: datetime, started_at: datetime, orders: Sequence[tuple[datetime, OrderFigures]], concentration_mg_per_ml: float
) -> float:
    """The orders run without a pause from the start on, each from when it was given, none beyond its own total."""
    if at < started_at or not orders:
        return 0.0
    mg = orders[0][1].bolus_mg
    untils = [max(started_at, ordered_at) for ordered_at, _ in orders[1:]]
    from_at = started_at
    for (_, figures), until in zip(orders, [*untils, at], strict=True):
        ran_h = max(0.0, (min(until, at) - from_at).total_seconds() / 3600)
        mg = max(mg, min(figures.total_mg, mg + figures.rate_ml_per_h * concentration_mg_per_ml * ran_h))
        from_at = max(from_at, min(until, at))
    return mg
