"""What is told of a session, as values. Law: no record, no wire; what is None was not known and is not said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from monitor.clinical.adverse_events import AdverseEvent


@dataclass(frozen=True, slots=True)
class Extremes:
    """A vital over the whole session; plausible values only, none that a device took back."""

    vital: str
    lowest: float
    highest: float
    last: float | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Given:
    """The dose account at its end."""

    drug: str
    given_mg: float
    given_mg_per_kg: float | None
    ordered_mg: float | None
    weight_kg: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """The newest total of one score."""

    kind: str
    total: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature under a discharge; `criteria` are (id, result) as they were signed."""

    id: int
    record_sha256: str
    meaning: str
    printed_name: str
    role: str
    signed_at: datetime
    utc_offset_min: int
    override_reason: str | None
    criteria: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What somebody added after the end."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Everything a message may say of one session."""

    session_id: int
    event_id: int
    state: str
    hospital_id: str
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str | None
    chair: str
    simulated: bool
    closed_at: datetime
    closed_by: str
    infusion_from_at: datetime | None
    infusion_until_at: datetime | None
    reason: str | None
    dose: Given | None
    vitals: tuple[Extremes, ...]
    scores: tuple[Score, ...]
    alarms: Mapping[str, int]  # by highest priority
    symptoms: tuple[tuple[str, int], ...]  # worst grade of each
    adverse_events: tuple[AdverseEvent, ...]  # as they stand
    signatures: tuple[Signed, ...]
    addendum: Added | None = None
