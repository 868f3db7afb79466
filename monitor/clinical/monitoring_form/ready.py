"""When the patient would have been ready to leave, had there been no minimum time: the gate itself, asked of the past.

Laws
1. The gate answers, minute by minute, on what had been recorded by then; nothing is judged here.
2. A moment nobody scored or measured is not ready: UNKNOWN is never MET.

Source: CLINICAL.md §7.1 (hypothetical “ready to leave”).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.clinical.discharge.evidence import DischargeEvidence, HighAlarm
from monitor.clinical.discharge.findings import Result
from monitor.clinical.discharge.gate import VITAL_CRITERIA, evaluate
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import NIBP, Vital

TIME = "time"
CONFIRMED = "confirmations"
STEP = timedelta(minutes=1)
LONGEST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The first minute at which all but the time was met, and all but time and confirmations; None: never by then."""

    all_but_time_at: datetime | None = None
    clinical_at: datetime | None = None


def would_have_been_ready(policy: ClinicPolicy, evidence: DischargeEvidence, until_at: datetime) -> Readiness:
    """Look at each minute from the end of the infusion to `until_at` (at most eight hours)."""
    if evidence.ended_at is None:
        return Readiness()
    clinical_at = None
    at, last_at = evidence.ended_at, min(until_at, evidence.ended_at + LONGEST)
    while at <= last_at:
        open_criteria = _open(policy, evidence, at)
        if not open_criteria - {CONFIRMED}:
            clinical_at = clinical_at or at
            if not open_criteria:
                return Readiness(at, clinical_at)
        at += STEP
    return Readiness(None, clinical_at)


def _open(policy: ClinicPolicy, evidence: DischargeEvidence, at: datetime) -> frozenset[str]:
    """What but the time was open then; the vitals are only looked at when nothing else but confirmations was."""
    then = by_then(evidence, at)
    unmeasured = _not_met(policy, replace(then, readings={}, questionable={}), at) - frozenset(VITAL_CRITERIA)
    if unmeasured - {CONFIRMED}:
        return unmeasured
    return _not_met(policy, _lately(policy, then, at), at)


def _not_met(policy: ClinicPolicy, evidence: DischargeEvidence, at: datetime) -> frozenset[str]:
    found = evaluate(policy, evidence, at).criteria
    return frozenset(one.id for one in found if one.result is not Result.MET and one.id != TIME)


def by_then(evidence: DischargeEvidence, at: datetime) -> DischargeEvidence:
    """What had happened by a moment: later entries had not, and an alarm that ended later was there."""
    return replace(
        evidence,
        scores={kind: [one for one in sets if one[0] <= at] for kind, sets in evidence.scores.items()},
        high_alarms=[_alarm_then(one, at) for one in evidence.high_alarms if one.raised_at <= at],
        drugs=[one for one in evidence.drugs if one[0] <= at],
    )


def _alarm_then(alarm: HighAlarm, at: datetime) -> HighAlarm:
    present = alarm.ended_at is None or alarm.ended_at > at
    return replace(alarm, ended_at=None, artefact=False) if present else alarm


def _lately(policy: ClinicPolicy, evidence: DischargeEvidence, at: datetime) -> DischargeEvidence:
    """Only what the vital criteria look at: every cuff, and of what is measured all the time the sustained stretch."""
    gate = policy.discharge
    since_at = at - timedelta(seconds=gate.sustained_s + gate.sample_covers_s + gate.continuous_fresh_s)
    if evidence.monitoring_ended_at is not None and evidence.monitoring_ended_at <= at:
        since_at -= at - evidence.monitoring_ended_at
    return replace(
        evidence,
        readings=_since(evidence.readings, since_at, NIBP),
        questionable=_since(evidence.questionable, since_at, NIBP),
    )


def _since(
    values: Mapping[Vital, Sequence[tuple[datetime, float]]], since_at: datetime, whole: Collection[Vital]
) -> dict[Vital, Sequence[tuple[datetime, float]]]:
    return {
        vital: said if vital in whole else [one for one in said if one[0] >= since_at] for vital, said in values.items()
    }
