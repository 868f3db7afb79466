"""The form of messages: separators, escapes, character sets, segments, refusals, batches."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.hl7 import batch
from monitor.hl7.delimiters import STANDARD, Delimiters, declared
from monitor.hl7.message import MOST_SEGMENTS, MalformedMessage, parse, read_header

HEAD = b"MSH|^~\\&|A|B|||20260301080000||ORU^R01|7|P|2.6"


def test_other_separators_are_read_as_declared() -> None:
    message = parse(b"MSH#@*!%#APP@X####t##ORU@R01#9#P#2.6\rPID###a@b%c*z@y\r")
    assert (message.type, message.control_id, message.version) == ("ORU^R01", "9", "2.6")
    assert [message.part(message.field("PID", 3), *at) for at in ((1, 1), (2, 1), (2, 2), (3, 1))] == [
        "a",
        "b",
        "c",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (r"a\S\b", "a^b"),
        (r"\F\\R\\E\\T\ ", "|~\\& "),
        (r"one\.br\two", "one\ntwo"),
        (r"\X41\\X4243\ ", "ABC "),
        (r"\H\loud\N\ ", "loud "),
        (r"\Zxy\ kept", r"\Zxy\ kept"),
        (r"\C2842\ kept", r"\C2842\ kept"),
        (r"C:\dir", r"C:\dir"),
        ("\\", "\\"),
        (r"\XZZ\ ", r"\XZZ\ "),
        (r"\P\ ", r"\P\ "),
    ],
)
def test_escapes_are_decoded_and_unknown_ones_kept(text: str, meaning: str) -> None:
    assert STANDARD.decode(text) == meaning


def test_the_truncation_character_has_its_escape() -> None:
    assert Delimiters(truncation="#").decode(r"a\P\b") == "a#b"


@given(st.text())
def test_what_is_escaped_is_decoded_to_the_same_text(text: str) -> None:
    assert STANDARD.decode(STANDARD.encode(text), "utf-8") == text
    assert not set("|^~&\r\n\x0b\x1c") & set(STANDARD.encode(text))


@given(st.text())
def test_decoding_takes_any_text(text: str) -> None:
    assert isinstance(STANDARD.decode(text), str)


@pytest.mark.parametrize("head", ["MSH|^~\\&|", "MSH#@*!%#", "MSH|^~\\&#|"])
def test_four_or_five_distinct_signs_are_separators(head: str) -> None:
    assert declared(head) is not None


@pytest.mark.parametrize(
    "head", ["MSH|^~\\|", "MSH|^^\\&|", "MSHA^~\\&A", "MSH|^~\\&#+|", "MSH", "PID|^~\\&|", "MSH|^~ &|"]
)
def test_anything_else_is_no_header(head: str) -> None:
    assert declared(head) is None


@pytest.mark.parametrize(
    ("charset", "raw", "name", "noted"),
    [
        (b"UNICODE UTF-8", "Ю".encode(), "Ю", False),
        (b"8859/1", "é".encode("latin-1"), "é", False),
        (b"8859/5", "Ю".encode("iso8859-5"), "Ю", False),
        (b"GB 18030-2000", "测".encode("gb18030"), "测", False),
        (b"", "Ю".encode(), "Ю", True),
        (b"", b"\xe9", "é", True),
        (b"ASCII", "Ю".encode(), "Ю", True),
        (b"UNICODE UTF-8", b"\xe9", "é", True),
        (b"KLINGON", b"\xe9", "é", True),
        (b"KLINGON", b"plain", "plain", False),
        (b"ISO IR87", "山".encode("iso2022_jp"), "山", False),
        (b"iso ir87", "山".encode("iso2022_jp"), "山", False),
    ],
)
def test_the_character_set_is_obeyed_and_a_fallback_is_noted(
    charset: bytes, raw: bytes, name: str, noted: bool
) -> None:
    message = parse(HEAD + b"||||||" + charset + b"\rPID|||1||" + raw + b"\r")
    assert message.part(message.field("PID", 5)) == name
    assert bool(message.notes) is noted


@pytest.mark.parametrize("raw", [b"", b"hello", b"PID|1\rMSH|^~\\&|", "MSH|^~\\&|".encode("utf-16"), b"MSH"])
def test_without_a_readable_header_there_is_nobody_to_answer(raw: bytes) -> None:
    with pytest.raises(MalformedMessage) as refused:
        parse(raw)
    assert refused.value.header is None


@pytest.mark.parametrize(
    ("raw", "answer", "reason"),
    [
        (HEAD + b"\rPID|||\0\r", "error", "NUL"),
        (HEAD.replace(b"2.6", b"3.0"), "reject", "version"),
        (HEAD.replace(b"2.6", b"2.11"), "reject", "version"),
        (HEAD + b" PID|||1 OBR|1 OBX|1|NM|147842^X^MDC||72", "error", "blanks"),
        (b"MSH|^~\\&|A|B|||20260301080000||ORU^R01|20\r26|P|2.6\rOBR|1\r", "error", "broken"),
    ],
)
def test_what_must_not_be_recorded_is_refused_with_its_header(raw: bytes, answer: str, reason: str) -> None:
    with pytest.raises(MalformedMessage, match=reason) as refused:
        parse(raw)
    assert refused.value.header is not None
    assert refused.value.answer == answer


def test_a_missing_version_and_stray_lines_are_tolerated_and_noted() -> None:
    assert parse(HEAD.replace(b"|2.6", b"") + b"\rOBR|1\r").notes == ("no HL7 version is given",)
    assert "no segment" in parse(HEAD + b"\rOBX|1|TX|||first\rsecond line\r").notes[0]


def test_a_byte_order_mark_and_blank_lines_before_the_header_do_not_matter() -> None:
    assert parse(b"\xef\xbb\xbf\r\n" + HEAD).control_id == "7"


def test_the_header_of_a_cut_message_is_readable() -> None:
    header = read_header(HEAD[:34])
    assert header is not None
    assert header.control_id == ""


def test_batch_segments_end_the_message_before_them() -> None:
    raw = b"BHS|^~\\&|\r" + HEAD + b"\rEVN|1\rBHS|^~\\&|\rPID|1\rPV1|1\rBTS|1\r"
    assert batch.split(raw) == [HEAD + b"\rEVN|1\r", b"PID|1\rPV1|1\r"]


def test_messages_one_after_another_are_split_and_a_lone_one_is_untouched() -> None:
    assert batch.split(HEAD + b"\r\nOBR|1\r\n" + HEAD) == [HEAD + b"\rOBR|1\r", HEAD + b"\r"]
    assert batch.split(HEAD + b"\nOBR|1") == [HEAD + b"\nOBR|1"]
    assert batch.split(b"\r\n \r\n") == []


def test_a_word_that_begins_like_a_border_is_none() -> None:
    assert batch.split(HEAD + b"\rNTE|1||BTS and MSH are words\rMSHA|no\r")[0].count(b"\r") == 3


@given(st.binary(max_size=300))
def test_splitting_and_parsing_take_any_bytes(raw: bytes) -> None:
    for part in batch.split(raw):
        with contextlib.suppress(MalformedMessage):
            assert parse(part).segments[0][0] == "MSH"


def test_a_message_of_more_segments_than_any_monitor_sends_is_refused_before_it_is_read() -> None:
    head = b"MSH|^~\\&|MON|F|||20260301080000+0000||ORU^R01|1|P|2.6\r"
    assert len(parse(head + b"NTE|1\r" * (MOST_SEGMENTS - 1)).segments) == MOST_SEGMENTS
    with pytest.raises(MalformedMessage, match="more than 4000 segments") as refused:
        parse(head + b"NTE|1\r" * MOST_SEGMENTS)
    assert refused.value.header is not None, "its sender is told"
