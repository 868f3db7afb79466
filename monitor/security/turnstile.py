"""At most so many at once, without ever stopping the hub.

Law: waiting here is `runtime.sleep`, never a lock; and a waiter gets an answer, even if it is "too busy".
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.errors import MonitorError
from monitor.runtime import Runtime

_POLL_S = 0.02


class TooBusy(MonitorError):
    """Too many ask for the same costly thing; ask again in a moment."""

    code = "too_busy"


class Turnstile:
    """Lets `at_once` callers through, keeps `waiting` more waiting up to `patience_s`, refuses the rest."""

    def __init__(self, runtime: Runtime, at_once: int, waiting: int = 64, patience_s: float = 20.0) -> None:
        self._runtime = runtime
        self._places = threading.Semaphore(at_once)
        self._queue = threading.Semaphore(waiting)
        self._patience_s = patience_s

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Hold one place for the length of the block; raises TooBusy when none came free."""
        if not self._places.acquire(blocking=False):
            self._wait()
        try:
            yield
        finally:
            self._places.release()

    def _wait(self) -> None:
        if not self._queue.acquire(blocking=False):
            raise TooBusy("Many people ask for this at the same moment; try again in a few seconds.")
        try:
            for _ in range(int(self._patience_s / _POLL_S)):
                self._runtime.sleep(_POLL_S)
                if self._places.acquire(blocking=False):
                    return
        finally:
            self._queue.release()
        raise TooBusy("The server is busy; try again in a few seconds.")
