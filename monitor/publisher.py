"""What stations and open pages are told.

Law: alarms at once, curves coalesced, every frame numbered and aged; only the hub emits. A station's changed tiles go
out together at most every `PERIOD_S`, stretched to `BUSY_PERIOD_S` when building them takes too long; a live session's
own page gets its values at once.
"""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from monitor.clock import Clock
from monitor.counters import Counters
from monitor.runtime import Runtime

log = logging.getLogger(__name__)

PERIOD_S = 0.25
BUSY_PERIOD_S = 1.0
BUSY_SHARE = 0.15  # of one core, spent building tiles
HEARTBEAT_S = 1.0


class Emitter(Protocol):
    """The part of Socket.IO that pushes."""

    def emit(self, event: str, payload: Mapping[str, object], to: str) -> None:
        """Send to one room."""

    def watched(self, room: str) -> bool:
        """Whether anybody is in the room."""


class LivePicture(Protocol):
    """What the publisher asks of the ward."""

    def stations(self) -> Iterable[str]:
        """The names of all stations."""

    def tiles(self, station: str, chair_ids: Iterable[int]) -> Mapping[str, object]:
        """The tiles of some chairs with the station's alarm counts and newest alarm."""

    def for_wall(self, frame: Mapping[str, object]) -> Mapping[str, object]:
        """The same tiles with initials only."""

    def for_locked(self, frame: Mapping[str, object]) -> Mapping[str, object]:
        """A session's frame with its numbers and alarms alone."""

    def calls(self) -> Sequence[Mapping[str, object]]:
        """Alarms that nobody acknowledged and that call beyond their own station."""


LIVE_ROOM = "live"  # every page that watches something; a socket that is still being let in hears nothing


def board_room(station: str) -> str:
    """The room of everybody who watches one station's board."""
    return f"board:{station}"


def wall_room(station: str) -> str:
    """The room of the displays on the wall that show one station."""
    return f"wall:{station}"


def session_room(session_id: int | str) -> str:
    """The room of everybody who watches one session."""
    return f"session:{session_id}"


def locked_room(session_id: int | str) -> str:
    """The room of the pages of one session whose sign-ins are locked."""
    return f"locked:{session_id}"


class Publisher:
    """Pushes the live picture; holds only what changed since the last push."""

    def __init__(
        self, emitter: Emitter, picture: LivePicture, clock: Clock, runtime: Runtime, counters: Counters, build: str
    ) -> None:
        self._emitter = emitter
        self._picture = picture
        self._clock = clock
        self._runtime = runtime
        self._counters = counters
        self._build = build
        self._changed: dict[str, set[int]] = {}
        self._seq = 0
        self.not_recording_s: float | None = None

    def seq(self) -> int:
        """The number of the newest frame; a snapshot carries it so that older deltas are recognised."""
        return self._seq

    def chair_changed(self, station: str, chair_id: int) -> None:
        """Have the chair's tile sent with the station's next push."""
        self._changed.setdefault(station, set()).add(chair_id)

    def alarm_changed(self, station: str, chair_id: int) -> None:
        """Send the chair's tile now."""
        self._push_tiles(station, {chair_id})

    def session(self, session_id: int, event: str, payload: Mapping[str, object]) -> None:
        """Tell one session's page at once."""
        self._emit(event, payload, session_room(session_id))
        if self._emitter.watched(locked_room(session_id)):
            self._emit("nameless", self._picture.for_locked(payload), locked_room(session_id))

    def sound_test(self, station: str) -> None:
        """Have a station's page play a test; it is no alarm, and is marked TEST wherever it is shown."""
        for room in (board_room(station), wall_room(station)):
            self._emit("sound_test", {"station": station}, room)

    def session_is_watched(self, session_id: int) -> bool:
        """Whether a page of this session is open, so that nothing is built for nobody."""
        return any(self._emitter.watched(room(session_id)) for room in (session_room, locked_room))

    def heartbeat(self) -> None:
        """Tell every page that the server lives, whether it records, and which alarms nobody answers."""
        try:
            calls = self._picture.calls()
        except Exception:  # a beat that does not come greys every page
            log.exception("the alarms that nobody answers could not be listed")
            self._counters.faults.inc()
            calls = ()
        self._emit(
            "heartbeat",
            {
                "build": self._build,
                "recording": self.not_recording_s is None,
                "not_recording_s": self.not_recording_s,
                "calls": calls,
            },
            LIVE_ROOM,
        )

    def run_heartbeat(self) -> None:
        """Beat for ever."""
        while True:
            self.heartbeat()
            self._runtime.sleep(HEARTBEAT_S)

    def run(self) -> None:
        """Push changed tiles for ever, stations spread over the period."""
        period_s = PERIOD_S
        while True:
            started_s, spent_s = time.monotonic(), 0.0
            stations = list(self._picture.stations())
            for station in stations:
                before_s = time.perf_counter()
                self._push_tiles(station, self._changed.pop(station, set()))
                spent_s += time.perf_counter() - before_s
                self._runtime.sleep(period_s / max(1, len(stations)) / 2)
            period_s = BUSY_PERIOD_S if spent_s > BUSY_SHARE * PERIOD_S else PERIOD_S
            self._runtime.sleep(max(0.0, started_s + period_s - time.monotonic()))

    def _push_tiles(self, station: str, chair_ids: set[int]) -> None:
        board, wall = (self._emitter.watched(room(station)) for room in (board_room, wall_room))
        if not chair_ids or not (board or wall):
            return
        try:
            tiles = self._picture.tiles(station, sorted(chair_ids))
            if board:
                self._emit("tiles", tiles, board_room(station))
            if wall:
                self._emit("tiles", self._picture.for_wall(tiles), wall_room(station))
        except Exception:
            log.exception("tiles of a station could not be pushed")
            if len(chair_ids) > 1:  # one chair that cannot be drawn must not leave the others' numbers standing still
                for chair_id in chair_ids:
                    self._push_tiles(station, {chair_id})

    def _emit(self, event: str, payload: Mapping[str, object], room: str) -> None:
        self._seq += 1
        numbered = {**payload, "seq": self._seq, "sent_at": self._clock.now().isoformat()}
        self._emitter.emit(event, numbered, to=room)
