"""A head that can be read in two ways is refused; by the threaded server too, over real sockets."""

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from monitor.counters import Counters
from monitor.framing import doubt
from monitor.runtime import ThreadRuntime
from monitor.visitors import Visitors
from tests.security import heads
from tests.security.nginx import statuses

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = ("Host", "monitor")


@pytest.mark.parametrize(
    "lines",
    [
        [HOST, ("Content-Length", "12")],
        [HOST, ("Content-Length", "0 ")],
        [HOST, ("Accept", "a"), ("Accept", "b")],
        [HOST, ("X-Words", "tab\tand ü")],
        [],
    ],
)
def test_a_usual_head_is_taken(lines: list[tuple[str, str]]) -> None:
    assert doubt(lines) is None


@pytest.mark.parametrize(
    "lines",
    [
        [HOST, HOST],
        [HOST, ("content-length", "1"), ("Content-Length", "1")],
        [HOST, ("Content-Length", "1, 1")],
        [HOST, ("Content-Length", "+1")],
        [HOST, ("Content-Length", "１")],
        [HOST, ("Content-Length", "0x1")],
        [HOST, ("Content-Length", "")],
        [HOST, ("Transfer-Encoding", "chunked")],
        [HOST, ("Transfer-Encoding ", "chunked")],
        [HOST, ("X", "a\r\n b")],
        [HOST, ("X", "a\x00")],
        [HOST, ("", "a")],
    ],
)
def test_a_head_in_doubt_is_refused_in_words(lines: list[tuple[str, str]]) -> None:
    assert doubt(lines)


@pytest.fixture(scope="module")
def port() -> int:
    """A threaded server that answers 200 to everything, and logs nothing."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    runtime, counted = ThreadRuntime(1), Counters()
    listener = runtime.listen("127.0.0.1", 0)
    visitors = Visitors(100, 100, [], counted.http_connections, counted.http_refused)
    threading.Thread(target=runtime.serve_http, args=(listener, answer, visitors), daemon=True).start()
    return int(listener.getsockname()[1])


@pytest.mark.parametrize("name", [*heads.AMBIGUOUS, *heads.BENT])
def test_the_threaded_server_refuses_it_once_and_hangs_up(
    port: int, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    request = {**heads.AMBIGUOUS, **heads.BENT}[name]
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        came, closed = heads.exchange(line, heads.written(request, f"localhost:{port}"))
    assert (statuses(came), closed) == ([400], True)
    assert capfd.readouterr().err == ""
