"""What is written is read back as it was, whatever a text holds."""

from datetime import UTC, datetime

import hl7
from hypothesis import given
from hypothesis import strategies as st

from monitor.hl7.message import parse
from monitor.hl7.writing import Header, write

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HEADER = Header("IM", "CLINIC", "EHR", "HOSPITAL", AT, ("ORU", "R01", "ORU_R01"), "C1")
TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=20).filter(
    lambda text: text == text.strip() and text != '""'  # blanks around a value and HL7's null are not kept
)


@given(name=TEXT, parts=st.tuples(TEXT, TEXT, TEXT), pieces=st.tuples(TEXT, TEXT))
def test_every_text_comes_back_from_the_field_it_was_written_to(name, parts, pieces):
    message = parse(write(HEADER, [("PID", "1", name, parts, ("", pieces))]))
    assert message.text(message.field("PID", 2)) == name
    assert tuple(message.part(message.field("PID", 3), n) for n in (1, 2, 3)) == parts
    assert tuple(message.part(message.field("PID", 4), 2, n) for n in (1, 2)) == pieces
    assert len(message.segments) == 2


def test_the_header_says_who_when_what_and_that_it_is_an_exercise():
    raw = write(Header("IM", "C", "EHR", "H", AT, ("ORU", "R01", "ORU_R01"), "C1", simulated=True), [])
    assert raw == b"MSH|^~\\&|IM|C|EHR|H|20260302093000+0000||ORU^R01^ORU_R01|C1|T|2.5.1|||AL|AL\r"


def test_letters_beyond_ascii_are_utf_8_and_said_so():
    raw = write(HEADER, [("PID", "1", "", "", "", ("Ковальская", "Мария"))])
    assert parse(raw).field("MSH", 18) == "UNICODE UTF-8"
    assert str(hl7.parse(raw.decode("utf-8")).segment("PID")[5][0][0]) == "Ковальская"


def test_repetitions_stand_side_by_side():
    assert write(HEADER, [("OBX", ["a", ("b", "c")], "", "")]).endswith(b"\rOBX|a~b^c\r")
