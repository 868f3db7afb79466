"""May a patient with these vital signs be started on ketamine?

Laws
1. Missing or old values are UNKNOWN, and UNKNOWN never passes.
2. A pressure to hold for is measured again, so often and so far apart as the policy says; only readings open it again.
3. A pressure to refuse has no override: two readings far enough apart, both below the pressure to hold for, open it.
4. What a physician has seen covers that value and better ones; a worse value needs a new look.

Source: CLINICAL.md §2.6 "Pre-infusion gate"; the heart rate, SpO2 and RR are the medians the baseline is taken from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.clinical.policy.parts import BaselinePolicy
from monitor.clinical.policy.preparation_parts import VitalGatePolicy
from monitor.clinical.preparation.baseline import Timed, median_of
from monitor.clinical.preparation.entries import Review
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Baseline
from monitor.clinical.words import NAMES, number


class GateLevel(StrEnum):
    """What a finding asks for, the gravest first."""

    REFUSE = "refuse"  # do not start; only new readings open it
    HOLD = "hold"  # measure again
    UNKNOWN = "unknown"  # measure at all
    REVIEW = "review"  # a physician looks and says so


class Worse(StrEnum):
    """Which way a value gets worse."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class GateFinding:
    """One thing that stands against a start; `value` None for what is unknown."""

    id: str
    level: GateLevel
    words: str
    value: float | None = None
    worse: Worse = Worse.HIGHER
    recheck_at: datetime | None = None

    def covered_by(self, reviews: Sequence[Review]) -> Review | None:
        """The newest review of a value at least as bad as this one; None when none covers it."""
        if self.level is not GateLevel.REVIEW or self.value is None:
            return None
        sign = 1.0 if self.worse is Worse.HIGHER else -1.0
        covering = [one for one in reviews if one.finding == self.id and sign * one.value >= sign * self.value]
        return max(covering, key=lambda one: one.mark.version, default=None)


@dataclass(frozen=True, slots=True)
class GateReadings:
    """What the gate looks at: accepted readings of this session, oldest first, and the newest POSS level."""

    readings: Mapping[Vital, Timed]
    poss: tuple[datetime, int] | None = None

    @property
    def cuffs(self) -> tuple[tuple[datetime, float, float], ...]:
        """Every cuff measurement with both pressures, oldest first."""
        diastolic = dict(self.readings.get(Vital.NIBP_DIA, ()))
        systolic = self.readings.get(Vital.NIBP_SYS, ())
        return tuple(sorted((at, sys, diastolic[at]) for at, sys in systolic if at in diastolic))


def vital_gate(
    policy: VitalGatePolicy,
    baseline_policy: BaselinePolicy,
    seen: GateReadings,
    now: datetime,
    *,
    baseline: Baseline | None,
    on_air: bool | None,
) -> tuple[GateFinding, ...]:
    """Everything that stands against a start at `now`; empty when the gate is open."""
    return (
        *_pressure(policy, seen.cuffs, now),
        *_heart_rate(policy, baseline_policy, seen, now),
        *_oxygen(policy, baseline_policy, seen, now, baseline, on_air),
        *_breathing(policy, baseline_policy, seen, now),
        *_sedation(policy, seen, now),
    )


# --- blood pressure ---


@dataclass(frozen=True, slots=True)
class _Held:
    """A pressure to hold for was found; so many rechecks have counted, the last at this time."""

    counted_at: datetime
    rechecks: int


@dataclass(frozen=True, slots=True)
class _Refused:
    """Do not start; `low_since` is the first of the readings that may open it."""

    low_since: datetime | None


_Standing = _Held | _Refused | None
_Cuff = tuple[datetime, float, float]


def _pressure(policy: VitalGatePolicy, cuffs: Sequence[_Cuff], now: datetime) -> tuple[GateFinding, ...]:
    measured = [cuff for cuff in cuffs if cuff[0] <= now]
    standing: _Standing = None
    for cuff in measured:
        standing = _after(policy, standing, cuff)
    if not measured:
        return (GateFinding("pressure", GateLevel.UNKNOWN, "No blood pressure measured"),)
    at, sys, dia = measured[-1]
    words = f"BP {number(sys)}/{number(dia)}"
    apart = timedelta(seconds=policy.recheck_apart_s)
    if isinstance(standing, _Refused):
        again_at = at if standing.low_since is None else standing.low_since
        refused = f"{words}: do not start. Two readings {_minutes(apart)} apart below {_hold(policy)} open this"
        return (GateFinding("pressure", GateLevel.REFUSE, refused, sys, recheck_at=again_at + apart),)
    if isinstance(standing, _Held):
        recheck_at = standing.counted_at + apart
        held = f"{words}: hold. Recheck {standing.rechecks + 1} of {policy.rechecks}, {_minutes(apart)} after the last"
        return (GateFinding("pressure", GateLevel.HOLD, held, sys, recheck_at=recheck_at),)
    if now - at > timedelta(seconds=policy.fresh_s):
        return (GateFinding("pressure", GateLevel.UNKNOWN, f"{words} is {_minutes(now - at)} old"),)
    return _to_acknowledge(policy, sys, dia)


