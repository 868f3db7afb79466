"""Starts everything: `python run.py serve`, `demo`, `db upgrade`, `hl7 explain FILE`, and the rest of `--help`.

Law: the only file that knows the cooperative server. It patches before anything else is imported, and only for `serve`
and `demo`; all other commands run as plain Python.
"""

import os
import sys

COOPERATIVE = (
    len(sys.argv) > 1
    and sys.argv[1] in ("serve", "demo")
    and (os.environ.get("MONITOR_ASYNC_MODE", "eventlet") == "eventlet")
)
if COOPERATIVE:
    import warnings

    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet
    import eventlet.event
    import eventlet.tpool
    import eventlet.wsgi

    # Native threads must stay native: green locks do not cross to the threads that write to the database.
    eventlet.monkey_patch(thread=False)

import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from monitor.commands.main import main
from monitor.runtime import Runtime, Signal, ThreadRuntime

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

P = ParamSpec("P")
T = TypeVar("T")

REQUEST_HEADER_TIMEOUT_S = 30


class _GreenSignal:
    def __init__(self) -> None:
        self._event = eventlet.event.Event()

    def set(self) -> None:
        if not self._event.ready():
            self._event.send(True)

    def wait(self, timeout_s: float | None = None) -> bool:
        return bool(self._event.wait(timeout_s))


class EventletRuntime:
    """Green tasks on one hub; blocking calls go to native threads and never stop the hub."""

    async_mode = "eventlet"

    def offload(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run in the native thread pool; other tasks go on meanwhile."""
        return eventlet.tpool.execute(work, *args, **kwargs)  # type: ignore[no-any-return]

    def spawn(self, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Start a green task."""
        eventlet.spawn(work, *args, **kwargs)

    def sleep(self, seconds: float) -> None:
        """Let other tasks run, at least this long."""
        eventlet.sleep(seconds)

    def yield_now(self) -> None:
        """Let other tasks run once."""
        eventlet.sleep(0)

    def signal(self) -> Signal:
        """A signal on a green event."""
        return _GreenSignal()

    def listen(self, host: str, port: int) -> socket.socket:
        """A green listening socket."""
        return eventlet.listen((host, port), backlog=1024, reuse_port=False)  # type: ignore[no-any-return]

    def serve_http(self, listener: socket.socket, wsgi_app: "WSGIApplication") -> None:
        """The cooperative WSGI server; it writes no request log (paths carry ids)."""
        eventlet.wsgi.server(
            listener,
            wsgi_app,
            log=logging.getLogger("http"),
            log_output=False,
            max_size=4096,
            socket_timeout=REQUEST_HEADER_TIMEOUT_S,
        )


def runtime() -> Runtime:
    """The server mode chosen by MONITOR_ASYNC_MODE."""
    return EventletRuntime() if COOPERATIVE else ThreadRuntime()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], runtime))
