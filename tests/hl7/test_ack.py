"""Answers: the form asked for, the echo, the position of what was wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.hl7 import ack
from monitor.hl7.ack import Outcome, acknowledge, refuse
from monitor.hl7.message import MalformedMessage, Message, parse
from tests.hl7.conftest import RECEIVED_AT, message


def answer(raw: bytes, outcome: Outcome = Outcome.ACCEPT, **more: str) -> Message:
    return parse(acknowledge(parse(raw), outcome, at=RECEIVED_AT, control_id="A1", **more))


@pytest.mark.parametrize(
    ("accept", "application", "code"),
    [("", "", "AA"), ("AL", "NE", "CA"), ("ER", "", "CA"), ("SU", "AL", "CA"), ("NE", "AL", "AA"), ("NE", "NE", "AA")],
)
def test_the_form_is_the_one_the_message_asks_for(accept: str, application: str, code: str) -> None:
    raw = message(accept=accept, application=application)
    assert answer(raw).field("MSA", 1) == code
    assert ack.code(parse(raw), Outcome.ERROR) == code[0] + "E"


def test_a_source_may_be_set_to_another_form() -> None:
    assert ack.code(parse(message()), Outcome.ACCEPT, "enhanced") == "CA"
    assert ack.code(parse(message(accept="AL")), Outcome.REJECT, "original") == "AR"


def test_an_answer_swaps_sender_and_receiver_and_names_the_message() -> None:
    raw = b"MSH|^~\\&|MON^1^EUI-64|F|US|CLINIC|20260301||ORU^R01^ORU_R01|77|D|2.6\r"
    found = answer(raw)
    assert [found.field("MSH", number) for number in (3, 4, 5, 6, 9, 10, 11, 12)] == [
        *("US", "CLINIC", "MON^1^EUI-64", "F", "ACK^R01^ACK", "A1", "D", "2.6")
    ]
    assert found.field("MSA", 2) == "77"
    assert found.first("ERR") is None


def test_a_message_without_trigger_is_answered_too() -> None:
    assert answer(b"MSH|^~\\&|||||||NMD|HP3|T|2.3\r").field("MSH", 9) == "ACK"


def test_the_echo_is_limited_printable_and_cannot_break_the_answer() -> None:
    found = answer(message(control_id="x" * 500))
    assert found.field("MSA", 2) == "x" * 199
    assert answer(message(control_id=r"a\X0D\MSA\F\AR")).control_id == "A1"


@given(st.text(max_size=300))
def test_any_control_id_comes_back_as_one_field(control_id: str) -> None:
    header = parse(b"MSH|^~\\&|||||||ORU^R01|1|P|2.6\r")
    header.segments[0][10] = header.delimiters.encode(control_id)
    raw = acknowledge(header, Outcome.ACCEPT, at=RECEIVED_AT, control_id="A1")
    code, echoed = ack.control_id_of(raw)
    assert code == "AA"
    assert len(parse(raw).segments) == 2
    assert len(echoed) <= 199
    assert echoed.isprintable()


def test_a_refusal_says_where_and_why() -> None:
    with pytest.raises(MalformedMessage) as refused:
        parse(b"MSH|^~\\&|||||||ORU^R01|9|P|3.1|||AL\r")
    found = parse(refuse(refused.value, at=RECEIVED_AT, control_id="A1") or b"")
    assert (found.field("MSA", 1), found.field("MSA", 2)) == ("CR", "9")
    assert found.field("ERR", 2) == "MSH^1^12"
    assert found.field("ERR", 3).startswith("203^")
    assert found.version == "2.6"


def test_an_older_version_gets_its_own_form_of_err() -> None:
    found = parse(
        acknowledge(parse(b"MSH|^~\\&|||||||ORU^R01|9|P|2.3\r"), Outcome.ERROR, at=RECEIVED_AT, control_id="1")
    )
    assert found.field("ERR", 1) == "^^^207&Application internal error&HL70357"


@pytest.mark.parametrize("version", ["20250304003015+0800", "x", "3.0", ""])
def test_an_answer_never_claims_a_version_nobody_reads(version: str) -> None:
    raw = f"MSH|^~\\&|||||||ORU^R01|9|P|{version}\r\0".encode()
    with pytest.raises(MalformedMessage) as refused:
        parse(raw)
    found = parse(refuse(refused.value, at=RECEIVED_AT, control_id="A1") or b"")
    assert (found.version, found.field("MSA", 1), found.field("MSA", 2)) == ("2.6", "AE", "9")


def test_what_has_no_header_is_not_answered() -> None:
    assert refuse(MalformedMessage("junk"), at=RECEIVED_AT, control_id="1") is None


def test_an_answer_that_is_not_ascii_declares_its_character_set() -> None:
    raw = "MSH|^~\\&|Ü|||||ORU^R01||7é|P|2.6||||||8859/1\r".replace("||ORU^R01||", "||ORU^R01|")
    found = acknowledge(parse(raw.encode("latin-1")), Outcome.ACCEPT, at=RECEIVED_AT, control_id="1")
    assert b"8859/1" in found
    assert "Ü".encode("latin-1") in found
