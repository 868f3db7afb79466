"""The measured values of a session, by vital, as the log is reckoned from them.

Law: a value is a time and a number; which of them count was decided before: implausible and struck ones never do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

Timed = tuple[int, float]  # when it is charted, milliseconds since 1970 UTC; the value in the vital's canonical unit
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Measured:
    """One vital of one session, by time. `accepted` counts; `questionable` is told beside it; the rest is a number."""

    accepted: Sequence[Timed]
    questionable: Sequence[Timed] = ()
    implausible: int = 0
    struck: int = 0  # taken back or corrected by the device, or marked as artefact by a person

    @property
    def judged(self) -> Sequence[Timed]:
        """What was judged: accepted and questionable values, by time."""
        return sorted([*self.accepted, *self.questionable]) if self.questionable else self.accepted


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 UTC of an aware time."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    """The aware UTC time of milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=ms)


def interval_s(values: Sequence[Timed]) -> float:
    """How far apart a vital's values usually are (the median), seconds; 0 of fewer than two."""
    apart = sorted(later[0] - earlier[0] for earlier, later in pairwise(values))
    return apart[len(apart) // 2] / 1000 if apart else 0.0
