"""Everything an attacker tries is refused and counted, and the patient beside it is watched all the while."""

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from monitor.hl7.message import parse
from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.live_page import Page
from tests.security.attack import web, wire
from tests.security.attack.target import BED, IN_TIME_S, Probe, Target

LARGE = "/static/vendor/plotly-basic.min.js"  # 1.2 MB
KEPT_BY_THE_SYSTEM = 250_000  # bytes: 64 KiB unsent, what is on its way, and what the reader's side takes unread


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One server for all of it: whatever one attack leaves behind, the next must find it well."""
    clinic = Clinic.open(tmp_path_factory.mktemp("attacked"), {"CH1": BED, "CH2": "BED2"})
    session_id = clinic.plan("CH1", "P-1")
    clinic.begin(session_id, BED)
    yield Target(clinic, session_id)
    clinic.server.stop()
    assert "Traceback" not in (clinic.server.data_dir / "server.log").read_text(errors="replace")


@pytest.mark.parametrize(
    "attack", [*web.ATTACKS, *wire.ATTACKS], ids=lambda one: f"{one.__module__[-4:]}-{one.__name__}"
)
def test_an_attack_gets_nothing_and_the_monitor_beside_it_is_heard(
    target: Target, attack: Callable[[Target], None]
) -> None:
    attack(target)
    answer = target.hl7(messages.vitals(BED, messages.CALM))
    assert parse(answer).field("MSA", 1) == "AA"
    assert target.clinic.nurse.get("/chairs")


def test_an_alarm_comes_in_time_while_the_server_is_attacked(target: Target) -> None:
    ended = threading.Event()

    def attack() -> None:
        while not ended.is_set():
            for one in (web.half_open_connections, web.oversized_frames, wire.frames_without_end):
                with contextlib.suppress(OSError):  # the server hangs up on it
                    one(target)

    attacker = threading.Thread(target=attack, daemon=True)
    with Page(target.clinic.physician) as page, Probe(target) as probe:
        page.watch(board="A")
        attacker.start()
        time.sleep(1)  # well into it
        late_s = probe.raise_pressure(page)
        ended.set()
        attacker.join(30)
    assert late_s <= IN_TIME_S
    assert all(parse(answer).field("MSA", 1) == "AA" for answer in probe.answers)


def test_what_a_reader_has_no_room_for_waits_in_the_server_and_not_in_the_system(target: Target) -> None:
    server = target.clinic.server
    assert server.process is not None
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        reader.settimeout(0.5)
        reader.connect(("127.0.0.1", server.http_port))
        reader.sendall(f"GET {LARGE} HTTP/1.0\r\nHost: 127.0.0.1:{server.http_port}\r\n\r\n".encode())
        time.sleep(1)  # the server writes what it can, and nobody reads
        os.kill(server.process.pid, signal.SIGSTOP)
        try:
            came = _read(reader)
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        assert 0 < len(came) < KEPT_BY_THE_SYSTEM
        head, body = (came + _read(reader)).split(b"\r\n\r\n", 1)
    assert f"Content-Length: {len(body)}".encode() in head  # who reads again gets the whole of it


def _read(reader: socket.socket) -> bytes:
    """What comes until nothing has come for a moment."""
    read = b""
    with contextlib.suppress(TimeoutError):
        while chunk := reader.recv(65_536):
            read += chunk
    return read
