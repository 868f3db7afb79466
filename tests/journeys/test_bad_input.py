"""What a receiver meets in a hospital: each answered or counted, kept, explained, and never a lost neighbour."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.hl7.message import parse
from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.live_page import Page
from tests.server import FS_CR, VT, converse, read_frames, wait_for

BED, OTHER = "BED1", "BED2"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """One server for every bad message here: whatever one of them does, the next must find it well."""
    clinic = Clinic.open(tmp_path_factory.mktemp("bad"), {"CH1": BED, "CH2": OTHER})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in (clinic.server.data_dir / "server.log").read_text(errors="replace")


@pytest.fixture(scope="module")
def session_id(clinic: Clinic) -> int:
    session_id = clinic.plan("CH1", "B-1")
    clinic.prepare(session_id, BED)
    return session_id


class Neighbours:
    """One connection with a good message before and after what is tried between them."""

    def __init__(self, clinic: Clinic, session_id: int) -> None:
        self._clinic, self._session_id = clinic, session_id
        self.socket = socket.create_connection(("127.0.0.1", clinic.server.mllp_port), timeout=15)
        self._times: list[datetime] = []

    def good(self) -> bytes:
        """A good message; it must be accepted."""
        at = messages.now()
        self._times.append(at)
        answer = converse(self.socket, messages.vitals(BED, {"hr": 71.0, "spo2": 97.0}, at=at))
        assert parse(answer).field("MSA", 1) == "AA", answer
        return answer

    def are_stored(self) -> bool:
        path = f"/sessions/{self._session_id}/readings"
        found = {row["measured_at"] for row in self._clinic.nurse.get(path)}
        stored = {int(datetime.fromisoformat(at).timestamp() * 1000) for at in found}
        return all(int(at.timestamp()) * 1000 + at.microsecond // 1000 in stored for at in self._times)


@pytest.fixture
def neighbours(clinic: Clinic, session_id: int) -> Iterator[Neighbours]:
    beside = Neighbours(clinic, session_id)
    beside.good()
    yield beside
    beside.socket.close()
    assert beside.are_stored(), "a good message beside a bad one was lost"


def kept(clinic: Clinic, path: str, wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The newest entry of /quarantine or /unassigned that is wanted."""
    return dict(wait_for(lambda: next((one for one in clinic.office(path) if wanted(one)), None), 15))


def metric(clinic: Clinic, name: str) -> float:
    _, text = clinic.server.api(clinic.tokens["office"]).ask("GET", "/metrics")
    lines = [line for line in text.splitlines() if line.startswith(name) and not line.startswith("#")]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


MALFORMED = {
    "no OBX that makes sense": b"MSH|^~\\&|X||||20260101||ORU^R01|BAD1|P|2.6\rOBX|1|NM\rOBX\rQQQ|\r",
    "MSH too short": b"MSH|^~\\&|X\r",
    "an ADT without a patient": b"MSH|^~\\&|X||||20260101||ADT^A01|BAD4|P|2.6\rPV1||O|^^BED1\r",
    "a version from the future": b"MSH|^~\\&|X||||20260101||ORU^R01|BAD5|P|99\rPV1||O|^^BED1\r",
    "a type nobody knows": b"MSH|^~\\&|X||||20260101||ZZZ^Z99|BAD6|P|2.6\r",
    "an empty control id": b"MSH|^~\\&|X||||20260101||ORU^R01||P|2.6\rPV1||O|^^BED1\r",
    "bytes that are no text": b"MSH|^~\\&|X||||20260101||ORU^R01|BAD8|P|2.6\rPV1||O|^^\xff\xfe\x80BED1\r",
    "NUL bytes": b"MSH|^~\\&|X||||20260101||ORU^R01|BAD9|P|2.6\rPV1||O|^^BED1\x00\x00\rOBX|1|NM|\x00|\x00|\x00\r",
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_message_is_answered_and_costs_no_neighbour(neighbours: Neighbours, raw: bytes) -> None:
    answer = parse(converse(neighbours.socket, raw))
    assert answer.field("MSA", 1) in ("AA", "AE", "AR")
    neighbours.good()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"GET / HTTP/1.1\r\nHost: monitor\r\n\r\n", "GET / HTTP"),
        (b"MSH||||||REPEATED|ORU^R01|BAD3|P|2.6\r", "REPEATED"),
    ],
    ids=["no MSH", "an MSH whose delimiters are all the same"],
)
def test_what_has_no_msh_to_answer_is_kept_and_counted(
    clinic: Clinic, neighbours: Neighbours, raw: bytes, words: str
) -> None:
    before = metric(clinic, "mllp_unanswered_total")
    neighbours.socket.sendall(VT + raw + FS_CR)
    neighbours.good()
    found = kept(clinic, "/quarantine", lambda one: words in one["text"])
    assert found["answer"] is None
    assert found["reason"]
    assert metric(clinic, "mllp_unanswered_total") == before + 1


