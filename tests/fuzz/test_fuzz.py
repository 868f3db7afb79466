"""The wire under a few hundred broken streams, and under whatever Hypothesis finds; a million are `make fuzz`."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.hl7.familiar import Familiar
from monitor.hl7.mllp import wrap
from tests.fuzz.__main__ import CODES
from tests.fuzz.breaking import stream
from tests.fuzz.receiving import Tally, receive
from tests.hl7.strategies import messages

SIGNS = st.sampled_from([b"\x0b", b"\x1c", b"\r", b"\n", b"\0", b"\x1c\r", b"MSH|^~\\&|", b"FHS|", b"MSH"])
FRAMED = messages().map(wrap)
STREAMS = st.lists(SIGNS | SIGNS | st.binary(max_size=40) | FRAMED, max_size=4).map(b"".join)


def test_broken_fixtures_are_each_answered_or_counted() -> None:
    tally, familiar = Tally(), Familiar(CODES)
    for number in range(300):
        receive(stream(f"test:{number}"), CODES, familiar, Random(number), tally)
    assert sum(tally.answers.values()) == tally.messages
    assert min(tally.answers[code] for code in ("AA", "AE", "AR", "CA", "CE", "CR", "unanswered")) > 0
    assert tally.with_readings > 50


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(STREAMS, st.integers())
def test_any_bytes_get_an_answer_or_a_counted_refusal_wherever_they_are_cut(raw: bytes, seed: int) -> None:
    tally = Tally()
    receive(raw, CODES, Familiar(CODES), Random(seed), tally)
    assert sum(tally.answers.values()) == tally.messages


def test_a_stream_is_made_again_by_its_seed() -> None:
    assert stream("1:7") == stream("1:7") != stream("1:8")
