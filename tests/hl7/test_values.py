"""Numbers and times: what counts as one, and what it means."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.hl7.numbers import parse_number
from monitor.hl7.times import format_time, parse_date, parse_time

NEAR = datetime(2026, 3, 1, 8, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "value"),
    [("97", 97), ("0", 0), ("-0.4", -0.4), ("+72", 72), ("036.80", 36.8), ("999999999", 999999999), (" 72 ", 72)],
)
def test_plain_decimal_texts_are_numbers(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "1e5",
        "1E999",
        "1_000",
        "٣٧",
        "７２",
        "7.",
        ".7",
        "1,5",
        "0x10",
        "7 2",
        "1234567890",
        "1.1234567",
        "72~73",
        "72^",
        "<50",
        "2.73x10^-7",
        "--1",
        "72\n",
    ],
)
def test_everything_else_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("20260301080000", "2026-03-01T08:00:00"),
        ("202603010800", "2026-03-01T08:00:00"),
        ("20260301080000.5", "2026-03-01T08:00:00.500000"),
        ("20260301080000123", "2026-03-01T08:00:00.123000"),
        ("20260301080000.0000+0800", "2026-03-01T00:00:00"),
        ("20260301080000.738000+0530", "2026-03-01T02:30:00.738000"),
        ("20260301003000-0030", "2026-03-01T01:00:00"),
        ("20260301003000+0030", "2026-03-01T00:00:00"),
        ("20260301080000Z", "2026-03-01T08:00:00"),
        ("20260301000000", "2026-03-01T00:00:00"),
        ("20260228235960", "2026-02-28T23:59:59"),
        ("20240229120000", "2024-02-29T12:00:00"),
    ],
)
def test_a_time_is_the_instant_it_names(text: str, at: str) -> None:
    assert parse_time(text, UTC_ZONE, NEAR) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        '""',
        "00000000",
        "00000000000000",
        "20260301",
        "2026",
        "20261301080000",
        "20260230080000",
        "20260301240000",
        "20260301080061",
        "20260301080000+1500",
        "20260301080000+0560",
        "2026-03-01T08:00:00Z",
        "٢٠٢٦٠٣٠١٠٨٠٠٠٠",
        "00010101000000+0100",
        "99991231235959-0100",
    ],
)
def test_what_names_no_instant_is_none(text: str) -> None:
    assert parse_time(text, UTC_ZONE, NEAR) is None


def test_a_time_without_zone_is_in_the_zone_of_its_source() -> None:
    assert parse_time("20260301080000", BERLIN, NEAR) == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert parse_time("20260701080000", BERLIN, NEAR) == datetime(2026, 7, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize("second", [False, True])
def test_in_the_hour_that_comes_twice_the_one_near_the_receipt_is_meant(second: bool) -> None:
    true = datetime(2026, 10, 25, 1 if second else 0, 30, tzinfo=UTC)  # both are 02:30 in Berlin
    assert parse_time("20261025023000", BERLIN, true + timedelta(seconds=2)) == true


def test_in_the_hour_that_comes_twice_the_first_is_meant_when_nobody_can_tell() -> None:
    assert parse_time("20261025023000", BERLIN, NEAR) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_in_the_skipped_hour_is_still_an_instant() -> None:
    assert parse_time("20260329023000", BERLIN, NEAR) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001
def test_a_time_we_write_is_read_as_the_same_second(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC, microsecond=0)
    assert parse_time(format_time(at), BERLIN, NEAR) == at


@pytest.mark.parametrize(
    ("text", "day"),
    [("19330303", date(1933, 3, 3)), ("19890118000000", date(1989, 1, 18)), ("00000000", None), ("1989", None)],
)
def test_a_birth_date_is_its_first_eight_digits(text: str, day: date | None) -> None:
    assert parse_date(text) == day


@given(
    st.from_regex(
        r"(20|00)[0-9]{2}(0[0-9]|1[0-3])[0-3][0-9][0-2][0-9]{5}\.[0-9]{3}[+-](0[0-9]|1[0-5])[0-6][0-9]", fullmatch=True
    )
)
def test_the_usual_form_of_a_time_is_read_like_every_other(text: str) -> None:
    by_the_rules = parse_time(f" {text}", UTC_ZONE, NEAR)  # a blank makes it unusual
    assert parse_time(text, UTC_ZONE, NEAR) == by_the_rules
