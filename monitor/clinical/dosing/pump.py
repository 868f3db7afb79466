"""The pump's own totals against what was recorded.

Laws
1. The pump is a witness, never the record: it changes no dose, it only says that something differs.
2. A total that went backwards (a new bag, a reset) begins a new baseline and is said; totals are never added up.
3. A difference stands until a later total agrees; silence of the pump neither raises nor clears one.

Boluses may have come from the pump or from a syringe: a total that agrees with the record with or without them agrees.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.policy.dosing import PumpPolicy

_ROUNDING = 0.05  # pumps print tenths: less than that is no step backwards


@dataclass(frozen=True, slots=True)
class PumpTotal:
    """One running total of the pump: its newest value, and the value and time it is counted from."""

    value: float
    at: datetime
    base: float
    since_at: datetime
    fell_from: float | None = None  # what it stood at before it last went backwards


@dataclass(frozen=True, slots=True)
class Difference:
    """What the pump counted against what was recorded over the same time; mL or mg, pump minus record."""

    pump: float
    recorded: float
    off: float
    percent: float | None  # None when nothing was recorded
    since_at: datetime
    at: datetime
    beyond: bool


def counted(known: PumpTotal | None, value: float, at: datetime, started_at: datetime | None) -> PumpTotal:
    """Fold in a newer value of a total; before the start of the infusion it is only where counting begins."""
    if started_at is None or at <= started_at:
        return PumpTotal(value, at, value, at)
    if known is None:
        return PumpTotal(value, at, 0.0, started_at)  # nobody saw where it stood: taken as counted from 0
    if value < known.value - _ROUNDING:
        return PumpTotal(value, at, value, at, fell_from=known.value)
    return PumpTotal(value, at, known.base, max(known.since_at, started_at), known.fell_from)


def difference(
    policy: PumpPolicy,
    total: PumpTotal,
    without_boluses: Callable[[datetime], float],
    boluses: Callable[[datetime], float],
    tolerance: float,
) -> Difference:
    """Compare a total with the record over the time it counts; `tolerance` is in its own unit."""
    pump = total.value - total.base
    infused = without_boluses(total.at) - without_boluses(total.since_at)
    with_boluses = infused + boluses(total.at) - boluses(total.since_at)
    recorded = min((infused, with_boluses), key=lambda expected: abs(pump - expected))
    off = pump - recorded
    return Difference(
        pump,
        recorded,
        off,
        None if recorded <= 0 else off / recorded * 100,
        total.since_at,
        total.at,
        beyond=abs(off) > max(tolerance, recorded * policy.percent / 100),
    )


def rate_differs(
    policy: PumpPolicy, pump_ml_per_h: float, at: datetime, recorded_ml_per_h: float, changed_at: datetime
) -> bool:
    """Whether the pump runs at another rate than was recorded, once the record has had its time to follow."""
    if (at - changed_at).total_seconds() < policy.rate_grace_s:
        return False
    return abs(pump_ml_per_h - recorded_ml_per_h) > max(recorded_ml_per_h, pump_ml_per_h) * policy.rate_percent / 100
