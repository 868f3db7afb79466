"""The daily test of each station's sound, from the server to the loudspeaker. Law: a test is never an alarm.

A station is asked only while a page of it says that it sounds; whether it is silent is another condition's matter.
The page plays it, measures what comes out and answers by POST; after "nothing came out" it is asked again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from monitor.clinical.policy.parts import SoundingPolicy
from monitor.clock import Clock
from monitor.publisher import Publisher
from monitor.runtime import Runtime
from monitor.store.queries.sound_proofs import last_sound_proofs
from monitor.store.sound_proofs import TEST, SoundProofRow
from monitor.ward.sounding import StationSound, StationSounds

T = TypeVar("T")
LOOK_S = 30.0
AGAIN = timedelta(minutes=10)  # after a test that was not heard


class Read(Protocol):
    """Runs a query on a reading connection, off the hub."""

    def __call__(self, query: Callable[[Connection], T]) -> T:
        """What the query gives."""


def is_due(last: SoundProofRow | None, every_s: float, now: datetime) -> bool:
    """Whether a station must be heard again."""
    if last is None:
        return True
    return now - last.at >= (timedelta(seconds=every_s) if last.heard else min(AGAIN, timedelta(seconds=every_s)))


class SoundTests:
    """Asks stations to sound a test when it is due."""

    def __init__(
        self, policy: SoundingPolicy, sounds: StationSounds, publisher: Publisher, read: Read, clock: Clock,
        runtime: Runtime, stations: Callable[[], list[str]],
    ) -> None:  # fmt: skip
        self._policy = policy
        self._sounds = sounds
        self._publisher = publisher
        self._read = read
        self._clock = clock
        self._runtime = runtime
        self._stations = stations

    def run(self) -> None:
        """Look for ever."""
        while True:
            self._runtime.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Ask every station whose test is due and that says it sounds."""
        now, last = self._clock.now(), self._read(last_sound_proofs)
        for station in self._stations():
            due = is_due(last.get((station, TEST)), self._policy.test_every_s, now)
            if due and self._sounds.of(station) is StationSound.SOUNDS:
                self._publisher.sound_test(station)
