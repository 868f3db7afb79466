"""The threads' runtime keeps what every server mode promises: calls answer, signals wake, listeners are told of."""

import socket
import threading
import time

import pytest

from monitor.runtime import ThreadRuntime


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
