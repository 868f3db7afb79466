"""The one sender: what the record says must be told, told in order, and what became of it.

Law: a message is in the outbox before it leaves, with its control id; it is sent again byte by byte until the other
system answers for it; "accepted" is written only when that answer came. The record's own events say what must be told,
so nothing the spine does waits for this, and nothing here can keep a session from being recorded.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from monitor.clock import Clock
from monitor.counters import Counters
from monitor.errors import MonitorError, NotFound
from monitor.outgoing.composing import composed, unwritten
from monitor.outgoing.exchange import Answer, Destination, Line, Trouble
from monitor.outgoing.gathering import Policies, facts_of
from monitor.runtime import Runtime
from monitor.store.outbox import AttemptRow, OutboxRow, begin_period, insert_attempt, insert_message
from monitor.store.queries import outbox as told
from monitor.store.queries.sessions import SessionEventRecord
from monitor.store.rows import Transact

T = TypeVar("T")
log = logging.getLogger(__name__)

LOOK_S = 2.0
LOOKS_BETWEEN_COUNTS = 15
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0
REFUSALS = 6  # AE or CE so often: a person must look
_MARGIN = 1000  # events below the newest that are looked at again: nodes commit out of order
_UNWRITTEN = "the message could not be written; the server's log says why"


@dataclass(frozen=True, slots=True)
class Record:
    """How the sender reads and writes: reads in a thread of their own, writes through the spine's one writer."""

    read: Callable[[Callable[[Connection], object]], object]
    transact: Transact
    policies: Policies


@dataclass(slots=True)
class _Backoff:
    """Pauses after trouble: doubling, with a fifth of chance, up to five minutes."""

    pause_s: float = FIRST_PAUSE_S
    rng: random.Random = field(default_factory=random.Random)

    def next_s(self) -> float:
        pause_s, self.pause_s = self.pause_s, min(self.pause_s * 2, LONGEST_PAUSE_S)
        return pause_s * self.rng.uniform(0.8, 1.2)

    def reset(self) -> None:
        self.pause_s = FIRST_PAUSE_S


class Sender:
    """Tells one destination about sessions that are over; `simulated`: those of simulated patients too."""

    def __init__(
        self,
        destination: Destination | None,
        record: Record,
        clock: Clock,
        runtime: Runtime,
        counters: Counters,
        *,
        simulated: bool,
    ) -> None:
        self._to = destination
        self._record = record
        self._clock = clock
        self._runtime = runtime
        self._counters = counters
        self._simulated = simulated
        self._line = None if destination is None else Line(destination)
        self._backoff = _Backoff()
        self._after_id: int | None = None
        self._looks = 0

    @property
    def on(self) -> bool:
        """Whether anybody is told anything."""
        return self._to is not None

    def run(self) -> None:
        """For ever; returns at once, having noted it, when there is no destination."""
        while True:
            try:
                pause_s = self._step()
            except MonitorError as error:
                log.warning("the outbox waits: %s", error.message)
                pause_s = self._backoff.next_s()
            if pause_s is None:
                return
            self._runtime.sleep(pause_s)

    def queue(self, session_id: int) -> int:
        """A person wants this session told, whenever it ended; how many messages were new. Raises NotFound."""
        if self._to is None:
            raise NotFound("Nothing is sent from here: no destination is set (MONITOR_EHR).")
        event = self._read(partial(told.end_of_session, session_id=session_id))
        if event is None:
            raise NotFound("There is no such session, or it is not over yet.")
        return self._put_in(event, self._to)

    def _step(self) -> float | None:
        """One look: write what is to be told, then try the oldest; seconds to wait, None when there is no sending."""
        if self._after_id is None:
            self._after_id = self._settle_period()
        if self._to is None or self._line is None:
            return None
        self._put_in_what_is_new(self._after_id, self._to)
        waiting = self._read(told.next_pending)
        if waiting is not None or self._looks % LOOKS_BETWEEN_COUNTS == 0:
            self._count()
        self._looks += 1
        return LOOK_S if waiting is None else self._try(self._line, *waiting)

    def _put_in_what_is_new(self, after_id: int, to: Destination) -> None:
        newest = self._read(told.newest_event_id)
        events = self._read(partial(told.events_to_tell, after_id=after_id, simulated=self._simulated))
        for event in events:
            self._put_in(event, to)
        if len(events) < told.EVENTS_AT_ONCE:
            self._after_id = max(after_id, newest - _MARGIN)

    def _settle_period(self) -> int:
        """Where telling began; written down when it begins or ends, so that nothing from before is told unasked."""
        sending, after_id = self._read(told.sending_since)
        if sending == self.on:
            return after_id
        newest = self._read(told.newest_event_id)
        self._record.transact(partial(begin_period, at=self._clock.now(), after_event_id=newest, sending=self.on))
        return newest

    def _put_in(self, event: SessionEventRecord, to: Destination) -> int:
        """Write the messages of one event into the outbox; a fault of ours is shown there and stops no other."""
        now = self._clock.now()
        try:
            rows = self._read(lambda connection: composed(facts_of(connection, event, self._record.policies), to, now))
            words = None
        except MonitorError:
            raise
        except Exception:
            log.exception("a message of session %d could not be written", event.session_id)
            rows, words = [unwritten(event.session_id, event.id, now)], _UNWRITTEN

        def put(connection: Connection) -> int:
            return sum(_insert(connection, row, words, now) for row in rows)

        return int(str(self._record.transact(put)))

    def _try(self, line: Line, message: told.Outgoing, raw: bytes) -> float:
        """Send one message and write down what became of it."""
        try:
            answer = line.ask(message.control_id, raw)
        except Trouble as trouble:
            self._counters.outbox_attempts.labels("trouble").inc()
            if message.words != str(trouble):  # the same trouble for hours is one row
                self._note(message, told.TROUBLE, str(trouble), None)
            return self._backoff.next_s()
        outcome = self._judged(message, answer)
        self._note(message, outcome, answer.words, answer.code)
        self._counters.outbox_attempts.labels(outcome).inc()
        if outcome == told.REFUSED:
            return self._backoff.next_s()
        self._backoff.reset()
        return 0.0

    def _judged(self, message: told.Outgoing, answer: Answer) -> str:
        if answer.code in ("AA", "CA"):
            return told.ACCEPTED
        if answer.code in ("AR", "CR"):
            return told.STOPPED
        before = self._read(partial(told.refusals_in_a_row, outbox_id=message.id))
        return told.STOPPED if before + 1 >= REFUSALS else told.REFUSED

    def _note(self, message: told.Outgoing, outcome: str, words: str, code: str | None) -> None:
        row = AttemptRow(message.id, self._clock.now(), outcome, words, code)
        self._record.transact(partial(insert_attempt, row=row))

    def _count(self) -> None:
        counts = self._read(told.outbox_counts)
        self._counters.outbox_pending.set(counts.pending)
        self._counters.outbox_stopped.set(counts.stopped)
        oldest = counts.oldest_at
        self._counters.outbox_oldest_s.set(0 if oldest is None else (self._clock.now() - oldest).total_seconds())

    def _read(self, query: Callable[[Connection], T]) -> T:
        return self._record.read(query)  # type: ignore[return-value]  # a reader gives back what its query does


def _insert(connection: Connection, row: OutboxRow, fault: str | None, at: datetime) -> int:
    outbox_id = insert_message(connection, row)
    if outbox_id is None:
        return 0
    if fault is not None:
        insert_attempt(connection, AttemptRow(outbox_id, at, told.STOPPED, fault))
    return 1