def _after(policy: VitalGatePolicy, standing: _Standing, cuff: _Cuff) -> _Standing:
    """Where the gate stands after one more measurement."""
    at, sys, dia = cuff
    apart = timedelta(seconds=policy.recheck_apart_s)
    high = sys >= policy.hold_sys_from or dia >= policy.hold_dia_from
    if sys >= policy.refuse_sys_from:
        return _Refused(None)
    if standing is None:
        return _Held(at, 0) if high else None
    if isinstance(standing, _Refused):
        return _after_a_refusal(standing, at, apart, high=high)
    if at - standing.counted_at < apart:
        return standing  # too early to count as a recheck
    if standing.rechecks + 1 < policy.rechecks:
        return _Held(at, standing.rechecks + 1)
    return _Refused(None) if high else None


def _after_a_refusal(standing: _Refused, at: datetime, apart: timedelta, *, high: bool) -> _Standing:
    if high:
        return _Refused(None)
    if standing.low_since is None:
        return _Refused(at)
    return None if at - standing.low_since >= apart else standing


def _to_acknowledge(policy: VitalGatePolicy, sys: float, dia: float) -> tuple[GateFinding, ...]:
    found = []
    if sys > policy.acknowledge_sys_above:
        words = f"Systolic {number(sys)} > {number(policy.acknowledge_sys_above)}"
        found.append(GateFinding("systolic", GateLevel.REVIEW, words, sys))
    if dia > policy.acknowledge_dia_above:
        words = f"Diastolic {number(dia)} > {number(policy.acknowledge_dia_above)}"
        found.append(GateFinding("diastolic", GateLevel.REVIEW, words, dia))
    return tuple(found)


def _hold(policy: VitalGatePolicy) -> str:
    return f"{number(policy.hold_sys_from)}/{number(policy.hold_dia_from)}"


def _minutes(length: timedelta) -> str:
    return f"{length.total_seconds() / 60:.0f} min"


# --- the others ---


def _median(policy: BaselinePolicy, seen: GateReadings, now: datetime, *vitals: Vital) -> float | None:
    for vital in vitals:
        value = median_of(policy, vital, seen.readings.get(vital, ()), now)
        if value is not None:
            return value
    return None


def _unknown(name: str, what: str) -> GateFinding:
    return GateFinding(name, GateLevel.UNKNOWN, f"No {what} in the last minutes")


def _heart_rate(
    policy: VitalGatePolicy, base: BaselinePolicy, seen: GateReadings, now: datetime
) -> tuple[GateFinding, ...]:
    rate = _median(base, seen, now, Vital.HR, Vital.PR)
    if rate is None:
        return (_unknown("heart_rate", "heart rate"),)
    if rate > policy.hr_high:
        words = f"HR {number(rate)} > {number(policy.hr_high)}"
        return (GateFinding("heart_rate_high", GateLevel.REVIEW, words, rate),)
    if rate < policy.hr_low:
        words = f"HR {number(rate)} < {number(policy.hr_low)}"
        return (GateFinding("heart_rate_low", GateLevel.REVIEW, words, rate, Worse.LOWER),)
    return ()


def _oxygen(
    policy: VitalGatePolicy,
    base: BaselinePolicy,
    seen: GateReadings,
    now: datetime,
    baseline: Baseline | None,
    on_air: bool | None,
) -> tuple[GateFinding, ...]:
    spo2 = _median(base, seen, now, Vital.SPO2)
    if spo2 is None:
        return (_unknown("spo2", "SpO₂"),)
    if on_air is None:
        return (GateFinding("spo2", GateLevel.UNKNOWN, "Not known whether on room air"),)
    own = None if baseline is None else baseline.get(Vital.SPO2)
    words = f"{NAMES[Vital.SPO2]} {number(spo2)}"
    if spo2 < policy.spo2_min:
        return (GateFinding("spo2", GateLevel.REVIEW, f"{words} < {number(policy.spo2_min)}", spo2, Worse.LOWER),)
    if own is not None and spo2 <= own - policy.spo2_below_baseline:
        return (GateFinding("spo2", GateLevel.REVIEW, f"{words}, baseline {number(own)}", spo2, Worse.LOWER),)
    if not on_air:
        return (GateFinding("spo2", GateLevel.REVIEW, f"{words} with oxygen, not on air", spo2, Worse.LOWER),)
    return ()


def _breathing(
    policy: VitalGatePolicy, base: BaselinePolicy, seen: GateReadings, now: datetime
) -> tuple[GateFinding, ...]:
    rate = _median(base, seen, now, Vital.RR)
    if rate is None:
        return (_unknown("rr", "respiratory rate"),)
    if rate < policy.rr_low:
        words = f"RR {number(rate)} < {number(policy.rr_low)}"
        return (GateFinding("rr", GateLevel.REVIEW, words, rate, Worse.LOWER),)
    return ()


def _sedation(policy: VitalGatePolicy, seen: GateReadings, now: datetime) -> tuple[GateFinding, ...]:
    if seen.poss is None:
        return (GateFinding("poss", GateLevel.UNKNOWN, "POSS not scored"),)
    at, level = seen.poss
    if now - at > timedelta(seconds=policy.fresh_s):
        return (GateFinding("poss", GateLevel.UNKNOWN, f"POSS is {_minutes(now - at)} old"),)
    if level >= policy.poss_from:
        return (GateFinding("poss", GateLevel.REVIEW, f"POSS {level} ≥ {policy.poss_from}", float(level)),)
    return ()
