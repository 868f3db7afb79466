"""What the discharge gate is told. Law: plain facts in charted time, oldest first; only accepted values speak for the
patient, questionable ones can only speak against.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Baseline

Timed = Sequence[tuple[datetime, float]]
ScoreSets = Sequence[tuple[datetime, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class HighAlarm:
    """A High alarm of this session; `ended_at` None while its condition is present."""

    words: str
    raised_at: datetime
    ended_at: datetime | None
    acknowledged: bool
    artefact: bool = False  # a named nurse marked it as artefact, with a reason


@dataclass(frozen=True, slots=True)
class RassAccepted:
    """A physician accepts a patient who is this drowsy."""

    value: float
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DischargeEvidence:
    """Everything the gate may look at; `readings` and `scores` are oldest first, without replaced entries.

    `baseline_scores` holds totals before the infusion (nrs, cadss6); `drugs` are (given at, name in lower case).
    """

    started_at: datetime | None
    ended_at: datetime | None
    baseline: Baseline | None = None
    baseline_scores: Mapping[str, int] = field(default_factory=dict)
    readings: Mapping[Vital, Timed] = field(default_factory=dict)
    questionable: Mapping[Vital, Timed] = field(default_factory=dict)
    scores: Mapping[str, ScoreSets] = field(default_factory=dict)
    high_alarms: Sequence[HighAlarm] = ()
    drugs: Sequence[tuple[datetime, str]] = ()
    rass_accepted: Sequence[RassAccepted] = ()
    monitoring_ended_at: datetime | None = None
    predicted_clear_at: datetime | None = None  # when a model expects the drug's effect over: no criterion rests on it
