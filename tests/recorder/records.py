"""A record for the writer that can be told to be slow, to fail or to refuse some rows for ever."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import IntegrityError, OperationalError

from monitor.store.errors import WriteFailed
from monitor.store.rows import AlarmEventRow, Batch, QuarantineRow, ReadingRow, Written

T0 = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def failed(cause: Exception, act: int | None = None) -> WriteFailed:
    failure = WriteFailed("Nothing of this was recorded", act)
    failure.__cause__ = cause
    return failure


def locked() -> WriteFailed:
    return failed(OperationalError("INSERT", {}, Exception("database is locked")))


def broken() -> WriteFailed:
    return failed(IntegrityError("INSERT", {}, Exception("FOREIGN KEY constraint failed")))


def reading(hr: float, seconds: float = 0.0) -> ReadingRow:
    at = T0 + timedelta(seconds=seconds)
    return ReadingRow(1, None, "MON", at, at, at, {"hr": hr})


def alarm_event(word: str) -> AlarmEventRow:
    return AlarmEventRow("a1", T0, word, "active", "high", 1.0, 2.0, word, "reading")


def refused(raw: bytes) -> QuarantineRow:
    return QuarantineRow(T0, "peer", "junk", None, "", raw)


@dataclass
class ScriptedRecord:
    """Stores batches in a list; `failure` is asked for each batch, `gate` holds writes back until it is set."""

    batches: list[Batch] = field(default_factory=list)
    tried: int = 0
    failure: Callable[[Batch], Exception | None] = lambda batch: None
    gate: threading.Event | None = None

    def write(self, batch: Batch) -> Written:
        self.tried += 1
        if self.gate is not None:
            assert self.gate.wait(20)
        failure = self.failure(batch)
        if failure is not None:
            raise failure
        answers = tuple(act(None) for act in batch.acts)  # type: ignore[arg-type]
        self.batches.append(batch)
        return Written(len(batch.readings), answers)

    def readings(self) -> list[float]:
        return [row.values["hr"] for batch in self.batches for row in batch.readings]

    def events(self) -> list[str]:
        return [row.event for batch in self.batches for row in batch.alarm_events]
