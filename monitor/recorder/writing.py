"""The one writer.

Law: one transaction at a time, in a native thread; waiting for it is bounded, so an alarm never waits.

A commit slower than `PATIENCE_S`, or a failed one, is NOT RECORDED: what must not be lost (everything but the refused
senders' own resends) is owed and written, in its order, with the next transaction that succeeds. What can never be
stored is set aside (apart.py), so that it keeps nothing else out of the record.
"""

import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from itertools import accumulate, takewhile
from typing import TypeVar

from monitor.counters import Counters
from monitor.errors import MonitorError, NotRecording
from monitor.recorder.apart import Kept, Record, keep
from monitor.runtime import Runtime, Signal
from monitor.store.rows import Batch, QuarantineRow, UnassignedRow, Written

R = TypeVar("R", QuarantineRow, UnassignedRow)

log = logging.getLogger(__name__)

PATIENCE_S = 0.5  # DESIGN law 3
OWED_READINGS_MAX = 50_000  # about 100 s of 500 beds; beyond it the senders, who were told AE, keep the messages
OWED_BYTES_MAX = 32 * 1024 * 1024  # of refused and of unassigned messages each


class Outcome(StrEnum):
    """What is known about a batch when the spine goes on."""

    RECORDED = "recorded"
    FAILED = "failed"  # rolled back; its rows are owed, its acts have no effect
    UNCERTAIN = "uncertain"  # still running after PATIENCE_S; `late` is called when it is known


@dataclass(slots=True)
class _Commit:
    """A transaction on its way; `result` is set before `done`. `late` is told when the spine no longer waits."""

    batch: Batch
    done: Signal
    late: Callable[[Written | None], None]
    result: Kept | MonitorError | None = None
    started_s: float = field(default_factory=time.monotonic)


def merge(first: Batch, second: Batch) -> Batch:
    """Both batches as one, in order."""
    return Batch(**{part.name: getattr(first, part.name) + getattr(second, part.name) for part in fields(Batch)})


class Writer:
    """Commits batches in order and knows whether the record is being kept."""

    def __init__(self, record: Record, runtime: Runtime, counters: Counters, patience_s: float = PATIENCE_S) -> None:
        self._record = record
        self._runtime = runtime
        self._counters = counters
        self._patience_s = patience_s
        self._stuck: _Commit | None = None
        self._owed = Batch()
        self._failing_since_s: float | None = None
        self._committed_s: float | None = None

    @property
    def committed_age_s(self) -> float:
        """Real seconds since readings were last committed; NaN when none ever were."""
        return math.nan if self._committed_s is None else time.monotonic() - self._committed_s

    @property
    def not_recording_s(self) -> float | None:
        """Real seconds since a write last went wrong or got stuck; None while recording."""
        if self._failing_since_s is None:
            return None
        return time.monotonic() - self._failing_since_s

    @property
    def owes(self) -> bool:
        """Whether something judged is still waiting to be stored."""
        return bool(self._owed)

    def commit(self, batch: Batch, late: Callable[[Written | None], None]) -> tuple[Outcome, Written | None]:
        """Store a batch with all that is owed; waits at most `PATIENCE_S`.

        UNCERTAIN means that `late` will be called, from a later `commit` or `poll`, with the result (None: failed).
        While an earlier commit is stuck nothing new is tried: the outcome is FAILED at once and the rows are owed.
        """
        self.poll()
        if self._stuck is not None:
            self._owe(batch)
            return Outcome.FAILED, None
        commit = _Commit(merge(self._owed, batch), self._runtime.signal(), late)
        self._owed = Batch()
        try:
            self._runtime.spawn(self._write, commit)
        except Exception:  # no thread to be had: nothing was tried, everything is owed
            log.exception("a transaction could not be started")
            commit.result = NotRecording("The record could not be written; the server's log says why.")
            commit.done.set()
        if not commit.done.wait(self._patience_s):
            self._stuck = commit
            self._failed()
            return Outcome.UNCERTAIN, None
        written = self._finish(commit)
        return (Outcome.FAILED if written is None else Outcome.RECORDED), written

    def poll(self) -> None:
        """Take the result of a slow commit, if it has come."""
        stuck = self._stuck
        if stuck is None or stuck.result is None:
            return
        self._stuck = None
        written = self._finish(stuck)
        try:
            stuck.late(written)
        except Exception:  # what waits for a late result must not cost the batch that is being committed now
            log.exception("a late result could not be used")

    def close(self, patience_s: float) -> None:
        """Before the end: wait for a slow commit, then try once more to write what is owed."""
        if self._stuck is not None:
            self._stuck.done.wait(patience_s)
            self.poll()
        if self._owed and self._stuck is None:
            self.commit(Batch(), lambda written: None)
            if self._stuck is not None:
                self._stuck.done.wait(patience_s)
                self.poll()

    def _write(self, commit: _Commit) -> None:
        result: Kept | MonitorError = NotRecording("The record could not be written; the server's log says why.")
        try:
            result = self._runtime.offload(keep, self._record, commit.batch)
        except MonitorError as error:
            result = error
        except Exception:  # the writer must survive anything; this is logged and shown as not recording
            log.exception("a transaction failed unexpectedly")
        finally:
            commit.result = result
            commit.done.set()

    def _finish(self, commit: _Commit) -> Written | None:
        self._counters.commits.observe(time.monotonic() - commit.started_s)
        if isinstance(commit.result, Kept):
            self._failing_since_s = None
            self._counters.recording.set(1)
            self._counters.readings.inc(commit.result.written.readings_new)
            self._note(commit.batch)
            for (part, cause), count in Counter(commit.result.set_aside).items():
                log.error("set aside, as the record cannot take them: %d of %s (%s)", count, part, cause)
                self._counters.set_aside.labels(part).inc(count)
            return commit.result.written
        log.error("not recording: %s", commit.result)
        self._counters.write_failures.inc()
        self._owed = _bounded(merge(_lasting(commit.batch), self._owed))  # it came before what is owed meanwhile
        self._failed()
        return None

    def _note(self, batch: Batch) -> None:
        if batch.readings:
            self._committed_s = time.monotonic()
            self._counters.commit_readings.observe(len(batch.readings))
        self._counters.quarantined.inc(len(batch.quarantine))

    def _failed(self) -> None:
        if self._failing_since_s is None:
            self._failing_since_s = time.monotonic()
        self._counters.recording.set(0)

    def _owe(self, batch: Batch) -> None:
        self._owed = _bounded(merge(self._owed, _lasting(batch)))


def _lasting(batch: Batch) -> Batch:
    """What is owed of a batch: acts were refused, and raw messages are sent again."""
    return replace(batch, raw=(), acts=())


def _bounded(batch: Batch) -> Batch:
    return replace(
        batch,
        readings=batch.readings[:OWED_READINGS_MAX],
        quarantine=_first_bytes(batch.quarantine),
        unassigned=_first_bytes(batch.unassigned),
    )


def _first_bytes(rows: Sequence[R]) -> tuple[R, ...]:
    so_far = accumulate(len(row.raw) for row in rows)
    return tuple(row for row, _ in zip(rows, takewhile(lambda size: size <= OWED_BYTES_MAX, so_far), strict=False))
