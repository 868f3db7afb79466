"""The last minute and a half of what NEWS2 takes medians of. Law: accepted values only, a ring for each vital."""

from array import array
from dataclasses import dataclass, field
from statistics import median

from monitor.clinical.vitals import Vital

KEPT = 96
APART_S = 0.9  # a source of 1 Hz is kept whole; a faster one is thinned, so that the ring still holds its minute
OF_MEDIANS = frozenset({Vital.RR, Vital.SPO2, Vital.HR, Vital.PR})


@dataclass(slots=True)
class _Ring:
    at_s: "array[float]" = field(default_factory=lambda: array("d"))
    value: "array[float]" = field(default_factory=lambda: array("d"))
    next: int = 0
    newest_s: float = 0.0

    def add(self, at_s: float, value: float) -> None:
        if self.at_s and at_s < self.newest_s:
            del self.at_s[:], self.value[:]  # the device's clock was set back: what it said before is of another time
            self.next = 0
        elif self.at_s and at_s - self.newest_s < APART_S:
            return
        self.newest_s = at_s
        if len(self.at_s) < KEPT:
            self.at_s.append(at_s)
            self.value.append(value)
        else:
            self.at_s[self.next], self.value[self.next] = at_s, value
        self.next = (self.next + 1) % KEPT


@dataclass(slots=True)
class Recent:
    """Recent values by vital."""

    _rings: dict[Vital, _Ring] = field(default_factory=dict)

    def add(self, vital: Vital, charted_at_s: float, value: float) -> None:
        """Keep a value."""
        ring = self._rings.get(vital)
        if ring is None:
            ring = self._rings[vital] = _Ring()
        ring.add(charted_at_s, value)

    def median(self, vital: Vital, from_s: float, to_s: float) -> float | None:
        """The median of a time, bounds included; None when nothing is known of it."""
        ring = self._rings.get(vital)
        if ring is None:
            return None
        values = [value for at_s, value in zip(ring.at_s, ring.value, strict=True) if from_s <= at_s <= to_s]
        return median(values) if values else None

    def forget(self, vital: Vital) -> None:
        """Forget one vital, of which a value was taken back: its median is unknown until new values come."""
        self._rings.pop(vital, None)

    def clear(self) -> None:
        """Forget everything."""
        self._rings.clear()
