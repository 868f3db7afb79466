"""How far each patient being prepared is from a start, for the board and the open page.

Law: it only shows; the start itself asks the record again.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from monitor.clinical.session import SessionState
from monitor.clock import Clock
from monitor.recorder.start_check import look
from monitor.recorder.telling import Telling
from monitor.recorder.turn import Turn
from monitor.runtime import Runtime
from monitor.ward.live_session import GateLook
from monitor.ward.ward import Ward

EVERY_S = 3.0

T = TypeVar("T")
Read = Callable[[Callable[[Connection], GateLook]], GateLook]


class Readiness:
    """Looks at the vital gate of every session that is being prepared, one after the other, off the hub."""

    def __init__(self, ward: Ward, read: Read, telling: Telling, clock: Clock, runtime: Runtime) -> None:
        self._ward = ward
        self._read = read
        self._telling = telling
        self._clock = clock
        self._runtime = runtime

    def run(self) -> None:
        """Look for ever."""
        while True:
            self.look_once()
            self._runtime.sleep(EVERY_S)

    def look_once(self) -> None:
        """Look at every chair, and tell what changed."""
        for chair in list(self._ward):
            live = chair.session
            if live is None or live.course.state is not SessionState.PREPARING:
                continue
            now = self._clock.now()
            found = self._read(lambda connection, live=live, now=now: look(connection, live, now, now))  # type: ignore[misc]
            if found != live.gate:
                live.gate = found
                turn = Turn(now, self._clock.mono_s())
                turn.changed[chair.id] = chair
                turn.sessions[live.id] = (chair, live)
                self._telling.tell(turn, recorded=True)
