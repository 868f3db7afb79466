"""The server's end of the drawing process. Law: no live number waits for paper, and a paper that fails is said.

The process is started when the first paper is asked for, is one, and is started again after it ended. It is begun with
`posix_spawn`: a fork would copy a server full of threads and sockets, and a spawn by the standard library would load
the server's starter again. It inherits no setting, and with that no secret.
"""

import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from monitor.errors import MonitorError
from monitor.printing.frames import DONE, receive, send
from monitor.printing.paper import Paper, paper_form
from monitor.runtime import Runtime

log = logging.getLogger(__name__)

HOUSE = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "monitor.printing")


class NotPrinted(MonitorError):
    """A paper could not be drawn; the record itself is as it was."""

    code = "not_printed"


@dataclass(slots=True)
class _Worker:
    pid: int
    papers: BinaryIO
    answers: BinaryIO

    def end(self) -> None:
        """Close both pipes and see that it is gone; what is left of it is taken away at the next start."""
        for pipe in (self.papers, self.answers):
            with contextlib.suppress(OSError):
                pipe.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class Press:
    """Draws papers in its own process; `turn` lets one through at a time without holding the hub."""

    def __init__(
        self, runtime: Runtime, turn: Callable[[], AbstractContextManager[None]], command: tuple[str, ...] = COMMAND
    ) -> None:
        self._runtime = runtime
        self._turn = turn
        self._command = command
        self._worker: _Worker | None = None
        self._ended: list[int] = []

    @property
    def worker_pid(self) -> int | None:
        """The process that waits for the next paper; None when there is none."""
        return None if self._worker is None else self._worker.pid

    def pdf(self, paper: Paper) -> bytes:
        """The PDF of a paper; raises NotPrinted, or TooBusy when too many ask."""
        with self._turn():
            return self._runtime.offload(self._draw, paper)

    def close(self) -> None:
        """End the process, if there is one."""
        if self._worker is not None:
            self._lose(self._worker)

    def _draw(self, paper: Paper) -> bytes:
        asked = paper_form().dump_json(paper)
        used = self._worker is not None
        answer = self._ask(asked)
        if answer is None and used:  # it had ended since the last paper; a fresh one is asked once
            answer = self._ask(asked)
        if answer is None or answer[:1] != DONE:
            why = "it took too long or too much memory" if answer is None else answer[1:].decode("ascii", "replace")
            log.warning("a paper was not drawn: %s", why)
            raise NotPrinted("The paper could not be drawn; the record is as it was. Try again, or print the page.")
        return answer[1:]

    def _ask(self, asked: bytes) -> bytes | None:
        worker = self._worker or self._start()
        try:
            send(worker.papers, asked)
            answer = receive(worker.answers)
        except OSError:
            answer = None
        if answer is None or answer[:1] != DONE:
            self._lose(worker)
        return answer

    def _start(self) -> _Worker:
        self._ended = [pid for pid in self._ended if os.waitpid(pid, os.WNOHANG) == (0, 0)]
        their_in, our_out = os.pipe()
        our_in, their_out = os.pipe()
        try:
            to_0 = (os.POSIX_SPAWN_DUP2, their_in, 0)
            to_1 = (os.POSIX_SPAWN_DUP2, their_out, 1)
            pid = os.posix_spawn(self._command[0], self._command, _environment(), file_actions=[to_0, to_1])
        finally:
            os.close(their_in)
            os.close(their_out)
        self._worker = _Worker(pid, open(our_out, "wb"), open(our_in, "rb"))  # noqa: SIM115 (kept open)
        return self._worker

    def _lose(self, worker: _Worker) -> None:
        worker.end()
        self._ended.append(worker.pid)
        self._worker = None


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": str(HOUSE), "PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
