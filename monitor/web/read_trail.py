"""Who read which record: noted beside the request, written a moment later, once an hour for one person and record.

Law: reading never waits for the record to be written, and a page that asks every few seconds is one reading. What is
noted is written within some seconds; while nothing can be recorded it waits, up to a bound; what is beyond is counted.
"""

import logging
from datetime import datetime
from functools import partial

from prometheus_client import Counter

from monitor.clock import Clock
from monitor.errors import MonitorError
from monitor.runtime import Runtime
from monitor.security.sign_in import Identity
from monitor.store import audit
from monitor.store.rows import AuditEntry, Transact

log = logging.getLogger(__name__)

ACTION = "record.read"
EVERY_S = 2.0
MOST_WAITING = 10_000


class ReadTrail:
    """Notes readings and writes them to the audit trail."""

    def __init__(
        self,
        transact: Transact,
        clock: Clock,
        runtime: Runtime,
        dropped: Counter,
    ) -> None:
        self._transact = transact
        self._clock = clock
        self._runtime = runtime
        self._dropped = dropped
        self._hour: datetime | None = None
        self._noted: set[tuple[str, str]] = set()
        self._waiting: list[AuditEntry] = []

    def note(self, who: Identity, about: str) -> None:
        """Somebody was given a record; the same again within the hour is the same reading."""
        now = self._clock.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self._hour:
            self._hour, self._noted = hour, set()
        key = (who.name, about)
        if key in self._noted:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._dropped.inc()  # and noted by the next reading that finds room
            return
        self._noted.add(key)
        self._waiting.append(AuditEntry(now, who.printed_name, ACTION, about, who.person_id, {"role": who.role}))

    def run(self) -> None:
        """Write for ever."""
        while True:
            self._runtime.sleep(EVERY_S)
            self.write()

    def write(self) -> None:
        """Write what is waiting; it goes on waiting when it cannot be recorded."""
        if not self._waiting:
            return
        entries, self._waiting = self._waiting, []
        try:
            self._transact(partial(audit.append_all, entries=entries))
        except MonitorError as refusal:
            waiting = [*entries, *self._waiting]
            self._waiting = waiting[:MOST_WAITING]
            self._dropped.inc(len(waiting) - len(self._waiting))
            log.warning("readings of records wait to be written: %s", refusal.message)
