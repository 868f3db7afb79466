"""Adverse events of one session, as a named person judged them.

Laws
1. A symptom is what was seen; an adverse event is a person's judgement of it. The machine makes none out of a symptom.
2. Grade 5 is death and nothing else is: both are said, or neither.
3. What was not said to be over is open.

Source: CTCAE v5 (CLINICAL.md §5.7) for terms and grades; seriousness as in CLINICAL.md §7.1; relation and action are
the customary words of adverse event forms [M].
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.clinical.scores.ctcae import GONE, check_grade, term_of
from monitor.clinical.scores.items import ScoreRefused

DEATH_GRADE = 5
REVIEW_FROM_GRADE = 3  # a physician should look at it


class Relation(StrEnum):
    """How likely the drug caused it, in the judgement of who records it."""

    UNRELATED = "unrelated"
    UNLIKELY = "unlikely"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    DEFINITE = "definite"


class ActionTaken(StrEnum):
    """What was done with the infusion because of it."""

    NONE = "none"
    WATCHED = "watched"
    TREATED = "treated"
    RATE_LOWERED = "rate_lowered"
    HELD = "held"
    ENDED = "ended"


class Serious(StrEnum):
    """What makes an event serious; none of them is not serious."""

    HOSPITALISATION = "hospitalisation"
    DISABILITY = "disability"
    LIFE_THREATENING = "life_threatening"
    DEATH = "death"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One adverse event as it stands; `version` is the entry it goes back to, `resolved_at` None while it is open."""

    version: int
    term: str
    grade: int
    relation: Relation
    action: ActionTaken
    serious: tuple[Serious, ...]
    description: str
    onset_at: datetime
    by: str
    resolved_at: datetime | None = None

    @property
    def title(self) -> str:
        """Its CTCAE name, or the word that was written."""
        return title_of(self.term)

    @property
    def open(self) -> bool:
        """Whether nobody has said that it is over; a death is never over."""
        return self.resolved_at is None

    @property
    def needs_review(self) -> bool:
        """Whether a physician should look at it: severe, or serious."""
        return self.grade >= REVIEW_FROM_GRADE or bool(self.serious)


def title_of(term: str) -> str:
    """The CTCAE name of a term, or the word as it was written."""
    known = term_of(term)
    return term.strip().capitalize() if known is None else known.title


def check_adverse_event(term: str, grade: int, serious: Iterable[str]) -> None:
    """Refuse a grade the term does not have, no grade at all, and a death that is said only by half."""
    if grade == GONE:
        raise ScoreRefused("An adverse event has a grade of 1 to 5; its end is an entry of its own.", ("grade",))
    died = Serious.DEATH.value in set(serious)
    if died != (grade == DEATH_GRADE):
        raise ScoreRefused("Grade 5 is death: say grade and death together, or neither.", ("grade", "serious"))
    if grade != DEATH_GRADE:
        check_grade(term, grade)


def adverse_event(
    details: Mapping[str, object], *, version: int, onset_at: datetime, by: str, resolved_at: datetime | None = None
) -> AdverseEvent:
    """The event an entry tells of; KeyError, TypeError or ValueError when the record is broken."""
    grade, serious = details["grade"], details["serious"]
    if isinstance(grade, bool) or not isinstance(grade, int):
        raise TypeError(f"grade is not a whole number: {grade!r}")
    if not isinstance(serious, list | tuple):
        raise TypeError(f"serious is not a list: {serious!r}")
    return AdverseEvent(
        version=version,
        term=str(details["term"]),
        grade=grade,
        relation=Relation(str(details["relation"])),
        action=ActionTaken(str(details["action"])),
        serious=tuple(Serious(str(one)) for one in serious),
        description=str(details.get("description", "")),
        onset_at=onset_at,
        by=by,
        resolved_at=resolved_at,
    )
