"""How a paper speaks: its language, its clock and its numbers. Law: nothing here asks a request who reads it.

A paper is made for a patient, another physician or a dark day as often as for whoever asks for it. Every time on it
is the clinic's wall clock; when that clock changed within what the paper tells of, each carries its distance from UTC.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal

from monitor.web.languages import text_in
from monitor.web.phrases import put_into, said_in

Language = Literal["en", "es"]
Told = Mapping[str, object]
UNKNOWN = "–"
_DAY = {"en": "d MMMM y", "es": "d 'de' MMMM 'de' y"}


@dataclass(frozen=True, slots=True)
class Speech:
    """One language on one clinic's clock; `offsets`: every time says its distance from UTC."""

    language: Language
    zone: ZoneInfo
    offsets: bool = False

    @property
    def share(self) -> float:
        """How much of a table's width a column of times takes."""
        return 1.9 if self.offsets else 1.0

    def gettext(self, text: str) -> str:
        """A text of the papers in this language."""
        return text_in(self.language, text)

    def spoken(self, sentence: object) -> str:
        """A sentence of the server in this language; what a person wrote stays as it is."""
        return said_in(self.language, str(sentence))

    def put(self, told: Told) -> Told:
        """A told thing with the server's sentences in this language."""
        found = put_into(self.language, told)
        return found if isinstance(found, Mapping) else {}

    def across(self, times: Iterable[datetime]) -> "Speech":
        """The same for a paper that tells of these times: with offsets when the wall clock changed among them."""
        found = {at.astimezone(self.zone).utcoffset() for at in times}
        return replace(self, offsets=len(found) > 1)

    def clock(self, at: object) -> str:
        """14:32:05, with “ +01:00” where the clock changed."""
        moment = as_time(at)
        return UNKNOWN if moment is None else self._written(moment, "HH:mm:ss") + self._offset(moment)

    def minute(self, at: object) -> str:
        """14:32, with “ +01:00” where the clock changed."""
        moment = as_time(at)
        return UNKNOWN if moment is None else self._written(moment, "HH:mm") + self._offset(moment)

    def day(self, at: object) -> str:
        """5 March 2026."""
        moment = as_time(at)
        return UNKNOWN if moment is None else self._written(moment, _DAY[self.language])

    def moment(self, at: object) -> str:
        """5 March 2026, 14:32."""
        moment = as_time(at)
        return UNKNOWN if moment is None else f"{self.day(moment)}, {self.minute(moment)}"

    def number(self, value: object, decimals: int = 1, unit: str = "") -> str:
        """1.5 mg, or 1,5 mg; a dash for what is not known."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return UNKNOWN
        shown = format_decimal(round(float(value), decimals), format=f"0.{'#' * decimals}", locale=self.language)
        return f"{shown} {unit}".rstrip()

    def _written(self, moment: datetime, form: str) -> str:
        return str(format_datetime(moment, form, tzinfo=self.zone, locale=self.language))

    def _offset(self, moment: datetime) -> str:
        return f" {moment.astimezone(self.zone).isoformat()[-6:]}" if self.offsets else ""


def as_time(at: object) -> datetime | None:
    """A moment as the house tells it: a datetime, ISO 8601, or nothing."""
    if isinstance(at, datetime):
        return at
    return datetime.fromisoformat(at) if isinstance(at, str) and at else None


def listed(told: Told | None, name: str) -> list[Told]:
    """The things of a list; empty when there is none."""
    found = None if told is None else told.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, Iterable) else []


def part(told: Told | None, name: str) -> Told | None:
    """A thing within a thing; None when there is none."""
    found = None if told is None else told.get(name)
    return found if isinstance(found, Mapping) else None


def words(told: Told | None, name: str) -> str:
    """A text; empty when there is none."""
    found = None if told is None else told.get(name)
    return "" if found is None else str(found)
