"""The MLLP listener with real sockets: every frame answered in order, no peer and no fault stops another."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from monitor.clock import system_clock
from monitor.counters import Counters
from monitor.intake.listener import Intake, IntakeLimits
from monitor.intake.peers import Peers
from monitor.recorder.arrivals import Arrived
from monitor.runtime import ThreadRuntime

VT, END = b"\x0b", b"\x1c\r"


@dataclass
class Echo:
    """Answers each frame with its own bytes; remembers what it was handed."""

    seen: list[Arrived] = field(default_factory=list)
    held: threading.Event | None = None
    fault: Callable[[Arrived], None] = lambda arrived: None

    def receive(self, arrived: Arrived) -> None:
        self.fault(arrived)
        self.seen.append(arrived)
        if self.held is None:
            arrived.finish((b"ACK " + arrived.raw[:40],))
        else:
            threading.Thread(target=self._later, args=(arrived, self.held), daemon=True).start()

    @staticmethod
    def _later(arrived: Arrived, held: threading.Event) -> None:
        held.wait(20)
        arrived.finish((b"ACK " + arrived.raw[:40],))


@dataclass
class Line:
    inbox: Echo
    counters: Counters
    port: int
    runtime: ThreadRuntime
    intake: Intake

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def count(self, name: str, **labels: str) -> float:
        return self.counters.registry.get_sample_value(name, labels) or 0.0


@contextlib.contextmanager
def listening(
    inbox: Echo | None = None, peers: Peers | None = None, tls: ssl.SSLContext | None = None, **limits: float
) -> Iterator[Line]:
    runtime, counters, inbox = ThreadRuntime(), Counters(), inbox or Echo()
    intake = Intake(inbox, runtime, system_clock(), counters, IntakeLimits(**limits), peers)  # type: ignore[arg-type]
    listener = runtime.listen("127.0.0.1", 0)
    threading.Thread(target=intake.serve, args=(listener, tls), daemon=True).start()
    try:
        yield Line(inbox, counters, listener.getsockname()[1], runtime, intake)
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def answers(connection: socket.socket, count: int) -> list[bytes]:
    buffer = b""
    while buffer.count(END) < count:
        chunk = connection.recv(65536)
        if not chunk:
            break
        buffer += chunk
    return [frame.lstrip(VT) for frame in buffer.split(END) if frame]


def closed(connection: socket.socket) -> bool:
    with contextlib.suppress(ConnectionResetError):
        return connection.recv(1) == b""
    return True


def until(what: Callable[[], object]) -> None:
    ends_at = time.monotonic() + 10
    while not what():
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def test_a_peer_that_pipelines_is_answered_for_every_frame_in_order() -> None:
    with listening(frames_in_flight=7) as line, line.connect() as peer:
        peer.sendall(b"".join(VT + b"m%d" % number + END for number in range(500)))
        assert answers(peer, 500) == [b"ACK m%d" % number for number in range(500)]


def test_a_frame_in_pieces_is_one_frame() -> None:
    with listening() as line, line.connect() as peer:
        for piece in (VT, b"hel", b"lo", b"\x1c", b"\r"):
            peer.sendall(piece)
            time.sleep(0.02)
        assert answers(peer, 1) == [b"ACK hello"]


def test_answers_wait_for_the_recorder_and_so_does_the_next_chunk() -> None:
    held = threading.Event()
    with listening(Echo(held=held), frames_in_flight=4) as line, line.connect() as peer:
        peer.sendall(b"".join(VT + b"x" * 100 + END for _ in range(100)))
        time.sleep(0.3)
        assert len(line.inbox.seen) == 4  # the backlog is the peer's own
        held.set()
        assert len(answers(peer, 100)) == 100


def test_a_peer_that_does_not_read_its_answers_is_let_go_and_costs_nobody_else() -> None:
    with listening(send_timeout_s=0.5) as line, line.connect() as deaf, line.connect() as other:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        deaf.settimeout(0.2)
        with contextlib.suppress(OSError):
            for _ in range(2000):
                deaf.sendall(b"".join(VT + b"y" * 30 + END for _ in range(2000)))
        other.sendall(VT + b"hello" + END)
        assert answers(other, 1) == [b"ACK hello"]
        until(lambda: line.count("mllp_connections") == 1)


def test_a_stalled_frame_is_kept_answered_and_its_connection_closed() -> None:
    with listening(frame_timeout_s=0.3) as line, line.connect() as peer:
        peer.sendall(VT + b"MSH|half")
        assert answers(peer, 1) == [b"ACK MSH|half"]
        assert closed(peer)
        assert [one.refused for one in line.inbox.seen] == ["stalled"]
        assert line.count("mllp_skipped_total", kind="stalled") == 1


def test_an_idle_connection_without_an_open_frame_is_left_alone() -> None:
    with listening(frame_timeout_s=0.2) as line, line.connect() as peer:
        time.sleep(0.6)
        peer.sendall(VT + b"still here" + END)
        assert answers(peer, 1) == [b"ACK still here"]


def test_a_frame_cut_off_by_the_end_is_kept_and_answered_when_the_peer_still_listens() -> None:
    with listening() as line, line.connect() as peer:
        peer.sendall(VT + b"whole" + END + VT + b"MSH|cut")
        peer.shutdown(socket.SHUT_WR)
        assert answers(peer, 2) == [b"ACK whole", b"ACK MSH|cut"]
        assert [one.refused for one in line.inbox.seen] == [None, "unfinished"]


def test_a_frame_beyond_the_limit_is_answered_from_its_head_and_the_connection_closed() -> None:
    with listening(frame_bytes=1000) as line, line.connect() as peer:
        with contextlib.suppress(OSError):
            peer.sendall(VT + b"ok" + END + VT + b"MSH|" + b"z" * 5000)
        assert answers(peer, 2)[0] == b"ACK ok"
        assert closed(peer)
        assert [one.refused for one in line.inbox.seen] == [None, "oversize"]
        assert len(line.inbox.seen[1].raw) <= 1000


def test_junk_between_frames_is_counted_and_loses_no_frame() -> None:
    with listening() as line, line.connect() as peer:
        peer.sendall(b"noise" + VT + b"one" + END + b"\r\n" + b"more noise" + VT + b"two" + END)
        assert answers(peer, 2) == [b"ACK one", b"ACK two"]
        assert line.count("mllp_skipped_total", kind="junk") == 17  # with the line break before the second


def test_beyond_the_limit_of_connections_a_peer_is_refused_until_one_leaves() -> None:
    with listening(peers=Peers(most=2)) as line:
        first, second = line.connect(), line.connect()
        until(lambda: line.count("mllp_connections") == 2)
        with line.connect() as third:
            assert closed(third)
        assert line.count("mllp_connections_refused_total") == 1
        first.close()
        until(lambda: line.count("mllp_connections") == 1)
        with line.connect() as fourth:
            fourth.sendall(VT + b"in" + END)
            assert answers(fourth, 1) == [b"ACK in"]
        second.close()


def test_many_short_connections_leave_none_counted() -> None:
    with listening() as line:
        for _ in range(50):
            with line.connect() as peer:
                peer.sendall(VT + b"x" + END)
                assert answers(peer, 1) == [b"ACK x"]
        until(lambda: line.count("mllp_connections") == 0)


def test_a_fault_in_one_conversation_ends_that_conversation_only() -> None:
    def fault(arrived: Arrived) -> None:
        if b"poison" in arrived.raw:
            raise RuntimeError("injected")

    with listening(Echo(fault=fault)) as line, line.connect() as bad, line.connect() as good:
        bad.sendall(VT + b"poison" + END)
        assert closed(bad)
        good.sendall(VT + b"fine" + END)
        assert answers(good, 1) == [b"ACK fine"]


def test_the_listener_survives_a_failing_accept_and_a_task_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as line:
        spawn, failures = line.runtime.spawn, [1]

        def sometimes(*args: object, **kwargs: object) -> None:
            if failures:
                failures.pop()
                raise RuntimeError("can't start new thread")
            spawn(*args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(line.runtime, "spawn", sometimes)
        with line.connect() as unlucky:
            assert closed(unlucky)
        with line.connect() as peer:
            peer.sendall(VT + b"hello" + END)
            assert answers(peer, 1) == [b"ACK hello"]


class Failing:
    """A listener whose first accept fails, as when there are no descriptors left."""

    def __init__(self, real: socket.socket) -> None:
        self.real, self.failed = real, False

    def accept(self) -> tuple[socket.socket, object]:
        if not self.failed:
            self.failed = True
            raise OSError(24, "Too many open files")
        return self.real.accept()

    def fileno(self) -> int:
        return self.real.fileno()


def test_running_out_of_descriptors_is_waited_out() -> None:
    runtime, inbox = ThreadRuntime(), Echo()
    intake = Intake(inbox, runtime, system_clock(), Counters())
    listener = runtime.listen("127.0.0.1", 0)
    threading.Thread(target=intake.serve, args=(Failing(listener),), daemon=True).start()
    with socket.create_connection(listener.getsockname(), timeout=10) as peer:
        peer.sendall(VT + b"after all" + END)
        assert answers(peer, 1) == [b"ACK after all"]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
