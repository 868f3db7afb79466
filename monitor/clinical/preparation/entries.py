"""What people have said before an infusion. Law: facts of the record only; a newer row replaces an older one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.clinical.policy.preparation_parts import PreparationItem


@dataclass(frozen=True, slots=True)
class Mark:
    """That something was done, by whom, when, and by which row; `person_id` None for a command of the machine."""

    by: str
    at: datetime
    person_id: int | None = None
    version: int = 0


class Answer(StrEnum):
    """The answer to a screening item."""

    CLEAR = "clear"
    PRESENT = "present"
    UNKNOWN = "unknown"  # asked, and nobody knows: never as good as clear


@dataclass(frozen=True, slots=True)
class ScreeningAnswer:
    """The newest answer to one item."""

    answer: Answer
    note: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class StopOverride:
    """A physician lets an item that stops pass, and why."""

    reason: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class PreparationEntry:
    """The newest entry for one item of the preparation, as it was checked when it was made."""

    values: Mapping[str, object]
    note: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Review:
    """A physician has seen a finding at this value."""

    finding: str
    value: float
    mark: Mark


@dataclass(frozen=True, slots=True)
class Said:
    """Everything said before the start."""

    screening: Mapping[str, ScreeningAnswer] = field(default_factory=dict)
    overrides: Mapping[str, StopOverride] = field(default_factory=dict)
    items: Mapping[PreparationItem, PreparationEntry] = field(default_factory=dict)
    reviews: tuple[Review, ...] = ()
