"""What is reckoned once of each session that is over, for the clinic's figures: time beyond the limits by vital.

Law: it follows the record and changes none of it; one session at a time, off the hub, with pauses, so that no alarm
waits for a figure. A session that cannot be reckoned is said once and left out: the figures say of how many they are.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from monitor.clinical.analytics.counted import OVER
from monitor.clock import Clock
from monitor.errors import MonitorError
from monitor.recorder.log_facts import Policies, log_facts
from monitor.runtime import Runtime
from monitor.store.queries.ranges import sessions_without_ranges
from monitor.store.ranges import insert_ranges

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0
PAUSE_S = 2.0  # between two sessions: a hundred milliseconds of work each
AT_ONCE = 20
LATELY = timedelta(days=4)  # once everything older was reckoned; a later addendum is looked at with the next start
_STATES = frozenset(state.value for state in OVER)

T = TypeVar("T")
Ranges = dict[str, tuple[int, int, int]]


class Reckoning:
    """Looks for sessions that are over and reckons them."""

    def __init__(
        self,
        read: Callable[[Callable[[Connection], object]], object],
        transact: Callable[[Callable[..., object]], object],
        policies: Policies,
        clock: Clock,
        runtime: Runtime,
    ) -> None:
        self._read = read
        self._transact = transact
        self._policies = policies
        self._clock = clock
        self._runtime = runtime
        self._planned_from = datetime(2000, 1, 1, tzinfo=UTC)
        self._given_up: set[tuple[int, int]] = set()

    def run(self) -> None:
        """Reckon for ever."""
        while True:
            self._runtime.sleep(LOOK_EVERY_S)
            while self.reckon_some():
                self._runtime.sleep(PAUSE_S)

    def reckon_some(self) -> int:
        """Reckon a few sessions; how many there were to reckon, and 0 means that none is left."""
        limit = AT_ONCE + len(self._given_up)
        found = self._read(lambda c: sessions_without_ranges(c, _STATES, self._planned_from, limit))
        waiting = [one for one in found if one not in self._given_up] if isinstance(found, list) else []
        for session_id, version in waiting:
            self._reckon(session_id, version)
            self._runtime.sleep(PAUSE_S)
        if not waiting:
            self._planned_from = max(self._planned_from, self._clock.now() - LATELY)
        return len(waiting)

    def _reckon(self, session_id: int, version: int) -> None:
        now = self._clock.now()
        try:
            ranges = self._read(lambda c: ranges_of(c, session_id, self._policies, now))
            self._transact(lambda c: insert_ranges(c, session_id, version, ranges, now))  # type: ignore[arg-type]
        except (MonitorError, ValueError, KeyError, TypeError) as error:
            log.warning("session %d is not in the clinic's figures: %s", session_id, type(error).__name__)
            self._given_up.add((session_id, version))


def ranges_of(connection: Connection, session_id: int, policies: Policies, now: datetime) -> Ranges:
    """Milliseconds above, below and measured of each vital that was measured; raises NotFound."""
    summary = log_facts(connection, session_id, policies, now).summary
    parts = {one.vital.value: one.beyond for one in summary.vitals if one.beyond.measured_s > 0}
    return {
        vital: (round(one.above_s * 1000), round(one.below_s * 1000), round(one.measured_s * 1000))
        for vital, one in parts.items()
    }
