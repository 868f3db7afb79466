"""Pages that have stopped reading.

Law: what waits for one page never grows without bound, and is never handed to it late as if it were new. A page that
takes nothing for `LOOKS` looks is closed, and what waited for it is thrown away; it connects again by itself and begins
with a snapshot, which holds every alarm that stands. A burst that is read in time is never cut, however long it is.
"""

import contextlib
import logging
from typing import Any

from monitor.counters import Counters
from monitor.runtime import Runtime

log = logging.getLogger(__name__)

EVERY_S = 1.0
LOOKS = 3


class Unread:
    """Looks after the lines of one server; `engine` is Socket.IO's own, which keeps a queue for each line."""

    def __init__(self, engine: Any, counters: Counters, runtime: Runtime) -> None:  # noqa: ANN401  # engineio has no types
        self._engine = engine
        self._counters = counters
        self._runtime = runtime
        self._first: dict[str, tuple[object, int]] = {}  # what waits first for a line, and the looks that saw it there

    def run(self) -> None:
        """Look for ever."""
        while True:
            self._runtime.sleep(EVERY_S)
            self.look()

    def look(self) -> int:
        """Close the lines whose first message waited through so many looks. Returns how many."""
        first, closed = {}, 0
        for sid, line in list(self._engine.sockets.items()):
            waiting = list(line.queue.queue)
            if line.closed or not waiting:
                continue
            before, looks = self._first.get(sid, (None, 0))
            looks = looks + 1 if before is waiting[0] else 0
            if looks < LOOKS:
                first[sid] = (waiting[0], looks)
            else:
                self._close(line, len(waiting))
                closed += 1
        self._first = first
        return closed

    def _close(self, line: Any, waiting: int) -> None:  # noqa: ANN401
        log.warning("a page was closed because it had stopped reading; %d messages waited for it", waiting)
        self._counters.unread_pages.inc()
        with contextlib.suppress(self._engine.get_queue_empty_exception()):
            while True:
                line.queue.get_nowait()
        line.close(wait=False, abort=True)
