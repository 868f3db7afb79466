"""The patient's own values before the infusion. Law: medians of accepted values, or the name of what is missing.

Source: CLINICAL.md §2.6 "Baseline" [D].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from monitor.clinical.policy.parts import BaselinePolicy
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import KINDS, Cadence, Vital
from monitor.clinical.watched import Baseline

Timed = Sequence[tuple[datetime, float]]

# The start needs these; a pulse rate stands in for a heart rate. The others are kept when they are there.
REQUIRED = (Vital.NIBP_SYS, Vital.NIBP_DIA, Vital.HR, Vital.SPO2, Vital.RR)
_STANDS_IN = {Vital.HR: Vital.PR}
_TAKEN = (*REQUIRED, Vital.PR, Vital.NIBP_MEAN, Vital.ETCO2, Vital.TEMP)


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """What could be taken, and the vitals that are still missing; complete when none is.

    `cuff_at` is when the oldest cuff pressure was measured without which there would be too few: the baseline counts
    as long as that one lies within the policy's window before the start. None when there are too few.
    """

    baseline: Baseline
    missing: tuple[Vital, ...]
    cuff_at: datetime | None = None

    @property
    def complete(self) -> bool:
        """Whether the session may start with it."""
        return not self.missing


def baseline(policy: ClinicPolicy, readings: Mapping[Vital, Timed], now: datetime) -> BaselineResult:
    """Take the baseline at `now` from accepted readings as (charted at, value), in any order."""
    values: dict[Vital, float] = {}
    for vital in _TAKEN:
        taken = median_of(policy.baseline, vital, readings.get(vital, ()), now)
        if taken is not None:
            values[vital] = taken
    missing = tuple(v for v in REQUIRED if v not in values and _STANDS_IN.get(v) not in values)
    cuffs = _apart(_inside(readings.get(Vital.NIBP_SYS, ()), policy.baseline.nibp_window_s, now), policy.baseline)
    needed = policy.baseline.nibp_readings
    return BaselineResult(Baseline(values, now), missing, cuffs[needed - 1][0] if len(cuffs) >= needed else None)


def median_of(policy: BaselinePolicy, vital: Vital, readings: Timed, now: datetime) -> float | None:
    """The median of one vital's accepted readings at `now`; None when there are too few in its window."""
    episodic = KINDS[vital].cadence is Cadence.EPISODIC
    window_s = policy.nibp_window_s if episodic else policy.continuous_window_s
    inside = _inside(readings, window_s, now)
    if vital is Vital.TEMP:  # one spot temperature is a baseline
        enough = 1
    elif episodic:
        inside, enough = _apart(inside, policy), policy.nibp_readings
    else:
        enough = policy.continuous_samples
    return median(value for _, value in inside) if len(inside) >= enough else None


def _inside(readings: Timed, window_s: float, now: datetime) -> list[tuple[datetime, float]]:
    """The readings of the window before `now`, oldest first."""
    return sorted((at, value) for at, value in readings if timedelta(0) <= now - at <= timedelta(seconds=window_s))


def _apart(readings: Timed, policy: BaselinePolicy) -> list[tuple[datetime, float]]:
    """The newest reading and those before it, each so far from the next kept one: repeats do not count twice."""
    kept: list[tuple[datetime, float]] = []
    for at, value in reversed(readings):
        if not kept or kept[-1][0] - at >= timedelta(seconds=policy.nibp_apart_s):
            kept.append((at, value))
    return kept
