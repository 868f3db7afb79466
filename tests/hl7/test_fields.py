"""Whatever stands in the fields: reading refuses or reads, accounts for every row, and what is written is read."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceMessage, MessageKind
from monitor.hl7.message import MalformedMessage, parse
from monitor.hl7.mllp import Frame, FrameBuffer, wrap
from monitor.hl7.reader import kind_of, read
from monitor.hl7.source import EVERY_OTHER, SourceSettings
from monitor.hl7.wording import explanations
from tests.hl7.conftest import CODES, RECEIVED_AT
from tests.hl7.strategies import decoded_segments, messages, written

TABLE = CodeTable.from_toml(CODES.read_text(encoding="utf-8"))
VERDICTS = {"charted", "alarm", "keep_alive", "device", "text", "not_read", "other_source", "implausible", "lead_off"}
VERDICTS |= {"container", "no_value", "sentinel", "conflict", "not_a_number", "other_quantity", "unknown_code"}
VERDICTS |= {"unknown_unit", "withdrawn"}


def attempt(raw: bytes) -> DeviceMessage | None:
    try:
        return read(parse(raw), TABLE, SourceSettings(), RECEIVED_AT)
    except MalformedMessage:
        return None


@given(messages())
def test_a_message_is_read_or_refused_and_at_most_one_reading_a_vital_is_charted(raw: bytes) -> None:
    found = attempt(raw)
    if found is not None:
        vitals = [one.vital for one in found.readings]
        assert len(set(vitals)) == len(vitals)
        assert not {one.vital for one in found.absences} & set(vitals), "what has a value is not absent"
        assert all(-1e9 < one.value < 1e9 for one in (*found.readings, *found.others))


@given(messages())
def test_every_obx_is_accounted_for_once(raw: bytes) -> None:
    found = attempt(raw)
    if found is None:
        return
    message = parse(raw)
    (told,) = explanations(raw, TABLE, {EVERY_OTHER: SourceSettings()}, RECEIVED_AT)
    rows = told["rows"]
    assert isinstance(rows, list)
    assert len(rows) == sum(segment[0] == "OBX" for segment in message.segments)
    assert {row["verdict"] for row in rows} <= VERDICTS
    listed = [
        row["verdict"] for row in rows if row["verdict"] not in ("charted", "alarm", "keep_alive", "device", "text")
    ]
    if kind_of(message) in (MessageKind.READINGS, MessageKind.DEVICE_ALARM):
        shown = [reason.replace("lead_off", "no_value") for reason in listed]
        assert shown == [row.reason for row in found.not_charted]
        charted = sum(row["verdict"] == "charted" for row in rows)
        implausible = sum(row["verdict"] == "implausible" for row in rows)
        assert charted <= len(found.readings) <= charted + implausible


@given(messages(), st.integers(0, 400), st.integers(1, 7))
def test_cutting_the_stream_anywhere_changes_nothing(raw: bytes, cut: int, size: int) -> None:
    stream = wrap(raw) + wrap(raw)
    whole = [item for item in FrameBuffer(1 << 20).feed(stream) if isinstance(item, Frame)]
    frames = FrameBuffer(1 << 20)
    parts = [*frames.feed(stream[:cut])]
    for place in range(cut, len(stream), size * 50):
        parts += frames.feed(stream[place : place + size * 50])
    again = [item for item in parts if isinstance(item, Frame)]
    assert [attempt(item.raw) for item in again] == [attempt(item.raw) for item in whole]


@given(decoded_segments())
def test_what_is_written_is_read_back(segments: list[list[str]]) -> None:
    message = parse(written(segments))
    read_back = [[segment[0], *(message.text(text) for text in segment[1:])] for segment in message.segments[1:]]
    assert read_back == segments