def test_junk_between_frames_is_counted_and_skipped(clinic: Clinic, neighbours: Neighbours) -> None:
    before = metric(clinic, "mllp_skipped_total")
    neighbours.socket.sendall(b"\r\n\x1c\x1c noise of a terminal server \x00\xff")
    neighbours.good()
    assert metric(clinic, "mllp_skipped_total") > before


def test_an_unfinished_frame_is_kept_when_the_next_begins(clinic: Clinic, neighbours: Neighbours) -> None:
    whole = messages.vitals(BED, {"hr": 180.0}, control="CUT1")
    neighbours.socket.sendall(VT + whole[: len(whole) // 2])
    at = messages.now()
    neighbours.socket.sendall(VT + messages.vitals(BED, {"hr": 71.0}, at=at, control="AFTER1") + FS_CR)
    answers = [parse(answer) for answer in read_frames(neighbours.socket, 2)]
    assert [(one.field("MSA", 1), one.field("MSA", 2)) for one in answers] == [("AE", "CUT1"), ("AA", "AFTER1")]
    assert kept(clinic, "/quarantine", lambda one: one["control_id"] == "CUT1")["answer"] == "AE"


def test_an_unfinished_frame_at_the_end_of_a_connection_is_kept(clinic: Clinic) -> None:
    with socket.create_connection(("127.0.0.1", clinic.server.mllp_port), timeout=10) as connection:
        connection.sendall(VT + messages.vitals(BED, {"hr": 180.0}, control="CUT2")[:-30])
    assert kept(clinic, "/quarantine", lambda one: one["control_id"] == "CUT2")["reason"]


def test_a_frame_above_one_mebibyte_is_refused_and_the_next_connection_is_served(
    clinic: Clinic, neighbours: Neighbours
) -> None:
    huge = messages.vitals(BED, {"hr": 180.0}, control="HUGE1") + b"NTE|1||" + b"x" * 2**20 + b"\r"
    with socket.create_connection(("127.0.0.1", clinic.server.mllp_port), timeout=15) as connection:
        connection.settimeout(15)
        with contextlib.suppress(OSError):  # it may close before all was sent
            connection.sendall(VT + huge + FS_CR)
    assert kept(clinic, "/quarantine", lambda one: one["control_id"] == "HUGE1")["bytes"] < len(huge)
    neighbours.good()


def test_a_message_of_just_under_one_mebibyte_is_read(neighbours: Neighbours) -> None:
    long = messages.vitals(BED, {"hr": 71.0}, control="LONG1") + b"NTE|1||" + b"x" * (2**20 - 2000) + b"\r"
    assert parse(converse(neighbours.socket, long)).field("MSA", 1) == "AA"
    neighbours.good()


def values_at(clinic: Clinic, session_id: int, at: datetime) -> dict[str, tuple[float, str]]:
    """What is charted at one time: vital -> (value, quality)."""
    moment = int(at.timestamp()) * 1000 + at.microsecond // 1000
    return {
        row["vital"]: (row["value"], row["quality"])
        for row in clinic.nurse.get(f"/sessions/{session_id}/readings")
        if int(datetime.fromisoformat(row["measured_at"]).timestamp() * 1000) == moment
    }


def test_an_unknown_code_is_not_charted_and_its_neighbour_in_the_message_is(
    clinic: Clinic, session_id: int, neighbours: Neighbours
) -> None:
    at = messages.now()
    rows = ["OBX|1|NM|999999^MDC_MYSTERY^MDC|1|55|x|||||R", messages.obx(2, "hr", 72, at)]
    answer = converse(neighbours.socket, messages.message(BED, rows, sent_at=at))
    assert parse(answer).field("MSA", 1) == "AA"
    assert values_at(clinic, session_id, at) == {"hr": (72.0, "accepted")}


@pytest.mark.parametrize("unit", ["", "266016^MDC_DIM_MMHG^MDC", "furlongs"])
def test_a_value_in_a_wrong_unit_is_not_charted(
    clinic: Clinic, session_id: int, neighbours: Neighbours, unit: str
) -> None:
    at = messages.now()
    rows = [messages.obx(1, "spo2", 97, at, unit=unit), messages.obx(2, "hr", 72, at)]
    answer = converse(neighbours.socket, messages.message(BED, rows, sent_at=at))
    assert parse(answer).field("MSA", 1) == "AA"
    assert values_at(clinic, session_id, at) == {"hr": (72.0, "accepted")}


@pytest.mark.parametrize(
    "value", ["NaN", "inf", "-inf", "1e400", "", '""', "---", "97%", "٩٧", "-100", "32767", "\\X41\\"]
)
def test_what_is_no_number_or_says_no_value_is_never_shown_as_one(
    clinic: Clinic, session_id: int, neighbours: Neighbours, value: str
) -> None:
    at = messages.now()
    rows = [messages.obx(1, "spo2", value, at), messages.obx(2, "hr", 72, at)]
    answer = converse(neighbours.socket, messages.message(BED, rows, sent_at=at))
    assert parse(answer).field("MSA", 1) == "AA"
    found = values_at(clinic, session_id, at)
    assert found.pop("hr") == (72.0, "accepted")
    assert found.get("spo2", (0.0, "implausible"))[1] == "implausible", found


def test_a_date_from_1970_is_charted_at_the_time_received_and_is_a_technical_condition(clinic: Clinic) -> None:
    session_id = clinic.plan("CH2", "B-2")
    clinic.nurse.act(session_id, "check_in")
    old = datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)
    began = messages.now()
    assert b"MSA|AA" in clinic.server.send(messages.vitals(OTHER, {"hr": 66.0}, at=old))[0]
    row = next(row for row in clinic.nurse.get(f"/sessions/{session_id}/readings") if row["value"] == 66.0)
    assert datetime.fromisoformat(row["measured_at"]) == old
    assert abs(datetime.fromisoformat(row["at"]) - began) < timedelta(seconds=30)
    wait_for(lambda: any(alarm["rule"] == "clock_wrong" for alarm in clinic.alarms(session_id)))
    clinic.nurse.act(session_id, "cancel", reason="only a test")


def test_a_bed_nobody_knows_is_kept_as_unassigned(clinic: Clinic, neighbours: Neighbours) -> None:
    answer = converse(neighbours.socket, messages.vitals("NOWHERE", {"hr": 91.0}))
    assert parse(answer).field("MSA", 1) == "AA"
    found = kept(clinic, "/unassigned", lambda one: one["bed"] == "NOWHERE")
    assert "bed" in found["reason"]
    neighbours.good()


def test_another_patient_is_charted_nowhere_and_is_an_alarm(
    clinic: Clinic, session_id: int, neighbours: Neighbours
) -> None:
    at = messages.now()
    with Page(clinic.nurse) as page:
        page.watch(board="A")
        other = messages.vitals(BED, {"hr": 133.0}, at=at, patient="SOMEBODY-ELSE")
        assert parse(converse(neighbours.socket, other)).field("MSA", 1) == "AA"
        page.wait_for_alarm(lambda alarm: alarm["rule"] == "patient_mismatch" and alarm["state"] == "active")
    found = kept(clinic, "/unassigned", lambda one: one["patient_id"] == "SOMEBODY-ELSE")
    assert "another patient" in found["reason"]
    assert values_at(clinic, session_id, at) == {}
    own = messages.vitals(BED, {"hr": 72.0}, patient="B-1")
    assert parse(converse(neighbours.socket, own)).field("MSA", 1) == "AA"
    wait_for(lambda: _ended(clinic, session_id, "patient_mismatch"))


def _ended(clinic: Clinic, session_id: int, rule: str) -> bool:
    return all(alarm["state"] == "normal" for alarm in clinic.alarms(session_id) if alarm["rule"] == rule)


def test_each_in_one_stream_is_answered_in_its_place(neighbours: Neighbours) -> None:
    parts = [
        messages.vitals(BED, {"hr": 71.0}, control="S1"),
        b"MSH|^~\\&|X||||20260101||ADT^A01|S2|P|2.6\rPV1||O|^^BED1\r",
        messages.vitals("NOWHERE", {"hr": 71.0}, control="S3"),
        messages.vitals(BED, {"hr": 72.0}, control="S4"),
    ]
    neighbours.socket.sendall(b" junk ".join(VT + part + FS_CR for part in parts))
    answers = [parse(answer) for answer in read_frames(neighbours.socket, len(parts))]
    assert [one.field("MSA", 2) for one in answers] == ["S1", "S2", "S3", "S4"]
    assert [one.field("MSA", 1) for one in answers][::3] == ["AA", "AA"]
    neighbours.good()
