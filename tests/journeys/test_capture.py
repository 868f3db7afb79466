"""A central station's capture in one stream: every frame answered, numbers on the board, alarms kept, no clock."""

import json
import os
import re
import socket
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from monitor.hl7.message import parse
from monitor.store import schema
from monitor.store.engine import open_engine
from tests.journeys.clinic import Clinic
from tests.live_page import Page
from tests.server import read_frames, wait_for

CAPTURED_AT = datetime(2016, 8, 2, 10, 48, tzinfo=UTC)
FRAMES = 120
CLOCK_FRAME = 78
CODES = {
    "hr": ("0002-4182^HR^MDIL", "0004-0aa0^bpm^MDIL"),
    "rr": ("0002-500a^RR^MDIL", "0004-0ae0^rpm^MDIL"),
    "spo2": ("0002-4bb8^SpO2^MDIL", "0004-0220^%^MDIL"),
    "nibp_sys": ("0002-4a05^NBPs^MDIL", "0004-0f20^mmHg^MDIL"),
    "nibp_dia": ("0002-4a06^NBPd^MDIL", "0004-0f20^mmHg^MDIL"),
    "nibp_mean": ("0002-4a07^NBPm^MDIL", "0004-0f20^mmHg^MDIL"),
}
VITALS_OF = {"bedA": ("hr", "rr", "spo2"), "bedB": ("hr",), "bedC": ("hr", "rr"), "bedD": ()}


def own_capture() -> bytes:
    """120 frames of four beds about 5 s apart, as a Philips PIIC iX exports them; one is its clock."""
    frames = [_clock(number) if number == CLOCK_FRAME else _report(number) for number in range(FRAMES)]
    return b"\r\n".join(b"\x0b" + frame + b"\x1c\r" for frame in frames)


