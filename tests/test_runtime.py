"""The threads' runtime keeps what every server mode promises: calls answer, signals wake, listeners are told of."""

import socket
import threading
import time

import pytest
from werkzeug.wrappers import Response

from monitor.counters import Counters
from monitor.runtime import ThreadRuntime
from monitor.visitors import Visitors


def test_a_blocking_call_runs_elsewhere_and_gives_back_its_answer_or_its_error() -> None:
    runtime = ThreadRuntime()
    assert runtime.offload(lambda a, b: (a + b, threading.current_thread().name), 1, b=2)[0] == 3
    assert runtime.offload(threading.current_thread) is not threading.current_thread()
    with pytest.raises(ZeroDivisionError):
        runtime.offload(lambda: 1 / 0)


def test_a_signal_wakes_whoever_waits_now_and_later_and_twice_is_no_fault() -> None:
    runtime = ThreadRuntime()
    signal = runtime.signal()
    assert not signal.wait(0.01)
    threading.Timer(0.05, signal.set).start()
    assert signal.wait(5)
    signal.set()
    assert signal.wait()


def test_a_task_runs_beside_and_its_pause_holds_nobody_up() -> None:
    runtime, done = ThreadRuntime(), threading.Event()
    began_s = time.monotonic()
    runtime.spawn(lambda: (runtime.sleep(0.2), done.set()))
    assert time.monotonic() - began_s < 0.2
    assert done.wait(5)


def test_a_listener_is_on_the_port_the_system_chose_and_a_port_in_use_is_refused() -> None:
    runtime = ThreadRuntime()
    listener = runtime.listen("127.0.0.1", 0)
    try:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            accepted, _ = listener.accept()
            accepted.close()
        with pytest.raises(OSError, match="in use"):
            runtime.listen("127.0.0.1", port)
    finally:
        listener.close()


@pytest.mark.parametrize("head", [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n"])
def test_no_answer_tells_which_program_gives_it(head: bytes) -> None:
    runtime = ThreadRuntime()
    listener = runtime.listen("127.0.0.1", 0)
    counted = Counters()
    visitors = Visitors(10, 10, (), counted.http_connections, counted.http_refused)
    runtime.spawn(runtime.serve_http, listener, Response("here"), visitors)
    with socket.create_connection(listener.getsockname(), timeout=5) as connection:
        connection.sendall(head)
        said = b"".join(iter(lambda: connection.recv(65536), b"")).lower()
    assert b"http/1." in said
    assert b"server:" not in said
    assert b"werkzeug" not in said
    assert b"python" not in said
