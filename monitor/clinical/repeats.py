"""When a blood pressure is asked for once more.

Laws
1. The first measurement beyond a limit that needs two asks for one repeat; so does a High that rang at once.
2. One repeat a scheduled reading: the measurement after one that asked is the repeat, and never asks itself.
3. A single extreme needs no repeat: it has rung already.

Source: CLINICAL.md §2.6, rows SBP high ("one repeat asked for per scheduled reading") and single extreme BP.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.clinical.alarms.table import AlarmStage, AlarmState
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import NIBP

TWICE = 2


@dataclass(frozen=True, slots=True)
class Pressure:
    """The newest measurement by its device time: whether it asks for a repeat, and whether it is one."""

    measured_at: datetime
    asks: bool
    is_repeat: bool


def after_pressure(last: Pressure | None, measured_at: datetime, *, first_beyond: bool) -> Pressure:
    """The newest measurement, after the last one; parts of one measurement may come one by one."""
    if last is not None and measured_at == last.measured_at:
        return replace(last, asks=last.asks or (first_beyond and not last.is_repeat))
    is_repeat = last is not None and last.asks
    return Pressure(measured_at, asks=first_beyond and not is_repeat, is_repeat=is_repeat)


def is_first_beyond(policy: ClinicPolicy, states: Mapping[str, AlarmState], measured_at: datetime) -> bool:
    """Whether this measurement is the first beyond a limit that needs two, and no single extreme has rung for it."""
    first = False
    for vital in NIBP:
        for rule in policy.rules_by_vital.get(vital, ()):
            state = states.get(rule.id)
            if state is None or state.measured_at != measured_at:
                continue
            counted = [level.measurements or 0 for level in rule.levels]
            if max(counted) < TWICE and state.stage is AlarmStage.ACTIVE:
                return False
            first = first or any(needs >= TWICE and held == 1 for needs, held in zip(counted, state.held, strict=False))
    return first
