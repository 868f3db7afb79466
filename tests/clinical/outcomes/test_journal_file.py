"""A journal file is taken whole, or refused line by line."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clinical.outcomes.journal_file import (
    MOST_BYTES,
    JournalEntry,
    JournalFile,
    JournalRefused,
    check_entry,
    read_journal,
)

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
HEAD = "date,time,pain,sleep_hours,rescue_doses,side_effects,note\n"


def read(text: str) -> JournalFile:
    return read_journal(text.encode(), MADRID, NOW)


def refusals(text: str) -> tuple[str, ...]:
    with pytest.raises(JournalRefused) as refused:
        read(text)
    return refused.value.missing


def test_a_file_becomes_entries_by_time_in_the_zone_of_the_clinic() -> None:
    found = read(HEAD + "2026-04-02,20:00,5,,,,\n2026-04-01,8:30,7,6.5,2,a little dizzy,slept badly\n")
    first, second = found.entries
    assert first == JournalEntry(
        datetime(2026, 4, 1, 6, 30, tzinfo=UTC), 7, 6.5, 2, "a little dizzy", "slept badly"
    )  # fmt: skip
    assert second == JournalEntry(datetime(2026, 4, 2, 18, tzinfo=UTC), 5)


def test_semicolons_a_byte_order_mark_and_other_orders_of_columns_are_read() -> None:
    found = read_journal(b"\xef\xbb\xbfPain;Time;Date\r\n3;09:00;2026-04-01\r\n", MADRID, NOW)
    assert [one.pain for one in found.entries] == [3]


def test_every_wrong_line_is_named_and_nothing_is_taken() -> None:
    lines = ("2026-04-01,09:00,11,,,,", "2026-13-01,09:00,3,,,,", "01.04.2026,09:00,3,,,,", "2026-04-01,9,3,,,,")
    good = "2026-04-01,10:00,3,,,,"
    found = refusals(HEAD + "\n".join((good, *lines)))
    assert [one.split(":")[0] for one in found] == ["line 3", "line 4", "line 5", "line 6"]
    assert "pain 11 is not between 0 and 10" in found[0]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("2026-03-29,02:30,3,,,,", "does not exist: the clocks were put forward"),
        ("2026-04-11,09:00,3,,,,", "in the future"),
        ("2025-03-01,09:00,3,,,,", "more than a year ago"),
        ("2026-04-01,09:00,,,,,", "is not a whole number"),
        ("2026-04-01,09:00,٣,,,,", "is not a whole number"),
        ("2026-04-01,09:00,3.5,,,,", "is not a whole number"),
        ("2026-04-01,09:00,3,25,,,", "sleep_hours 25 is not between 0 and 24"),
        ("2026-04-01,09:00,3,nan,,,", "is not a number"),
        ("2026-04-01,09:00,3,,99,,", "rescue_doses 99 is not between"),
        ("2026-04-01,09:00,3,,,\x07,", "holds control characters"),
        (f"2026-04-01,09:00,3,,,,{'x' * 501}", "longer than 500"),
        ("2026-04-01,09:00,3", "3 cells, 7 columns"),
    ],
)
def test_a_line_that_cannot_be_so_says_why(line: str, says: str) -> None:
    (found,) = refusals(HEAD + line)
    assert says in found


def test_a_line_said_twice_counts_once_and_two_that_differ_are_refused() -> None:
    line = "2026-04-01,09:00,3,,,,\n"
    assert read(HEAD + line * 3).repeated == 2
    (found,) = refusals(HEAD + line + line.replace(",3,", ",4,"))
    assert found == "line 3: line 2 says something else of the same time"


def test_a_cell_that_looks_like_a_formula_stays_the_text_it_is() -> None:
    (entry,) = read(HEAD + '2026-04-01,09:00,3,,,"=HYPERLINK(""http://x"")",+1\n').entries
    assert (entry.side_effects, entry.note) == ('=HYPERLINK("http://x")', "+1")


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("date,time\n", "there is no column “pain”"),
        ("date,time,pain,mood\n", "the column “mood” is not known"),
        ("date,time,pain,pain\n", "stands twice"),
        ("", "there is no column “date”"),
    ],
)
def test_columns_nobody_knows_are_refused_by_name(head: str, says: str) -> None:
    assert any(says in one for one in refusals(head))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfed\x00", "not UTF-8"),
        (HEAD.encode(), "has no entry"),
        (b"x" * (MOST_BYTES + 1), "larger than 40 kB"),
        (HEAD.encode() + b",,\n" * 1001, "more than 1000 lines"),
        (HEAD.encode() + b'"2026', "not a CSV text"),
    ],
)
def test_what_is_no_journal_is_refused_whole(content: bytes, says: str) -> None:
    with pytest.raises(JournalRefused, match=says):
        read_journal(content, MADRID, NOW)


def test_many_wrong_lines_are_counted_and_the_first_twenty_named() -> None:
    found = refusals(HEAD + "x,y,z,,,,\n" * 50)
    assert (len(found), found[-1]) == (21, "and 30 more lines")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_whatever_is_sent_is_read_or_refused(content: bytes) -> None:
    with suppress(JournalRefused):
        assert read_journal(HEAD.encode() + content, MADRID, NOW).entries


def test_a_note_over_two_lines_is_one_entry() -> None:
    (entry,) = read(HEAD + '2026-04-01,09:00,3,,,,"first\nsecond"\r\n').entries
    assert entry.note == "first\nsecond"


def test_an_entry_by_hand_is_held_to_the_same() -> None:
    check_entry(JournalEntry(NOW, 3, 8, 0), NOW)
    for wrong in (JournalEntry(NOW + timedelta(minutes=1), 3), JournalEntry(NOW, 11), JournalEntry(NOW, 3, 25)):
        with pytest.raises(JournalRefused):
            check_entry(wrong, NOW)
