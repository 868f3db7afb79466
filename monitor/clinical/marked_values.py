"""Values a named person marked as artefact: a stretch of time of one vital, with the reason.

Laws
1. The values stay; a mark is an entry beside them, and is taken back by a correction.
2. A marked value proves nothing good: it helps to meet no criterion, no start, no baseline and no NEWS2, and one that
   is out of range still counts against. Alarms it raised stay in the record.
3. A cuff measures its three pressures at once: a mark on one is a mark on all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clinical.vitals import KINDS, NIBP, Cadence, Vital
from monitor.errors import Refused

LONGEST = timedelta(hours=1)  # a longer stretch is no artefact but a monitor to look after


@dataclass(frozen=True, slots=True)
class MarkedValues:
    """From when to when (both included) the values of a vital are an artefact, who said so and why."""

    vital: Vital
    from_at: datetime
    to_at: datetime
    reason: str
    by: str

    def holds(self, vital: Vital, at: datetime) -> bool:
        """Whether the value of this moment is marked."""
        return self.touches(vital, at, at)

    def touches(self, vital: Vital, from_at: datetime, to_at: datetime) -> bool:
        """Whether a value of this stretch may be marked."""
        same = vital is self.vital or (vital in NIBP and self.vital in NIBP)
        return same and self.from_at <= to_at and from_at <= self.to_at


def is_marked(marks: Iterable[MarkedValues], vital: Vital, at: datetime) -> bool:
    """Whether somebody marked this value."""
    return any(mark.holds(vital, at) for mark in marks)


def check_marked(mark: MarkedValues, now: datetime) -> None:
    """Raise Refused for a stretch that lies ahead, ends before it begins or is too long, or a number of the pump."""
    if KINDS[mark.vital].cadence is Cadence.PUMP:
        raise Refused("What the pump says is corrected at the dose, not marked.", ("vital",))
    if not mark.from_at <= mark.to_at <= now:
        raise Refused("The stretch must end after it begins, and not lie ahead.", ("to_at",))
    if mark.to_at - mark.from_at > LONGEST:
        raise Refused("At most one hour is marked at once: mark what was an artefact, no more.", ("to_at",))
