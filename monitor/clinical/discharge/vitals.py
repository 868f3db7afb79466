"""The criteria that the monitor answers: time, blood pressure, heart rate, oxygen, breathing.

Laws
1. A value older than its freshness answers nothing.
2. A gap is neither good nor bad: a sustained rule counts only time a sample speaks for, and asks for enough of it.
3. A questionable value never helps to meet a criterion; out of range it counts against a sustained one.
4. After end_monitoring the captured vitals are judged as of that moment, for a while.

Source: CLINICAL.md §4.5 (1), (3), (4); freshness: DESIGN.md "Time".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from monitor.clinical.discharge.evidence import DischargeEvidence, Timed
from monitor.clinical.discharge.findings import Finding, Result, met, not_met, unknown
from monitor.clinical.policy.parts import DischargePolicy
from monitor.clinical.vitals import Vital
from monitor.clinical.words import NAMES, number


def seconds(value: float) -> timedelta:
    """A duration of the policy."""
    return timedelta(seconds=value)


def time_since_end(policy: DischargePolicy, evidence: DischargeEvidence, now: datetime) -> Finding:
    """(1) Long enough since the infusion ended (and, where a policy says so, since it started)."""
    if evidence.ended_at is None or evidence.started_at is None:
        return not_met("infusion not ended")
    free_at = max(evidence.ended_at + seconds(policy.after_end_s), evidence.started_at + seconds(policy.after_start_s))
    words = f"ended {evidence.ended_at:%H:%M:%S} UTC, at least {policy.after_end_s / 60:g} min"
    held_s = max(0.0, (now - evidence.ended_at).total_seconds())
    needed_s = (free_at - evidence.ended_at).total_seconds()
    result = Result.MET if now >= free_at else Result.NOT_MET
    expected = None if now >= free_at else free_at
    return Finding(result, words, free_at if now >= free_at else None, expected, min(held_s, needed_s), needed_s)


def vitals_as_of(policy: DischargePolicy, evidence: DischargeEvidence, now: datetime) -> datetime | None:
    """The moment the vitals are judged at; None when captured vitals no longer count."""
    captured_at = evidence.monitoring_ended_at
    if captured_at is None or captured_at > now:
        return now
    return captured_at if now - captured_at <= seconds(policy.captured_s) else None


def _until(readings: Timed, as_of: datetime) -> list[tuple[datetime, float]]:
    return [(at, value) for at, value in readings if at <= as_of]


@dataclass(frozen=True, slots=True)
class _Pressure:
    at: datetime
    sys: float
    dia: float


def blood_pressure(policy: DischargePolicy, evidence: DischargeEvidence, as_of: datetime) -> Finding:
    """(3) Near baseline, or below the limits and not rising over readings far enough apart."""
    diastolic = dict(_until(evidence.readings.get(Vital.NIBP_DIA, ()), as_of))
    systolic = _until(evidence.readings.get(Vital.NIBP_SYS, ()), as_of)
    taken = [_Pressure(at, sys, diastolic[at]) for at, sys in systolic if at in diastolic]
    if not taken:
        return unknown("no blood pressure")
    newest = taken[-1]
    words = f"{number(newest.sys)}/{number(newest.dia)}"
    if as_of - newest.at > seconds(policy.episodic_fresh_s):
        return unknown(f"{words}, {_minutes(as_of - newest.at)} old")
    doubted = _until(evidence.questionable.get(Vital.NIBP_SYS, ()), as_of)
    if doubted and doubted[-1][0] > newest.at:
        return unknown(f"{words}, the next one, {number(doubted[-1][1])}, is questionable")
    base = evidence.baseline
    base_sys = None if base is None else base.get(Vital.NIBP_SYS)
    base_dia = None if base is None else base.get(Vital.NIBP_DIA)
    if base_sys is not None and base_dia is not None:
        words += f", baseline {number(base_sys)}/{number(base_dia)}"
        if _near(policy, newest.sys, base_sys) and _near(policy, newest.dia, base_dia):
            return met(words, newest.at)
    return _falling(policy, taken, words)


def _falling(policy: DischargePolicy, taken: Sequence[_Pressure], words: str) -> Finding:
    """The run of readings up to the newest that are below the limits and each not higher than the one before."""
    run: list[_Pressure] = []
    for reading in reversed(taken):
        below = reading.sys < policy.sys_below and reading.dia < policy.dia_below
        if not below or (run and (run[-1].sys > reading.sys or run[-1].dia > reading.dia)):
            break
        run.append(reading)
    if not run:
        return not_met(f"{words}, not below {policy.sys_below:g}/{policy.dia_below:g}")
    complete_at = run[-1].at + seconds(policy.falling_apart_s)
    if run[0].at >= complete_at:
        return met(f"{words}, below {policy.sys_below:g}/{policy.dia_below:g} and not rising", run[0].at)
    return not_met(f"{words}, second reading at {policy.falling_apart_s / 60:g} min or later", complete_at)


def rates(policy: DischargePolicy, evidence: DischargeEvidence, as_of: datetime) -> tuple[Vital, Timed]:
    """The heart rates (or, without any, pulse rates) that are judged: those of the last minute, or none."""
    for vital in (Vital.HR, Vital.PR):
        values = _until(evidence.readings.get(vital, ()), as_of)
        if values and as_of - values[-1][0] <= seconds(policy.continuous_fresh_s):
            return vital, [(at, value) for at, value in values if values[-1][0] - at <= seconds(policy.hr_median_s)]
    return Vital.HR, ()


def heart_rate(policy: DischargePolicy, evidence: DischargeEvidence, as_of: datetime) -> Finding:
    """(3) Heart rate (or pulse rate) in its range or near baseline: median of the last minute."""
    vital, last = rates(policy, evidence, as_of)
    if not last:
        return unknown("no heart rate")
    rate = median(value for _, value in last)
    base = None if evidence.baseline is None else evidence.baseline.get(vital)
    words = f"{NAMES[vital]} {number(rate)}" + ("" if base is None else f", baseline {number(base)}")
    if policy.hr_low <= rate <= policy.hr_high or (base is not None and _near(policy, rate, base)):
        return met(words)  # a sliding minute: since when would only be a minute ago
    return not_met(words)


def _near(policy: DischargePolicy, value: float, base: float) -> bool:
    return abs(value - base) <= base * policy.near_baseline_percent / 100


def sustained(policy: DischargePolicy, evidence: DischargeEvidence, vital: Vital, as_of: datetime) -> Finding:
    """(4) SpO2 or RR in range in nearly all valid samples of the last 15 min, of which enough was measured."""
    low, high = _range(policy, evidence, vital)
    samples = _until(evidence.readings.get(vital, ()), as_of)
    if not samples or as_of - samples[-1][0] > seconds(policy.continuous_fresh_s):
        return unknown(f"no {NAMES[vital]}" + ("" if not samples else f" for {_minutes(as_of - samples[-1][0])}"))
    opens_at = as_of - seconds(policy.sustained_s)
    doubted = [one for one in _until(evidence.questionable.get(vital, ()), as_of) if not low <= one[1] <= high]
    window = [(at, value) for at, value in sorted([*samples, *doubted]) if at > opens_at]
    bad = [(at, value) for at, value in window if not low <= value <= high]
    words = f"{NAMES[vital]} {number(samples[-1][1])}"
    if bad:
        words += f", last out of limits {bad[-1][0]:%H:%M:%S} UTC, {NAMES[vital]} {number(bad[-1][1])}"
    clean_from = max([_unbroken_from(policy, samples, as_of), *(at for at, _ in bad)])
    held_s = min(policy.sustained_s, (as_of - clean_from).total_seconds())
    expected = None if bad and bad[-1][0] >= samples[-1][0] else clean_from + seconds(policy.sustained_s)
    if len(window) - len(bad) < policy.sustained_percent / 100 * len(window):
        return Finding(Result.NOT_MET, words, None, expected, held_s, policy.sustained_s)
    spoken_s = covered_s(policy, samples, opens_at, as_of)
    if spoken_s < policy.covered_percent / 100 * policy.sustained_s:
        words += f", measured {spoken_s / 60:.0f} of {policy.sustained_s / 60:g} min"
        return Finding(Result.UNKNOWN, words, None, expected, held_s, policy.sustained_s)
    return Finding(Result.MET, words, opens_at, None, policy.sustained_s, policy.sustained_s)


def _range(policy: DischargePolicy, evidence: DischargeEvidence, vital: Vital) -> tuple[float, float]:
    if vital is Vital.RR:
        return policy.rr_low, policy.rr_high
    base = None if evidence.baseline is None else evidence.baseline.get(vital)
    return policy.spo2_min if base is None else min(policy.spo2_min, base), float("inf")


def _unbroken_from(policy: DischargePolicy, samples: Timed, as_of: datetime) -> datetime:
    """Since when samples have followed each other without a gap; `as_of` when the newest speaks no longer."""
    covers = seconds(policy.sample_covers_s)
    if as_of - samples[-1][0] > covers:
        return as_of
    unbroken = samples[-1][0]
    for (earlier, _), (later, _) in pairwise(reversed(samples)):
        if earlier - later > covers:
            break
        unbroken = later
    return unbroken


def covered_s(policy: DischargePolicy, samples: Timed, opens_at: datetime, as_of: datetime) -> float:
    """Seconds of the window for which a sample speaks: until the next one, at most so long."""
    covers = seconds(policy.sample_covers_s)
    ends = [at for at, _ in samples[1:]] + [as_of]
    total = 0.0
    for (at, _), end in zip(samples, ends, strict=True):
        total += max(0.0, (min(end, at + covers) - max(at, opens_at)).total_seconds())
    return total


def room_air(evidence: DischargeEvidence) -> Finding:
    """(4) On room air, as the newest Aldrete says: 2 points for saturation are for room air."""
    sets = evidence.scores.get("aldrete", ())
    if not sets:
        return unknown("room air not known (Aldrete)")
    at, items = sets[-1]
    return met("room air", at) if items.get("oxygen_saturation") == 2 else not_met("needs oxygen")


def _minutes(age: timedelta) -> str:
    return f"{age.total_seconds() / 60:.0f} min"
