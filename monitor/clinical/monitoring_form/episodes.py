"""Sedation and dissociation over a session: when it was first seen, and when it was first seen to be gone.

Laws
1. “No” needs somebody who looked: without an observation after the start the answer is UNKNOWN.
2. Gone is what a later observation of every kind that had seen it says; nobody looking again is not gone.
3. A value between two observations is nobody's: onset and end are moments of observations.

Source: CLINICAL.md §7.1 (onset, time to resolution), §5.1 MOAA/S, §5.2 RASS, §5.4 POSS, §5.5 CADSS-6; that MOAA/S below
5, RASS below 0, POSS from 3 and CADSS-6 above the discharge limit or the baseline count is [D].
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.clinical.discharge.evidence import DischargeEvidence
from monitor.clinical.policy.parts import DischargePolicy
from monitor.clinical.scores.scales import total

TWO_HOURS = timedelta(hours=2)


class Seen(StrEnum):
    """Whether it was there."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # nobody looked after the start


@dataclass(frozen=True, slots=True)
class Symptom:
    """A symptom that was charted; grade 0 says that it is gone."""

    at: datetime
    name: str
    grade: int


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at the patient: by which scale or symptom, whether it was there, and what was found."""

    at: datetime
    kind: str
    there: bool
    words: str


@dataclass(frozen=True, slots=True)
class Episode:
    """Whether it was there; minutes count from the start of the infusion. `resolved_at` None: not seen to be gone."""

    seen: Seen
    onset_at: datetime | None = None
    resolved_at: datetime | None = None
    onset_min: float | None = None
    resolution_min: float | None = None
    within_two_hours: bool | None = None
    words: str = ""
    looked: int = 0


def sedation(policy: DischargePolicy, evidence: DischargeEvidence, symptoms: Sequence[Symptom]) -> Episode:
    """Less than awake, by any scale that was entered or by drowsiness that was charted."""
    seen = [
        *_scored(evidence, "moaas", lambda value: value < policy.moaas_min, "MOAA/S"),
        *_scored(evidence, "rass", lambda value: value < 0, "RASS"),
        *_scored(evidence, "poss", lambda value: value > policy.poss_max, "POSS"),
        *_charted(symptoms, frozenset({"drowsiness", "somnolence"})),
    ]
    return episode(evidence.started_at, seen)


def dissociation(policy: DischargePolicy, evidence: DischargeEvidence, symptoms: Sequence[Symptom]) -> Episode:
    """CADSS-6 above the discharge limit and the baseline, a hallucination, or dissociation that was charted."""
    limit = max(policy.cadss6_max, evidence.baseline_scores.get("cadss6", 0))
    seen = [
        *_scored(evidence, "cadss6", lambda value: value > limit, "CADSS-6"),
        *_scored(evidence, "perception", lambda value: value > 0, "Hallucination, distress"),
        *_charted(symptoms, frozenset({"dissociation", "hallucination", "hallucinations"})),
    ]
    return episode(evidence.started_at, seen)


def episode(started_at: datetime | None, observations: Iterable[Observation]) -> Episode:
    """From the observations after the start to the answer."""
    if started_at is None:
        return Episode(Seen.UNKNOWN)
    after = sorted((one for one in observations if one.at >= started_at), key=lambda one: one.at)
    there = [one for one in after if one.there]
    if not there:
        return Episode(Seen.NO if after else Seen.UNKNOWN, looked=len(after))
    onset_at = there[0].at
    gone_at = _gone_at(after)
    return Episode(
        Seen.YES,
        onset_at,
        gone_at,
        _minutes(started_at, onset_at),
        None if gone_at is None else _minutes(started_at, gone_at),
        None if gone_at is None else gone_at - started_at <= TWO_HOURS,
        there[0].words,
        len(after),
    )


def _gone_at(after: Sequence[Observation]) -> datetime | None:
    """When the last of the kinds that had seen it saw it gone; None while one of them has not."""
    ends: list[datetime] = []
    for kind in {one.kind for one in after if one.there}:
        of_kind = [one for one in after if one.kind == kind]
        last = max(place for place, one in enumerate(of_kind) if one.there)
        if last + 1 == len(of_kind):
            return None
        ends.append(of_kind[last + 1].at)
    return max(ends)


def _scored(evidence: DischargeEvidence, kind: str, there: Callable[[int], bool], title: str) -> list[Observation]:
    totals = [(at, total(kind, items)) for at, items in evidence.scores.get(kind, ())]
    return [Observation(at, kind, there(value), f"{title} {value}") for at, value in totals]


def _charted(symptoms: Sequence[Symptom], names: frozenset[str]) -> list[Observation]:
    return [
        Observation(one.at, f"symptom {one.name}", one.grade > 0, f"{one.name} {one.grade}")
        for one in symptoms
        if one.name.casefold() in names
    ]


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60
