"""The receiver's rules over real sockets: whatever stands between messages and however they come, one answer each."""

import csv
import io
import itertools
import socket
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.hl7.ack import control_id_of
from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.server import FS_CR, VT, converse, read_frames, wait_for

BED = "BED1"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path_factory.mktemp("rules"), {"CH1": BED, "CH2": "BED2"})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in clinic.server.log()


@pytest.fixture
def line(clinic: Clinic) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", clinic.server.mllp_port), timeout=15) as connection:
        yield connection


def name() -> str:
    return f"R{next(_numbers)}"


def vitals(control: str, *, bed: str = BED, heart_rate: float = 72.0) -> bytes:
    return messages.vitals(bed, {"hr": heart_rate}, control=control)


def framed(control: str) -> bytes:
    return VT + vitals(control) + FS_CR


def answers(connection: socket.socket, count: int) -> list[tuple[str, str]]:
    return [control_id_of(one) for one in read_frames(connection, count)]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"], ids=["CR", "LF", "CR LF"])
def test_segments_may_end_in_any_line_end(line: socket.socket, end: bytes) -> None:
    control = name()
    assert control_id_of(converse(line, vitals(control).replace(b"\r", end))) == ("AA", control)


@pytest.mark.parametrize("between", [b"", b"\r\n", b"noise", b"\x1c\r", b"\xff\0"])
def test_what_stands_between_frames_costs_no_frame(line: socket.socket, between: bytes) -> None:
    wanted = [name() for _ in range(3)]
    line.sendall(between.join(map(framed, wanted)))
    assert answers(line, 3) == [("AA", control) for control in wanted]


def test_a_start_inside_a_frame_is_a_new_frame_and_the_lost_one_is_answered_ae(line: socket.socket) -> None:
    lost, whole = name(), name()
    line.sendall(framed(lost)[:-40] + framed(whole))
    assert answers(line, 2) == [("AE", lost), ("AA", whole)]


def test_a_lost_last_cr_loses_nothing(line: socket.socket) -> None:
    first, second = name(), name()
    line.sendall(framed(first)[:-1] + framed(second))
    assert answers(line, 2) == [("AA", first), ("AA", second)]


def test_many_messages_of_one_connection_are_answered_in_order(line: socket.socket) -> None:
    wanted = [name() for _ in range(200)]
    threading.Thread(target=line.sendall, args=(b"".join(map(framed, wanted)),), daemon=True).start()
    assert answers(line, 200) == [("AA", control) for control in wanted]


def test_each_message_of_a_batch_is_answered(line: socket.socket) -> None:
    wanted = [name() for _ in range(3)]
    batch = b"FHS|^~\\&\rBHS|^~\\&\r" + b"".join(map(vitals, wanted)) + b"BTS|3\rFTS|1\r"
    line.sendall(VT + batch + FS_CR)
    assert answers(line, 3) == [("AA", control) for control in wanted]


def test_slow_senders_are_each_answered(clinic: Clinic) -> None:
    wanted = [name() for _ in range(6)]
    lines = [socket.create_connection(("127.0.0.1", clinic.server.mllp_port), timeout=15) for _ in wanted]
    for row in itertools.zip_longest(*map(framed, wanted)):
        for connection, byte in zip(lines, row, strict=True):
            connection.sendall(b"" if byte is None else bytes([byte]))
    assert [answers(connection, 1) for connection in lines] == [[("AA", control)] for control in wanted]
    for connection in lines:
        connection.close()


def test_half_a_frame_and_the_end_of_sending_is_answered_ae(line: socket.socket) -> None:
    control = name()
    line.sendall(framed(control)[:-20])
    line.shutdown(socket.SHUT_WR)
    assert answers(line, 1) == [("AE", control)]


def test_a_reset_in_a_frame_harms_nobody(clinic: Clinic, line: socket.socket) -> None:
    broken = socket.create_connection(("127.0.0.1", clinic.server.mllp_port), timeout=15)
    broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    broken.sendall(framed(name())[:-20])
    broken.close()
    control = name()
    assert control_id_of(converse(line, vitals(control))) == ("AA", control)


def test_a_nul_is_refused_and_the_next_message_is_not(line: socket.socket) -> None:
    bad, good = name(), name()
    assert control_id_of(converse(line, vitals(bad) + b"\0")) == ("AE", bad)
    assert control_id_of(converse(line, vitals(good))) == ("AA", good)


def heart_rates(clinic: Clinic, session_id: int) -> list[float]:
    return [row["value"] for row in clinic.nurse.get(f"/sessions/{session_id}/readings") if row["vital"] == "hr"]


def test_only_the_same_message_again_is_a_duplicate(clinic: Clinic, line: socket.socket) -> None:
    session_id = clinic.plan("CH1", "R-1")
    clinic.nurse.act(session_id, "check_in")
    at = messages.now()
    same = messages.vitals(BED, {"hr": 81.0}, control="1", at=at)
    other = messages.vitals(BED, {"hr": 82.0}, control="1", at=at + timedelta(milliseconds=500))
    for payload in (same, same, other, same):  # a small counter that began again names two messages alike
        assert control_id_of(converse(line, payload)) == ("AA", "1")
    wait_for(lambda: len(heart_rates(clinic, session_id)) >= 2)
    assert sorted(heart_rates(clinic, session_id)) == [81.0, 82.0]


@pytest.mark.parametrize(("path", "code"), [("/unassigned", "AA"), ("/quarantine", "AE")])
def test_what_is_kept_apart_is_kept_once_however_often_it_comes(
    clinic: Clinic, line: socket.socket, path: str, code: str
) -> None:
    before = len(clinic.office(path))
    payload = vitals(name(), bed="NOBED") + (b"" if code == "AA" else b"\0")
    for _ in range(3):
        assert control_id_of(converse(line, payload))[0] == code
    assert len(clinic.office(path)) == before + 1


def test_two_contents_of_one_moment_are_both_acknowledged_and_neither_vanishes(
    clinic: Clinic, line: socket.socket
) -> None:
    session_id = clinic.plan("CH2", "MRN-TWO")
    clinic.nurse.act(session_id, "check_in")
    at = messages.now()
    for value in (97.0, 91.0):
        control = name()
        raw = messages.vitals("BED2", {"spo2": value}, at=at, control=control)
        assert control_id_of(converse(line, raw)) == ("AA", control)
    told = [one for one in clinic.nurse.get(f"/sessions/{session_id}/readings") if one["vital"] == "spo2"]
    assert sorted((one["value"], one["struck"]) for one in told) == [(91.0, ""), (97.0, "replaced")]
    assert clinic.nurse.get(f"/sessions/{session_id}")["live"]["numbers"]["spo2"]["value"] == 91.0
    exported = csv.DictReader(io.StringIO(clinic.nurse.get(f"/sessions/{session_id}/export.csv")))
    both = sorted((row["spo2 [%]"], row["charted"]) for row in exported if row["spo2 [%]"])
    assert both == [("91.0", "yes"), ("97.0", "replaced")]
    source = next(one for one in clinic.office("/intake")["sources"] if "CH2" in one["chairs"])
    assert (source["heard"], source["clock_ok"], source["readings"] > 0) == (True, True, True)
