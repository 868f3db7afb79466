"""The wire under a few hundred broken streams, and under whatever Hypothesis finds; a million are `make fuzz`."""

import time
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.hl7.message import parse
from monitor.hl7.mllp import wrap
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings
from tests.fuzz.__main__ import CODES
from tests.fuzz.breaking import stream
from tests.fuzz.receiving import AT, Tally, receive
from tests.hl7.strategies import messages

SIGNS = st.sampled_from([b"\x0b", b"\x1c", b"\r", b"\n", b"\0", b"\x1c\r", b"MSH|^~\\&|", b"FHS|", b"MSH"])
FRAMED = messages().map(wrap)
STREAMS = st.lists(SIGNS | SIGNS | st.binary(max_size=40) | FRAMED, max_size=4).map(b"".join)


def test_broken_fixtures_are_each_answered_or_counted() -> None:
    tally = Tally()
    for number in range(300):
        receive(stream(f"test:{number}"), CODES, Random(number), tally)
    assert sum(tally.answers.values()) == tally.messages
    assert min(tally.answers[code] for code in ("AA", "AE", "AR", "CA", "CE", "CR", "unanswered")) > 0
    assert tally.with_readings > 50


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(STREAMS, st.integers())
def test_any_bytes_get_an_answer_or_a_counted_refusal_wherever_they_are_cut(raw: bytes, seed: int) -> None:
    tally = Tally()
    receive(raw, CODES, Random(seed), tally)
    assert sum(tally.answers.values()) == tally.messages


def test_a_stream_is_made_again_by_its_seed() -> None:
    assert stream("1:7") == stream("1:7") != stream("1:8")


def _line(number: int) -> bytes:
    return b"q%d\r" % number


def _withdrawal(number: int) -> bytes:
    return b"OBX|1|NM|147842^^MDC|%d|72|bpm|||||%s\r" % (number, b"FD"[number % 2 :][:1])


@pytest.mark.parametrize("row", [_line, _withdrawal])
def test_a_frame_full_of_odd_lines_or_withdrawals_costs_linear_time(row: Callable[[int], bytes]) -> None:
    def seconds(count: int) -> float:
        raw = b"MSH|^~\\&|M|F|||20260301080000||ORU^R01|7|P|2.6\r" + b"".join(map(row, range(count)))
        begun_s = time.process_time()
        read(parse(raw), CODES, SourceSettings(), AT)
        return time.process_time() - begun_s

    assert seconds(16_000) < 40 * max(seconds(1_000), 0.005)  # 256 times as much, were it quadratic
