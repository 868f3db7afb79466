"""The one writer.

Law: one transaction at a time, in a native thread; waiting for it is bounded, so an alarm never waits.

A commit slower than `PATIENCE_S`, or a failed one, is NOT RECORDED: what must not be lost (everything but the refused
senders' own resends) is owed and written with the next transaction that succeeds.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Protocol

from monitor.counters import Counters
from monitor.errors import MonitorError, NotRecording
from monitor.runtime import Runtime, Signal
from monitor.store.rows import Batch, Written

log = logging.getLogger(__name__)

PATIENCE_S = 0.5  # DESIGN law 3
OWED_READINGS_MAX = 50_000  # about 100 s of 500 beds; beyond it the senders, who were told AE, keep the messages


class Record(Protocol):
    """What the writer needs of the store."""

    def write(self, batch: Batch) -> Written:
        """One transaction."""


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
    result: Written | MonitorError | None = None
    started_s: float = field(default_factory=time.monotonic)


def merge(first: Batch, second: Batch) -> Batch:
    """Both batches as one, in order."""
    return Batch(**{part.name: getattr(first, part.name) + getattr(second, part.name) for part in fields(Batch)})


class Writer:
    """Commits batches in order and knows whether the record is being kept."""

    def __init__(self, record: Record, runtime: Runtime, counters: Counters) -> None:
        self._record = record
        self._runtime = runtime
        self._counters = counters
        self._stuck: _Commit | None = None
        self._owed = Batch()
        self._failing_since_s: float | None = None

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
        self._runtime.spawn(self._write, commit)
        if not commit.done.wait(PATIENCE_S):
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
        stuck.late(self._finish(stuck))

    def _write(self, commit: _Commit) -> None:
        try:
            commit.result = self._runtime.offload(self._record.write, commit.batch)
        except MonitorError as error:
            commit.result = error
        except Exception:  # the writer must survive anything; this is logged and shown as not recording
            log.exception("a transaction failed unexpectedly")
            commit.result = NotRecording("The record could not be written; the server's log says why.")
        finally:
            commit.done.set()

    def _finish(self, commit: _Commit) -> Written | None:
        self._counters.commits.observe(time.monotonic() - commit.started_s)
        if isinstance(commit.result, Written):
            self._failing_since_s = None
            self._counters.recording.set(1)
            self._counters.readings.inc(commit.result.readings_new)
            return commit.result
        log.error("not recording: %s", commit.result)
        self._counters.write_failures.inc()
        self._owe(commit.batch)
        self._failed()
        return None

    def _failed(self) -> None:
        if self._failing_since_s is None:
            self._failing_since_s = time.monotonic()
        self._counters.recording.set(0)

    def _owe(self, batch: Batch) -> None:
        room = max(0, OWED_READINGS_MAX - len(self._owed.readings))
        self._owed = merge(self._owed, replace(batch, readings=batch.readings[:room], raw=(), acts=()))
