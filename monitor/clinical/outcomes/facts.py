"""What is known of a series, as values; pain is NRS 0 to 10, times are aware UTC.

Law: what was not recorded is None or absent; nothing here stands for a missing value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.clinical.policy.outcome_parts import Measure


class FollowUpKind(StrEnum):
    """What is asked when."""

    NEXT_DAY = "next_day"
    WEEKLY = "weekly"


class Reached(StrEnum):
    """Whether the patient answered."""

    YES = "yes"
    ATTEMPT = "attempt"  # nobody answered this time: it stays due
    NO = "no"  # given up: it stays missing
    STOP = "stop"  # nobody is to ask again: declined, or died; this one stays missing and no later one is asked for


@dataclass(frozen=True, slots=True)
class PainSeen:
    """One pain as the patient said it."""

    at: datetime
    value: float
    measure: Measure


@dataclass(frozen=True, slots=True)
class Graded:
    """An adverse event or symptom with its CTCAE grade, 1 to 5."""

    at: datetime
    words: str
    grade: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A total at a time; `value` None: it was recorded and cannot be told (no factor, too few answers)."""

    at: datetime
    value: float | None


@dataclass(frozen=True, slots=True)
class InfusionFacts:
    """One session of the series in which drug ran; what was given is None where it cannot be told."""

    number: int
    session_id: int
    started_at: datetime
    ended_at: datetime | None
    given_mg: float | None = None
    given_mg_per_kg: float | None = None
    pain: tuple[PainSeen, ...] = ()
    events: tuple[Graded, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """One follow-up as it stands after corrections; `week` 0 is the next day."""

    id: int
    session_id: int
    kind: FollowUpKind
    week: int
    due_at: datetime
    at: datetime
    reached: Reached
    pain: Mapping[str, int] = field(default_factory=dict)  # worst, least, average, now: those that were told
    relief_h: float | None = None
    side_effects: tuple[Graded, ...] = ()
    mme: Scored | None = None  # None: nobody asked
    interference: Scored | None = None


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of the journal the patient keeps: how the pain was then."""

    at: datetime
    pain: int


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """Everything recorded of a series; infusions in order of their number."""

    infusions: tuple[InfusionFacts, ...] = ()
    follow_ups: tuple[FollowUpFacts, ...] = ()
    journal: tuple[JournalLine, ...] = ()
    mme: tuple[Scored, ...] = ()  # recorded in sessions
    interference: tuple[Scored, ...] = ()
    severity: tuple[Scored, ...] = ()
