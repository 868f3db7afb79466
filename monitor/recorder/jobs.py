"""A person's act on its way through the spine. Law: it changes the live picture only after it is stored.

`prepare` runs in the spine and may refuse; what it returns runs inside the transaction and may refuse too; `settle`
runs in the spine after COMMIT, and only then.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from monitor.errors import MonitorError, NotRecording
from monitor.recorder.turn import Turn
from monitor.runtime import Signal
from monitor.store.rows import Act

T = TypeVar("T")
log = logging.getLogger(__name__)

ACT_PATIENCE_S = 10.0


@dataclass(slots=True)
class Job(Generic[T]):
    """One act and the task that waits for it."""

    prepare: Callable[[Turn], Act]
    settle: Callable[[object, Turn], T]
    done: Signal
    result: T | None = None
    refusal: MonitorError | None = None
    settled: bool = False

    def refuse(self, refusal: MonitorError) -> None:
        """It had no effect."""
        self.refusal = refusal
        self.settled = True
        self.done.set()

    def finish(self, answer: object, turn: Turn) -> None:
        """It is stored, or was refused inside the transaction."""
        if isinstance(answer, MonitorError):
            self.refuse(answer)
            return
        try:
            self.result = self.settle(answer, turn)
        except MonitorError as refusal:
            self.refusal = refusal
        except Exception:
            log.exception("a stored act could not be followed")
            self.refusal = MonitorError("This was stored, but the server could not follow it; its log says why.")
        finally:
            self.settled = True
            self.done.set()

    def give_up(self) -> None:
        """After a fault nobody may be left waiting; what was answered stays answered."""
        if not self.settled:
            self.refuse(NotRecording("The server failed: it is not known whether this was stored. Look again."))

    def wait(self) -> T:
        """The act's result; raises its refusal, or NotRecording when nobody can say yet whether it was stored."""
        if not self.done.wait(ACT_PATIENCE_S):
            raise NotRecording("The record is not answering: it is not known yet whether this was stored. Look again.")
        if self.refusal is not None:
            raise self.refusal
        return self.result  # type: ignore[return-value]  # set by settle whenever there was no refusal
