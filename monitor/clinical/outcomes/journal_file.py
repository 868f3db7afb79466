"""The journal a patient keeps, read from a CSV file.

Laws
1. A file is taken whole or not at all; every line that cannot be taken is named with what is wrong with it.
2. Nothing is guessed: columns have names, days are written YYYY-MM-DD and times HH:MM in the clinic's zone, and a time
   that does not exist there is refused.
3. A cell is text and nothing else, whatever sign it begins with.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.errors import Refused

NEEDED = ("date", "time", "pain")
OPTIONAL = ("sleep_hours", "rescue_doses", "side_effects", "note")
MOST_BYTES = 40 * 1024  # a year of two entries a day; in base64 it fits into one request
MOST_LINES = 1000
MOST_REFUSALS = 20
LONGEST_CELL = 500
OLDEST = timedelta(days=366)  # older is the slip of a year
_DAY, _TIME = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"\d{1,2}:\d{2}")


class JournalRefused(Refused):
    """A journal file that was not taken; `missing` has one sentence a line."""

    code = "journal_refused"


class WrongEntry(Exception):
    """What is wrong with one entry, in words."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line as the patient wrote it; None: not written."""

    at: datetime
    pain: int
    sleep_h: float | None = None
    rescue_doses: int | None = None
    side_effects: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class JournalFile:
    """What a file holds, by time; `repeated` lines say again what another line says."""

    entries: tuple[JournalEntry, ...]
    repeated: int


def read_journal(content: bytes, zone: tzinfo, now: datetime) -> JournalFile:
    """The entries of a file; raises JournalRefused with every line that is wrong."""
    rows = _rows(content)
    entries: dict[datetime, tuple[int, JournalEntry]] = {}
    refusals: list[str] = []
    repeated = 0
    for number, row in rows:
        try:
            entry = _entry(row, zone, now)
        except WrongEntry as wrong:
            refusals.append(f"line {number}: {wrong}")
            continue
        before = entries.get(entry.at)
        if before is None:
            entries[entry.at] = (number, entry)
        elif before[1] == entry:
            repeated += 1
        else:
            refusals.append(f"line {number}: line {before[0]} says something else of the same time")
    if refusals:
        raise _refused(refusals)
    if not entries:
        raise JournalRefused("The file has no entry: a first line of column names, then one line an entry.")
    return JournalFile(tuple(entry for _, entry in sorted(entries.values(), key=lambda one: one[1].at)), repeated)


def check_entry(entry: JournalEntry, now: datetime) -> None:
    """Refuse an entry typed by hand that a file could not hold either."""
    try:
        _check_time(entry.at, now)
        _within("pain", entry.pain, 10)
        if entry.sleep_h is not None:
            _within("sleep_hours", entry.sleep_h, 24)
        if entry.rescue_doses is not None:
            _within("rescue_doses", entry.rescue_doses, 48)
    except WrongEntry as wrong:
        raise JournalRefused(f"Journal: {wrong}.") from wrong


def _rows(content: bytes) -> list[tuple[int, Mapping[str, str]]]:
    if len(content) > MOST_BYTES:
        raise JournalRefused(f"The file is larger than {MOST_BYTES // 1024} kB: send it in parts.")
    try:
        text = content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as wrong:
        raise JournalRefused("The file is not UTF-8 text: save it as “CSV UTF-8”.") from wrong
    first = text.split("\n", 1)[0]
    mark = ";" if first.count(";") > first.count(",") else ","
    try:
        lines = list(csv.reader((f"{line}\n" for line in text.split("\n")), delimiter=mark, strict=True))
    except csv.Error as wrong:
        raise JournalRefused(f"The file is not a CSV text: {wrong}.") from wrong
    if len(lines) > MOST_LINES + 1:
        raise JournalRefused(f"The file has more than {MOST_LINES} lines: send it in parts.")
    return _named(lines)


def _named(lines: Sequence[Sequence[str]]) -> list[tuple[int, Mapping[str, str]]]:
    names = [name.strip().casefold() for name in lines[0]] if lines else []
    wrong = [f"there is no column “{name}”" for name in NEEDED if name not in names]
    wrong += [f"the column “{name[:40]}” is not known" for name in names if name not in (*NEEDED, *OPTIONAL)]
    wrong += [f"the column “{name}” stands twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    if wrong:
        accepted = ", ".join((*NEEDED, *OPTIONAL))
        raise JournalRefused(f"The columns are not those of a journal; accepted: {accepted}.", tuple(wrong))
    rows: list[tuple[int, Mapping[str, str]]] = []
    refusals: list[str] = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            refusals.append(f"line {number}: {len(cells)} cells, {len(names)} columns")
        rows.append((number, dict(zip(names, (cell.strip() for cell in cells), strict=False))))
    if refusals:
        raise _refused(refusals)
    return rows


def _entry(row: Mapping[str, str], zone: tzinfo, now: datetime) -> JournalEntry:
    at = _at(row["date"], row["time"], zone)
    _check_time(at, now)
    sleep, doses = row.get("sleep_hours", ""), row.get("rescue_doses", "")
    return JournalEntry(
        at,
        _whole("pain", row["pain"], 10),
        _decimal("sleep_hours", sleep, 24) if sleep else None,
        _whole("rescue_doses", doses, 48) if doses else None,
        _words("side_effects", row.get("side_effects", "")),
        _words("note", row.get("note", "")),
    )


def _at(day: str, time: str, zone: tzinfo) -> datetime:
    if not _DAY.fullmatch(day):
        raise WrongEntry(f"date “{day[:20]}” is not YYYY-MM-DD")
    if not _TIME.fullmatch(time):
        raise WrongEntry(f"time “{time[:20]}” is not HH:MM")
    try:
        local = datetime.fromisoformat(f"{day}T{time.zfill(5)}").replace(tzinfo=zone)
    except ValueError as wrong:
        raise WrongEntry(f"{day} {time} is no day and time of the calendar") from wrong
    at = local.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise WrongEntry(f"{day} {time} does not exist: the clocks were put forward")
    return at


def _check_time(at: datetime, now: datetime) -> None:
    if at > now:
        raise WrongEntry("the time lies in the future")
    if at < now - OLDEST:
        raise WrongEntry("the time is more than a year ago")


def _whole(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise WrongEntry(f"{name} “{text[:20]}” is not a whole number from 0 to {most}")
    return int(_within(name, int(text), most))


def _decimal(name: str, text: str, most: float) -> float:
    plain = text.replace(",", ".")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", plain, re.ASCII):
        raise WrongEntry(f"{name} “{text[:20]}” is not a number from 0 to {most:g}")
    return _within(name, float(plain), most)


def _within(name: str, value: float, most: float) -> float:
    if not 0 <= value <= most:
        raise WrongEntry(f"{name} {value:g} is not between 0 and {most:g}")
    return value


def _words(name: str, text: str) -> str:
    if len(text) > LONGEST_CELL:
        raise WrongEntry(f"{name} is longer than {LONGEST_CELL} letters")
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\r\t" for letter in text):
        raise WrongEntry(f"{name} holds control characters")
    return unicodedata.normalize("NFC", text)


def _refused(refusals: Sequence[str]) -> JournalRefused:
    more = len(refusals) - MOST_REFUSALS
    shown = (*refusals[:MOST_REFUSALS], *((f"and {more} more lines",) if more > 0 else ()))
    lines = "1 line" if len(refusals) == 1 else f"{len(refusals)} lines"
    return JournalRefused(f"Nothing was taken: {lines} cannot be read. Mend the file and send it again.", shown)
