"""May a patient with these vital signs be started on ketamine?

Laws
1. Missing or old values are UNKNOWN, and UNKNOWN never passes.
2. The blood pressure has laws of its own (pressure_gate.py).
3. What a physician has seen covers that value and better ones; a worse value needs a new look.
4. A value somebody marked as artefact opens nothing and still stands against: the gate is shut with it or without it.

Source: CLINICAL.md §2.6 "Pre-infusion gate"; the heart rate, SpO2 and RR are the medians the baseline is taken from.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.clinical.policy.parts import BaselinePolicy
from monitor.clinical.policy.preparation_parts import VitalGatePolicy
from monitor.clinical.preparation.baseline import median_of
from monitor.clinical.preparation.gate_findings import (
    Findings,
    GateFinding,
    GateLevel,
    GateReadings,
    Worse,
    minutes,
)
from monitor.clinical.preparation.pressure_gate import pressure_findings
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Baseline
from monitor.clinical.words import NAMES, number


def vital_gate(
    policy: VitalGatePolicy,
    baseline_policy: BaselinePolicy,
    seen: GateReadings,
    now: datetime,
    *,
    baseline: Baseline | None,
    on_air: bool | None,
) -> Findings:
    """Everything that stands against a start at `now`; empty when the gate is open."""

    def continuous(of: GateReadings) -> Findings:
        return (
            *_heart_rate(policy, baseline_policy, of, now),
            *_oxygen(policy, baseline_policy, of, now, baseline, on_air),
            *_breathing(policy, baseline_policy, of, now),
        )

    return (
        *pressure_findings(policy, seen, now),
        *_worse_of(continuous(seen), continuous(seen.with_marked)),
        *_sedation(policy, seen, now),
    )


def _worse_of(without: Findings, marked_too: Findings) -> Findings:
    """What stands without the marked values, and what stands with them beside it; of one finding the worse value."""
    standing = {one.id: one for one in without}
    for one in marked_too:
        known = standing.get(one.id)
        if one == known or one.value is None:
            continue
        if known is None or (known.value is not None and known.is_no_worse_than(one.value)):
            standing[one.id] = replace(one, words=f"{one.words}, marked values counted")
    return tuple(standing.values())


def _median(policy: BaselinePolicy, seen: GateReadings, now: datetime, *vitals: Vital) -> float | None:
    for vital in vitals:
        value = median_of(policy, vital, seen.readings.get(vital, ()), now)
        if value is not None:
            return value
    return None


def _unknown(name: str, what: str) -> GateFinding:
    return GateFinding(name, GateLevel.UNKNOWN, f"No {what} in the last minutes")


def _heart_rate(policy: VitalGatePolicy, base: BaselinePolicy, seen: GateReadings, now: datetime) -> Findings:
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
) -> Findings:
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


def _breathing(policy: VitalGatePolicy, base: BaselinePolicy, seen: GateReadings, now: datetime) -> Findings:
    rate = _median(base, seen, now, Vital.RR)
    if rate is None:
        return (_unknown("rr", "respiratory rate"),)
    if rate < policy.rr_low:
        words = f"RR {number(rate)} < {number(policy.rr_low)}"
        return (GateFinding("rr", GateLevel.REVIEW, words, rate, Worse.LOWER),)
    return ()


def _sedation(policy: VitalGatePolicy, seen: GateReadings, now: datetime) -> Findings:
    if seen.poss is None:
        return (GateFinding("poss", GateLevel.UNKNOWN, "POSS not scored"),)
    at, level = seen.poss
    if now - at > timedelta(seconds=policy.fresh_s):
        return (GateFinding("poss", GateLevel.UNKNOWN, f"POSS is {minutes(now - at)} old"),)
    if level >= policy.poss_from:
        return (GateFinding("poss", GateLevel.REVIEW, f"POSS {level} ≥ {policy.poss_from}", float(level)),)
    return ()
