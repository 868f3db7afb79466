"""Trainings of the staff, and which an act needs of whoever answers for it.

Laws
1. What is not recorded is not had: a training without a row, before its first or after its last day, counts as missing.
2. The last day counts whole. Days are those of UTC, as they are of every other date the start gate asks for.

Source: CLINICAL.md §1.1 (supervising and administering clinician), §1.5 "Staff".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class StaffAct(StrEnum):
    """What a clinic may tie to a training; the words are those of the session's events."""

    START = "start"  # of the nurse who is responsible for the chair
    RECORD_ORDER = "record_order"  # of the physician who orders
    PHYSICIAN_CLEARANCE = "physician_clearance"  # of the physician who clears


@dataclass(frozen=True, slots=True)
class Course:
    """A training the clinic keeps account of."""

    id: str
    words: str
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class StaffPolicy:
    """The clinic's courses, which of them each act needs, and how early an end is warned of."""

    courses: Mapping[str, Course]
    needs: Mapping[StaffAct, tuple[str, ...]]
    warn_days: int


@dataclass(frozen=True, slots=True)
class Training:
    """One recorded training: of which course, from when, and its last day."""

    course: str
    valid_from: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class Lack:
    """A course somebody needs and does not have; the last day of the newest one they had, None for none recorded."""

    course: Course
    expired_on: date | None

    @property
    def words(self) -> str:
        """Which, and since when."""
        since = "not recorded" if self.expired_on is None else f"expired, last day {self.expired_on.isoformat()}"
        return f"{self.course.words}: {since}"


@dataclass(frozen=True, slots=True)
class Ending:
    """A needed course that ends soon; `days_left` 0 on its last day."""

    course: Course
    expires_on: date
    days_left: int

    @property
    def words(self) -> str:
        """Which, and how long."""
        left = {0: "ends today", 1: "1 day left"}.get(self.days_left, f"{self.days_left} days left")
        return f"{self.course.words}: last day {self.expires_on.isoformat()}, {left}"


@dataclass(frozen=True, slots=True)
class StaffLook:
    """What the record says of the chair's nurse: their name (None: nobody is responsible) and what they lack."""

    responsible: str | None
    lacks: tuple[Lack, ...] = ()


def lacking(policy: StaffPolicy, act: StaffAct, held: Sequence[Training], on: date) -> tuple[Lack, ...]:
    """What this act needs and these trainings do not give on that day."""
    return lacking_of(policy, policy.needs[act], held, on)


def lacking_of(policy: StaffPolicy, courses: Sequence[str], held: Sequence[Training], on: date) -> tuple[Lack, ...]:
    """Which of these courses these trainings do not give on that day."""
    lacks = []
    for name in courses:
        begun = [one.expires_on for one in held if one.course == name and one.valid_from <= on]
        if not begun or max(begun) < on:
            lacks.append(Lack(policy.courses[name], max(begun, default=None)))
    return tuple(lacks)


def ending(policy: StaffPolicy, courses: Sequence[str], held: Sequence[Training], on: date) -> tuple[Ending, ...]:
    """Which of these courses hold on that day and end within the days of warning; the first first."""
    soon = []
    for name in courses:
        days = [one for one in held if one.course == name]
        last = max((one.expires_on for one in days), default=None)
        begun = any(one.valid_from <= on for one in days)
        if last is not None and begun and 0 <= (last - on).days <= policy.warn_days:
            soon.append(Ending(policy.courses[name], last, (last - on).days))
    return tuple(sorted(soon, key=lambda one: one.expires_on))