def _at(number: int) -> datetime:
    return CAPTURED_AT + timedelta(seconds=5 * (number // len(VITALS_OF)))


def _header(number: int, kind: str) -> str:
    return f"MSH|^~\\&|||||||{kind}|HP{_at(number):%m%d%H%M%S}B02WIN{number}|T|2.3||||||8859/1"


def _clock(number: int) -> bytes:
    return f"{_header(number, 'NMD')}\rNCK|{_at(number):%Y%m%d%H%M%S}\r".encode()


def _report(number: int) -> bytes:
    bed = list(VITALS_OF)[number % len(VITALS_OF)]
    rows = [f"OBX||NM|{CODES[vital][0]}|0|{60 + number % 30}|{CODES[vital][1]}|50-120||||F" for vital in VITALS_OF[bed]]
    rows.append("OBX||ST|0002-d007^RhySta^MDIL|0|Sinus Rhythm||||||F")
    rows.append("OBX||NM|0002-4261^PVC^MDIL|0|0|0004-09e0^/min^MDIL|||||F")
    if bed == "bedA" and number == 40:
        rows += [
            f"OBX||NM|{CODES[vital][0]}|0|{value}|{CODES[vital][1]}|||||F"
            for vital, value in (("nibp_sys", 124), ("nibp_dia", 78), ("nibp_mean", 93))
        ]
    if bed == "bedD":
        rows = ["OBX||TX|5^HardInop^MDIL-ALERT||No Data Monitor ||||||F"]
    elif number % 30 == 4:
        rows.append("OBX||TX|2^YellowAlarm^MDIL-ALERT||** SpO2 LOW||||||F")
    segments = [
        _header(number, "ORU^R01"),
        'PID|||""^^^^MR||""^""||""|""',
        f"PV1||I|ICU/PCU^^{bed}&0&0",
        f"OBR|||||||{_at(number):%Y%m%d%H%M%S}",
        *rows,
    ]
    return "".join(segment + "\r" for segment in segments).encode("latin-1")


def send_as_one_stream(clinic: Clinic, capture: bytes) -> list[bytes]:
    with socket.create_connection(("127.0.0.1", clinic.server.mllp_port), timeout=30) as connection:
        connection.sendall(capture)
        return read_frames(connection, capture.count(b"\x0b"))


def control_ids(capture: bytes) -> list[str]:
    return [match.decode() for match in re.findall(rb"\x0bMSH(?:\|[^|\r]*){8}\|([^|\r]*)", capture)]


def stored(clinic: Clinic) -> tuple[dict[str, Counter[str]], list[Any], list[Any]]:
    """Values of each bed by vital, device alarms, and reading rows, read from the record beside the running server."""
    beds = {chair["id"]: chair["bed"] for chair in clinic.nurse.get("/chairs")}
    engines = open_engine(f"sqlite:///{clinic.server.data_dir / 'monitor.db'}", clinic.server.data_dir)
    try:
        with engines.read.connect() as connection:
            rows = connection.execute(select(schema.readings)).all()
            alarms = connection.execute(select(schema.device_alarms)).all()
    finally:
        engines.dispose()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[beds[row.chair_id]].update(vital for vital in schema.VITAL_COLUMNS if getattr(row, vital) is not None)
    return counts, alarms, rows


@pytest.fixture
def page_of(tmp_path: Path) -> Iterator[Any]:
    clinics: list[Clinic] = []
    pages: list[Page] = []

    def open_with(beds: list[str]) -> tuple[Clinic, Page]:
        clinics.append(Clinic.open(tmp_path, {f"CH{number}": bed for number, bed in enumerate(beds, 1)}))
        pages.append(Page(clinics[0].nurse))
        pages[0].watch(board="A")
        return clinics[0], pages[0]

    yield open_with
    for page in pages:
        page.close()
    for clinic in clinics:
        clinic.server.stop()
        assert "Traceback" not in clinic.server.log()


def answered_in_order(capture: bytes, answers: list[bytes]) -> None:
    acknowledged = [parse(answer).field("MSA", 2) for answer in answers]
    assert acknowledged == control_ids(capture)
    assert {parse(answer).field("MSA", 1) for answer in answers} == {"AA"}


def test_a_capture_is_answered_shown_and_kept(page_of: Any) -> None:
    clinic, page = page_of(list(VITALS_OF))
    capture = own_capture()
    sent_at = datetime.now(UTC)
    answered_in_order(capture, send_as_one_stream(clinic, capture))

    wait_for(lambda: seen_all(shown(page)))
    tiles = shown(page)
    assert tiles["bedA"]["numbers"]["spo2"]["value"] == 60 + 116 % 30
    assert tiles["bedA"]["numbers"]["bp"]["sys"] == 124
    assert tiles["bedB"]["numbers"]["spo2"]["value"] is None
    assert all(tile["session"] is None and tile["simulated"] is False for tile in tiles.values())

    counts, alarms, rows = stored(clinic)
    assert counts["bedA"] == {"hr": 30, "rr": 30, "spo2": 30, "nibp_sys": 1, "nibp_dia": 1, "nibp_mean": 1}
    assert counts["bedB"] == {"hr": 30}
    assert counts["bedC"] == {"hr": 29, "rr": 29}
    assert len(alarms) == 30 + 4
    assert {alarm.text.strip() for alarm in alarms} == {"No Data Monitor", "** SpO2 LOW"}
    assert len(rows) == 30 + 30 + 29, "the clock message and the rows of alarms alone chart nothing"
    for row in rows:
        assert abs(row.device_at_ms / 1000 - CAPTURED_AT.timestamp()) < 600, "identity is the device's own time"
        assert row.charted_at_ms / 1000 >= sent_at.timestamp() - 1, "charted is the time received: it is from 2016"
    assert clinic.office("/quarantine") == []


def shown(page: Page) -> dict[str, Any]:
    return {tile["bed"]: tile for one in page.all("tiles") for tile in one.payload["tiles"]}


def seen_all(tiles: dict[str, Any]) -> bool:
    last = {"bedA": 116, "bedB": 117, "bedC": 118}
    return all(
        bed in tiles and tiles[bed]["numbers"]["hr"]["value"] == 60 + number % 30 for bed, number in last.items()
    )


def test_the_same_capture_again_changes_nothing_in_the_record(page_of: Any) -> None:
    clinic, _ = page_of(list(VITALS_OF))
    capture = own_capture()
    send_as_one_stream(clinic, capture)
    counts, alarms, rows = stored(clinic)
    answered_in_order(capture, send_as_one_stream(clinic, capture))
    assert [len(found) for found in stored(clinic)] == [len(counts), len(alarms), len(rows)]


def test_the_real_capture_has_the_counts_it_should(page_of: Any) -> None:
    samples = os.environ.get("MONITOR_SAMPLES")
    if not samples:
        pytest.skip("MONITOR_SAMPLES names no folder with hl7/ and expected.jsonl")
    name = "philips_piic_ix_capture_first120.mllp"
    lines = (json.loads(line) for line in (Path(samples) / "expected.jsonl").read_text().splitlines())
    wanted = next(line for line in lines if line["file"] == name)
    clinic, page = page_of(list(wanted["nm_readings_by_bed"]))
    capture = (Path(samples) / "hl7" / name).read_bytes()
    answers = send_as_one_stream(clinic, capture)
    assert len(answers) == wanted["acks"]
    answered_in_order(capture, answers)
    counts, alarms, _ = stored(clinic)
    assert {bed: dict(found) for bed, found in counts.items()} == wanted["nm_readings_by_bed"]
    assert len(alarms) == wanted["alert_rows"]
    wait_for(lambda: all(bed in shown(page) for bed in wanted["nm_readings_by_bed"]))
    for bed, vitals in wanted["nm_readings_by_bed"].items():
        assert (shown(page)[bed]["numbers"]["hr"]["value"] is not None) == ("hr" in vitals), bed
