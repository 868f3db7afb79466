"""What the server mode must offer, so that no other file names a server.

Law: nothing here waits on the hub with a real lock.

`run.py` supplies the cooperative implementation; ThreadRuntime serves MONITOR_ASYNC_MODE=threading and the tests.
"""

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from werkzeug.serving import WSGIRequestHandler, make_server

from monitor.framing import StrictHead
from monitor.visitors import Visitors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HALF_OPEN_S = 10.0  # how long a connection may take over the head of its request

P = ParamSpec("P")
T = TypeVar("T")


class Signal(Protocol):
    """Something one task sets and another waits for, without stopping any other task."""

    def set(self) -> None:
        """Wake whoever waits, now and later."""

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until set; True when it was set, False when the time ran out first."""


class Runtime(Protocol):
    """Tasks, waiting, blocking calls and listening sockets of one server mode."""

    async_mode: str

    def offload(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call in a native thread and wait for it while other tasks go on; raises what it raised."""

    def spawn(self, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Start a task."""

    def sleep(self, seconds: float) -> None:
        """Let other tasks run, at least this long."""

    def yield_now(self) -> None:
        """Let other tasks run once; called after every MLLP frame."""

    def signal(self) -> Signal:
        """A fresh signal."""

    def listen(self, host: str, port: int) -> socket.socket:
        """A listening TCP socket whose accept, recv and sendall suspend only their own task."""

    def serve_http(self, listener: socket.socket, wsgi_app: "WSGIApplication", visitors: Visitors) -> None:
        """Answer HTTP and websockets of those `visitors` lets in, until the process ends."""


class _ThreadSignal:
    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        self._event.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        return self._event.wait(timeout_s)


class _QuietRequestHandler(StrictHead, WSGIRequestHandler):
    timeout = HALF_OPEN_S  # of one silence; the cooperative server also ends who sends a byte now and then
    visitors: Visitors

    def handle(self) -> None:
        """Serve one connection, unless there are too many."""
        address = str(self.client_address[0])
        if self.visitors.enter(address):
            try:
                super().handle()
            finally:
                self.visitors.leave(address)


class ThreadRuntime:
    """Plain operating-system threads."""

    async_mode = "threading"

    def __init__(self, workers: int = 8) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="offload")

    def offload(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run in the pool and wait for it in the calling thread."""
        return self._pool.submit(work, *args, **kwargs).result()

    def spawn(self, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Start a daemon thread."""
        threading.Thread(target=work, args=args, kwargs=kwargs, daemon=True).start()

    def sleep(self, seconds: float) -> None:
        """Sleep the calling thread."""
        time.sleep(seconds)

    def yield_now(self) -> None:
        """Threads yield by themselves."""

    def signal(self) -> Signal:
        """A signal on a threading.Event."""
        return _ThreadSignal()

    def listen(self, host: str, port: int) -> socket.socket:
        """A plain listening socket."""
        return socket.create_server((host, port), backlog=1024, reuse_port=False)

    def serve_http(self, listener: socket.socket, wsgi_app: "WSGIApplication", visitors: Visitors) -> None:
        """Werkzeug's threaded server, without its request log (paths carry ids)."""
        host, port = listener.getsockname()[:2]
        handler = type("RequestHandler", (_QuietRequestHandler,), {"visitors": visitors})
        server = make_server(host, port, wsgi_app, threaded=True, fd=listener.fileno(), request_handler=handler)
        server.serve_forever()
