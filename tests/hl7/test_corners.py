"""The rare ways through reading: each is there for a device or a file that exists, and is tried once."""

import pytest

from monitor.errors import ConfigurationRefused
from monitor.hl7 import ack, batch, charsets
from monitor.hl7.choosing import choose, reading
from monitor.hl7.codes import CodeTable
from monitor.hl7.delimiters import STANDARD
from monitor.hl7.meaning import meaning_of
from monitor.hl7.message import parse
from monitor.hl7.observations import Row
from monitor.hl7.source import EVERY_OTHER, SourceSettings, parse_sources
from tests.hl7.conftest import CODES, HR, RECEIVED_AT, Read, message, obx


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("WINDOWS-1251", "cp1251"),
        ("cp1250", "cp1250"),
        ("KOI8-R", "koi8-r"),
        ("WINDOWS-9", None),
        ("ISO 8859/5", "iso8859_5"),
    ],
)
def test_a_code_page_python_knows_is_read_and_another_is_unknown(declared: str, codec: str | None) -> None:
    assert charsets.codec_of(declared) == codec


def test_an_answer_without_msa_names_nothing() -> None:
    assert ack.control_id_of(b"MSH|^~\\&|A\r") == ("", "")
    assert ack.control_id_of(b"MSA|AA\r") == ("AA", "")


@pytest.mark.parametrize(
    ("text", "at", "part"),
    [("a&b^c", (1, 2), "b"), ("a&b^c", (1, 3), ""), ("a&b^c", (3, 1), ""), ("a^b", (2, 1), "b"), ("a", (1, 2), "")],
)
def test_a_part_that_is_not_there_is_empty(text: str, at: tuple[int, int], part: str) -> None:
    assert parse(b"MSH|^~\\&|||||||ORU^R01|1|P|2.6\r").part(text, *at) == part


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('names = ["MDC_PULS_OXIM_SAT_O2"]', 'names = ["MDC_ECG_HEART_RATE"]'),
        ('157784 = ["MDC_FLOW_FLUID_PUMP"]', '157784 = ["MDC_ECG_HEART_RATE"]'),
        ('"0002-f09c" = 150456', '"0002-f09c" = 150457'),
        ("multiply = 7.50062", 'multiply = "7"'),
        ("event_partition = 3", 'event_partition = "3"'),
    ],
)
def test_a_table_with_one_meaning_twice_is_refused(old: str, new: str) -> None:
    text = CODES.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ConfigurationRefused, match=r"codes\.toml"):
        CodeTable.from_toml(text.replace(old, new, 1))


def test_the_order_of_sources_of_one_vital_may_be_settled_for_one_source(read_rows: Read) -> None:
    sources = parse_sources("[source.MON]\npriorities = { rr = [151658, 151578] }\n", SourceSettings())
    assert EVERY_OTHER in sources
    rows = obx("151578^^MDC", "17", "rpm"), obx("151658^^MDC", "19", "rpm")
    assert [one.value for one in read_rows(*rows, settings=sources["MON"]).readings] == [19]
    assert [one.value for one in read_rows(*rows).readings] == [17]


def test_a_second_identifier_decides_when_the_first_is_unknown(read_rows: Read) -> None:
    assert [
        str(one.vital) for one in read_rows(obx("77^X^99Y^147842^MDC_ECG_HEART_RATE^MDC", "72", "bpm")).readings
    ] == ["hr"]
    agreeing = read_rows(obx(f"{HR}^8867-4^Heart rate^LN", "72", "bpm"))
    assert [one.value for one in agreeing.readings] == [72]
    differing = read_rows(obx(f"{HR}^59408-5^Saturation^LN", "72", "bpm"))
    assert [row.reason for row in differing.not_charted] == ["conflict"]


def test_a_row_with_very_long_texts_is_read_and_not_remembered(codes: CodeTable, read_rows: Read) -> None:
    kept = len(codes.cache)
    found = read_rows(obx(HR, "72", "bpm", sub_id="1" * 600))
    assert [one.value for one in found.readings] == [72]
    assert [one.value for one in read_rows(obx(HR, "000000072.000000", "bpm")).readings] == [72]
    assert len(codes.cache) <= kept + 1


def test_an_alarm_of_two_conditions_is_two_alarms(read_rows: Read) -> None:
    found = read_rows(
        obx("196616^MDC_EVT_ALARM^MDC", "197218^A^MDC", "", kind="CWE"),
        obx("196616^MDC_EVT_ALARM^MDC", "197219^B^MDC", "", kind="CWE"),
        type="ORU^R40",
    )
    assert [alarm.code for alarm in found.device_alarms] == ["197218", "197219"]


def test_parts_of_an_alarm_that_come_first_belong_to_it(read_rows: Read) -> None:
    found = read_rows(
        obx("68481^^MDC", "start", "", kind="ST"),
        obx("196616^MDC_EVT_ALARM^MDC", "197218^A^MDC", "", kind="CWE"),
        obx("68484^^MDC", "", "", kind="ST"),
        type="ORU^R40",
    )
    assert [(alarm.code, alarm.phase, alarm.priority) for alarm in found.device_alarms] == [("197218", "start", None)]


def test_parts_of_an_alarm_without_a_condition_are_none(read_rows: Read) -> None:
    assert read_rows(obx("68481^^MDC", "start", "", kind="ST"), type="ORU^R40").device_alarms == ()


def test_one_note_a_time_that_is_ahead(read_rows: Read) -> None:
    rows = [obx(HR, "72", at="20260301082500", sub_id=str(n)) for n in (1, 2)]
    rows.insert(1, obx("1^X^99Y", "1", at="20260301082500"))
    assert sum("more than 2 min" in note for note in read_rows(*rows).notes) == 1


def test_a_message_of_no_rows_is_read() -> None:
    assert parse(message()).type == "ORU^R01"


def test_a_row_about_no_vital_is_never_a_reading(codes: CodeTable) -> None:
    meaning = meaning_of(codes, STANDARD, "99^X^99Y", "1", "bpm")
    row = Row(1, meaning, None, 5.0, None, RECEIVED_AT, True, False, doubted=True)
    with pytest.raises(ValueError, match="99 X is no vital"):
        reading(row)
    with pytest.raises(ValueError, match="99 X is no vital"):
        choose([row], {})


@pytest.mark.parametrize("word", ["FHS", "BHS", "BTS", "FTS"])
def test_each_segment_of_a_batch_ends_the_message_before_it(word: str) -> None:
    raw = message(obx(HR, "72"))
    rest = b"PID|||1\r"
    assert batch.split(raw + word.encode() + b"|^~\\&\r" + rest) == [raw, rest]
    assert batch.split(raw) == [raw]
