"""The measured values of a session, by vital, as the log is reckoned from them.

Law: a value is a time and a number; which of them count was decided before: implausible and struck ones never do.
Times and values stand in two rows of one length: a session of three hours has a hundred thousand of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import sub

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one vital by time: when each is charted (milliseconds since 1970 UTC), in the canonical unit."""

    at_ms: Sequence[int] = ()
    value: Sequence[float] = ()

    def __len__(self) -> int:
        return len(self.at_ms)

    @property
    def apart_ms(self) -> list[int]:
        """From each value to the next; one fewer than there are values."""
        return list(map(sub, self.at_ms[1:], self.at_ms))

    @property
    def interval_s(self) -> float:
        """How far apart the values usually are (the median), seconds; 0 of fewer than two."""
        apart = sorted(self.apart_ms)
        return apart[len(apart) // 2] / 1000 if apart else 0.0

    def pairs(self) -> Iterable[tuple[int, float]]:
        """Each time with its value."""
        return zip(self.at_ms, self.value, strict=True)


def series_of(pairs: Iterable[tuple[int, float]]) -> Series:
    """A series of times and values, put into the order of time."""
    ordered = sorted(pairs)
    return Series([at for at, _ in ordered], [value for _, value in ordered])


@dataclass(frozen=True, slots=True)
class Measured:
    """One vital of one session. `accepted` counts; `questionable` is told beside it; the rest is a number."""

    accepted: Series
    questionable: Series = Series()
    implausible: int = 0
    struck: int = 0  # taken back or corrected by the device, or marked as artefact by a person

    @property
    def judged(self) -> Series:
        """What was judged: accepted and questionable values."""
        if not self.questionable:
            return self.accepted
        return series_of([*self.accepted.pairs(), *self.questionable.pairs()])


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 UTC of an aware time."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    """The aware UTC time of milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=ms)
