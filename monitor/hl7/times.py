"""HL7 times to aware UTC.

Law: the answer is an instant or None; nothing is guessed but the zone the source is configured with.
"""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_TIME = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d)"
    r"(?:\.?(?P<fraction>\d{1,9}))?)?)?(?P<zone>Z|[+-]\d{4})?",
    re.ASCII,
)
_USUAL_LENGTH = len("20260302091500.000+0000")
_OVERLAP = timedelta(hours=1)


def parse_time(text: str, zone: ZoneInfo, near: datetime) -> datetime | None:
    """The instant `text` names, None when it is missing, zero, less precise than a minute, or no time.

    A time without zone is in `zone`. Of the two instants a clock change makes, the one within an hour of `near`
    (when the message came) is meant, otherwise the first. Milliseconds without a dot are accepted.
    """
    return _usual_time(text) or _any_time(text.strip(" "), zone, near)


def _any_time(text: str, zone: ZoneInfo, near: datetime) -> datetime | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, written_zone = match.groups()
    if hour is None:
        return None
    whole_s = int(second or 0)
    try:
        local = datetime(  # noqa: DTZ001  the zone follows below
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            min(whole_s, 59),  # a leap second is the end of its minute
            int(fraction[:6].ljust(6, "0")) if fraction else 0,
        )
        if whole_s > 60:
            return None
        offset = _offset(written_zone)
        if offset is not None:
            return (local - offset).replace(tzinfo=UTC)
        return None if written_zone else _in_zone(local, zone, near)
    except (ValueError, OverflowError):
        return None


def _usual_time(text: str) -> datetime | None:
    """A time with milliseconds and an offset below 14 h, as most monitors write it; None for every other form."""
    if len(text) != _USUAL_LENGTH or text[14] != "." or text[18] not in "+-" or text[19:21] >= "14" or text[21] > "5":
        return None
    if not (text.isascii() and text[:14].isdigit() and text[15:18].isdigit() and text[19:].isdigit()):
        return None
    try:
        return datetime.fromisoformat(f"{text[:8]}T{text[8:]}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(text: str | None) -> timedelta | None:
    """+0530 as a duration; None when there is no offset or it is not one (beyond 14 h, or 60 minutes and more)."""
    if text is None:
        return None
    if text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[3:5])
    size = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or size > timedelta(hours=14):
        return None
    return -size if text[0] == "-" else size


def _in_zone(local: datetime, zone: ZoneInfo, near: datetime) -> datetime:
    first = local.replace(tzinfo=zone).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if second <= first:  # no clock change here, or the hour that was skipped
        return first
    return second if abs(near - second) < abs(near - first) and abs(near - second) <= _OVERLAP else first


def format_time(at: datetime) -> str:
    """`at` as HL7 writes it, to the second, with its zone."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")


def parse_date(text: str) -> date | None:
    """The calendar date in the first eight digits, None when there is none."""
    digits = text[:8]
    if len(digits) < 8 or not digits.isascii() or not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
