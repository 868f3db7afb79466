"""What was read before is read the same again: remembering rows makes reading fast and changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.hl7.codes import CodeTable
from monitor.hl7.message import parse
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings
from tests.hl7.conftest import CODES, HR, MMHG, PERCENT, RECEIVED_AT, SPO2, message, obx

TEXT = CODES.read_text(encoding="utf-8")
WARM = CodeTable.from_toml(TEXT)
ROWS = st.builds(
    obx,
    st.sampled_from([HR, SPO2, "150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "149522^MDC_PULS_RATE^MDC", "1^X^MDC", ""]),
    st.sampled_from(["72", "98", "0", "-100", "", "7e1", "20", "999", " 72", "072"]),
    st.sampled_from(["bpm", PERCENT, MMHG, "265987^MDC_DIM_KILO_PASCAL^MDC", "", "foo"]),
    sub_id=st.sampled_from(["1", "2"]),
    status=st.sampled_from(["F", "R", "C", "D", "X", "", "?"]),
    at=st.sampled_from(["", "20260301075959+0000", "broken"]),
    kind=st.sampled_from(["NM", "NM", "NM", "ST", ""]),
    flags=st.sampled_from(["", "", "QUES", "N"]),
)


@given(st.lists(st.lists(ROWS, max_size=6), max_size=4), st.sampled_from(["ORU^R01", "ORU^R40"]))
def test_a_message_reads_the_same_whatever_was_read_before(messages: list[list[str]], kind: str) -> None:
    for rows in messages:
        raw = message(*rows, type=kind)
        fresh = CodeTable.from_toml(TEXT) if len(messages) == 1 else _forgetful()
        warm = read(parse(raw), WARM, SourceSettings(), RECEIVED_AT)
        assert warm == read(parse(raw), fresh, SourceSettings(), RECEIVED_AT)
        assert warm == read(parse(raw), WARM, SourceSettings(), RECEIVED_AT), "and again"


def _forgetful() -> CodeTable:
    FORGETFUL.cache.clear()
    FORGETFUL.values.clear()
    return FORGETFUL


FORGETFUL = CodeTable.from_toml(TEXT)


@pytest.mark.parametrize("digits", [5, 9])
def test_what_is_remembered_is_bounded(digits: int) -> None:
    for number in range(3000):
        raw = message(obx(HR, f"{number % 300}.{number:0{digits - 3}}"[:14], "bpm"))
        read(parse(raw), WARM, SourceSettings(), RECEIVED_AT)
    assert max(len(values) for values in WARM.values.values()) <= 2048
    assert all(len(text) <= 12 for values in WARM.values.values() for text in values)


def test_a_remark_is_made_at_every_message_not_only_at_the_first() -> None:
    raw = message(obx("149522^MDC_PULS_RATE^MDC", "59", "bpm"))
    first, again = (read(parse(raw), WARM, SourceSettings(), RECEIVED_AT) for _ in range(2))
    assert first.notes == again.notes == ("149522 is labelled MDC_PULS_RATE (149514); both mean pr",)
