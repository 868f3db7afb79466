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

import contextlib
import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from monitor.commands.main import main
from monitor.framing import StrictHead
from monitor.runtime import HALF_OPEN_S, Runtime, Signal, ThreadRuntime
from monitor.visitors import MOST, Visitors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

P = ParamSpec("P")
T = TypeVar("T")

SILENCE_S = 30  # between two requests of one connection, and of a reader that takes nothing
# What the system keeps of an answer that its reader has no room for: more would be old numbers when it reads again.
UNSENT_BYTES = 65_536


class _GreenSignal:
    def __init__(self) -> None:
        self._event = eventlet.event.Event()

    def set(self) -> None:
        if not self._event.ready():
            self._event.send(True)

    def wait(self, timeout_s: float | None = None) -> bool:
        return bool(self._event.wait(timeout_s))


def _protocol(visitors: Visitors) -> type:
    """How one HTTP connection is served: not beyond the limits, and not for one who dawdles over a request's head."""

    class Protocol(StrictHead, eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
        head_s = HALF_OPEN_S

        def handle(self) -> None:
            if not visitors.enter(str(self.client_address[0])):
                self.close_connection = True
                return
            try:
                super().handle()
            finally:
                visitors.leave(str(self.client_address[0]))

        def handle_one_request(self) -> None:
            self.head = eventlet.Timeout(self.head_s)
            try:
                super().handle_one_request()
            except eventlet.Timeout as timeout:
                if timeout is not self.head:
                    raise
                self.close_connection = True
            finally:
                self.head.cancel()
                self.head_s = SILENCE_S

        def parse_request(self) -> bool:
            understood = super().parse_request()
            self.head.cancel()
            return understood

    return Protocol


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

    def serve_http(self, listener: socket.socket, wsgi_app: "WSGIApplication", visitors: Visitors) -> None:
        """The cooperative WSGI server; it writes no request log (paths carry ids)."""
        # Head and body of an answer are two writes: without this a kept connection waits 40 ms for the second.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(AttributeError):  # a system that cannot be told so keeps more
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        eventlet.wsgi.server(
            listener,
            wsgi_app,
            log=logging.getLogger("http"),
            log_output=False,
            max_size=MOST + 64,  # so that one over the limit is refused and does not wait
            socket_timeout=SILENCE_S,
            protocol=_protocol(visitors),
        )


def runtime() -> Runtime:
    """The server mode chosen by MONITOR_ASYNC_MODE."""
    return EventletRuntime() if COOPERATIVE else ThreadRuntime()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], runtime))
