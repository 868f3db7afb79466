"""What stands against a start, and the readings it is found in. Law: plain facts, and nothing else is looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.clinical.preparation.baseline import Timed
from monitor.clinical.preparation.entries import Review
from monitor.clinical.vitals import Vital


class GateLevel(StrEnum):
    """What a finding asks for, the gravest first."""

    REFUSE = "refuse"  # do not start; only new readings open it
    HOLD = "hold"  # measure again
    UNKNOWN = "unknown"  # measure at all
    REVIEW = "review"  # a physician looks and says so


class Worse(StrEnum):
    """Which way a value gets worse."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class GateFinding:
    """One thing that stands against a start; `value` None for what is unknown."""

    id: str
    level: GateLevel
    words: str
    value: float | None = None
    worse: Worse = Worse.HIGHER
    recheck_at: datetime | None = None

    def is_no_worse_than(self, value: float) -> bool:
        """Whether a value is at least as bad as this one."""
        if self.value is None:
            return False
        return value >= self.value if self.worse is Worse.HIGHER else value <= self.value

    def covered_by(self, reviews: Sequence[Review]) -> Review | None:
        """The newest review of a value at least as bad as this one; None when none covers it."""
        if self.level is not GateLevel.REVIEW:
            return None
        covering = [one for one in reviews if one.finding == self.id and self.is_no_worse_than(one.value)]
        return max(covering, key=lambda one: one.mark.version, default=None)


Findings = tuple[GateFinding, ...]


@dataclass(frozen=True, slots=True)
class GateReadings:
    """What the gate looks at: accepted readings of this session, oldest first, and the newest POSS level.

    `marked` are those of them that somebody marked as artefact, kept apart from `readings`.
    """

    readings: Mapping[Vital, Timed]
    poss: tuple[datetime, int] | None = None
    marked: Mapping[Vital, Timed] = field(default_factory=dict)

    @property
    def with_marked(self) -> "GateReadings":
        """The same as if nobody had marked anything."""
        vitals = {*self.readings, *self.marked}
        whole = {one: sorted((*self.readings.get(one, ()), *self.marked.get(one, ()))) for one in vitals}
        return GateReadings(whole, self.poss)


def minutes(length: timedelta) -> str:
    """A length of time as the findings say it."""
    return f"{length.total_seconds() / 60:.0f} min"
