"""What the pumps of one chair last told of themselves, so that only what changes is kept and only the present counts.

Law: what a pump tells is said of now, or it is late: late words are kept in the record and change nothing live. A
state that is only said again is not stored again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from monitor.hl7.device_message import PumpEvent, PumpFacts
from monitor.ward.feed import DeviceClock

K = TypeVar("K")
V = TypeVar("V")

MOST_KEPT = 32  # pumps and sessions of one chair that are remembered
COUNTING_DOWN = timedelta(seconds=60)  # a volume to be infused that only counts down is kept so often

_FACTS = tuple(PumpFacts.__slots__)


@dataclass(frozen=True, slots=True)
class PumpWord:
    """One event or one state (`said`) of one pump; `device_at` by its clock, `at` the time it counts from."""

    source: str
    device: str
    said: PumpEvent | PumpFacts
    device_at: datetime
    at: datetime
    sent_at: datetime | None = None
    is_late: bool = False
    is_to_be_kept: bool = True


class When(Protocol):
    """When something was received, by both clocks."""

    @property
    def received_at(self) -> datetime:
        """By the wall."""

    @property
    def received_mono_s(self) -> float:
        """By the monotonic clock."""


Place = tuple[int | None, bool]  # the session, and whether drug is recorded to run in it
Key = tuple[str, str, Place, bool]  # source, device, place, whether it was late


@dataclass(slots=True)
class PumpWords:
    """The last state of each pump, and what its clock has shown."""

    known: dict[Key, tuple[PumpFacts, datetime]] = field(default_factory=dict)
    clocks: dict[tuple[str, str], DeviceClock] = field(default_factory=dict)

    def hear(self, words: Iterable[PumpWord], place: Place, horizon_at: datetime | None, when: When) -> list[PumpWord]:
        """The words with what is known of them; `horizon_at` is None for a source whose clock is always believed."""
        return [self._hear(word, place, horizon_at, when.received_mono_s) for word in words]

    def _hear(self, word: PumpWord, place: Place, horizon_at: datetime | None, mono_s: float) -> PumpWord:
        word = replace(word, is_late=horizon_at is not None and self._is_late(word, horizon_at, mono_s))
        if isinstance(word.said, PumpEvent):
            return word
        key = (word.source, word.device, place, word.is_late)
        return replace(word, is_to_be_kept=self._is_changed(key, word.said, word.device_at))

    def _is_late(self, word: PumpWord, received_at: datetime, mono_s: float) -> bool:
        """Whether it took longer to come than this pump's words do; its lag is learnt from when it sends, too."""
        clock = _remembered(self.clocks, (word.source, word.device), DeviceClock())
        if word.sent_at is not None and not clock.is_backlog((received_at - word.sent_at).total_seconds()):
            clock.learn((received_at - word.sent_at).total_seconds(), mono_s)
        lag_s = (received_at - word.device_at).total_seconds()
        if clock.is_backlog(lag_s):
            if not clock.late.is_new_time(word.device_at, mono_s):
                return True
            clock.lag_s = lag_s
        clock.late.end()
        clock.learn(lag_s, mono_s)
        return False

    def _is_changed(self, key: Key, said: PumpFacts, at: datetime) -> bool:
        before, kept_at = self.known.get(key, (PumpFacts(), at))
        now = overlaid(before, said)
        counts_down = replace(now, volume_to_be_infused_ml=before.volume_to_be_infused_ml) == before
        if key in self.known and (now == before or (counts_down and abs(at - kept_at) < COUNTING_DOWN)):
            return False
        _remembered(self.known, key, (now, at))
        self.known[key] = (now, at)
        return True


def overlaid(before: PumpFacts, said: PumpFacts) -> PumpFacts:
    """What is known of a pump after it said something; what a message does not say stays as it was."""
    return replace(before, **{name: value for name in _FACTS if (value := getattr(said, name)) is not None})


def _remembered(memory: dict[K, V], key: K, new: V) -> V:
    """The entry, now the newest; the one not heard for longest makes room."""
    found = memory[key] = memory.pop(key, new)
    if len(memory) > MOST_KEPT:
        del memory[next(iter(memory))]
    return found
