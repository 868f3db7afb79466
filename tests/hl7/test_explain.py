"""explain takes anything and says the same as the live path; the hl7 package sees the same fields as we do."""

import json
from pathlib import Path

import hl7
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.errors import ConfigurationRefused
from monitor.hl7 import batch
from monitor.hl7.codes import CodeTable
from monitor.hl7.explain import explain
from monitor.hl7.message import parse
from monitor.hl7.mllp import wrap
from monitor.hl7.source import SourceSettings
from tests.hl7.conftest import CODES, HR, RECEIVED_AT, message, obx

FIXTURES = Path(__file__).with_name("fixtures")
TABLE = CodeTable.from_toml(CODES.read_text(encoding="utf-8"))
FIELDS = {"control_id", "ack", "type", "patient_id", "bed", "measured_at", "readings", "not_charted"}
FIELDS |= {"device_alarms", "notes"}
BYTES = st.one_of(
    st.binary(max_size=400),
    st.lists(
        st.sampled_from(
            [b"MSH|^~\\&|", b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b"\x0b", b"\x1c\r", b"\0", b"PID|"]
        )
        | st.sampled_from(
            [b"OBX|1|NM|147842^^MDC|1|72|bpm|||||F", b"OBR|1||||||2026", b"ORU^R01", b"2.6", b"\xff", b"NM"]
        )
        | st.sampled_from([message(obx(HR, "72")), b"BHS|^~\\&|\r", b"ADT^A04", b"196616^^MDC", b"1e9", b"\\X\\"]),
        max_size=30,
    ).map(b"".join),
)


def explained(raw: bytes) -> list[dict[str, object]]:
    return explain(raw, TABLE, SourceSettings(), RECEIVED_AT)


@given(BYTES)
@example(b"")
@example(b"\x0b\x1c\r")
@example(b"MSH|^~\\&|")
def test_any_bytes_give_at_least_one_line_of_the_contracts_form(raw: bytes) -> None:
    lines = explained(raw)
    assert lines
    for line in lines:
        assert set(line) == FIELDS
        assert line["ack"] in ("AA", "AE", "AR", "CA", "CE", "CR", None)
        json.dumps(line)


@given(st.sampled_from(sorted(FIXTURES.glob("*.hl7"))), st.data())
def test_a_message_damaged_anywhere_is_still_explained(path: Path, data: st.DataObject) -> None:
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)))
    assert explained(bytes(raw[:cut]))


def test_a_frame_reads_like_the_message_in_it() -> None:
    raw = message(obx(HR, "72"))
    assert explained(b"junk" + wrap(raw) + b"\r\n" + wrap(raw)) == explained(raw) * 2


def test_an_unfinished_frame_is_a_refused_fragment_without_an_answer() -> None:
    lost, kept = explained(b"\x0b" + message(obx(HR, "71")) + wrap(message(obx(HR, "72"))))
    assert (lost["ack"], lost["readings"]) == (None, [])
    assert kept["ack"] == "AA"


def test_an_oversize_frame_is_answered_with_an_error() -> None:
    line = explained(wrap(message("TX|1^2||" + "x" * (1 << 20))))[0]
    assert line["ack"] == "AE"


def test_a_reading_without_any_time_is_printed_without_one() -> None:
    line = explained(message(obx(HR, "72"), at="", observed=""))[0]
    assert line["measured_at"] is None
    assert [reading["measured_at"] for reading in line["readings"]] == [None]  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.hl7")), ids=lambda path: path.stem)
def test_the_hl7_package_sees_the_same_fields(path: Path) -> None:
    for part in batch.split(path.read_bytes()):
        if not part.startswith(b"MSH"):
            continue
        ours = parse(part)
        text = part.decode("latin-1" if b"8859/1" in part else "utf-8")
        theirs = hl7.parse(text.replace("\r\n", "\r").replace("\n", "\r"))
        assert [segment[0] for segment in ours.segments] == [str(segment[0]) for segment in theirs]
        for mine, other in zip(ours.segments, theirs, strict=True):
            assert mine == [str(field) for field in other]
            for field in mine[3:]:
                if "\\" in field:
                    assert ours.text(field) == theirs.unescape(field)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('vital = "hr"', 'vital = "heart"'),
        ("mdc = 149530", "mdc = 147842"),
        ("hr = [147842]", "hr = [149530]"),
        ('"kPa" = ["265987"', '"kPa" = ["266016"'),
        ("divide = 1.8", "divide = 0"),
        ("[priority]", "[priority"),
        ("sentinels = [", 'sentinels = ["x", '),
        ("157784 = [", "x157784 = ["),
        ("ranges = [[69632, 73727]]", "ranges = [[73727, 69632]]"),
        ("[containers]", "[boxes]"),
    ],
)
def test_a_code_table_that_contradicts_itself_is_refused(old: str, new: str) -> None:
    text = CODES.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ConfigurationRefused, match=r"codes\.toml"):
        CodeTable.from_toml(text.replace(old, new, 1))
