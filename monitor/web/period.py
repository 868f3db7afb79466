"""A period of the clinic's days, and what is read of it week by week.

Law: one week is one short look through the turnstile of history reads, so that nobody's alarm waits for a year.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator
from sqlalchemy import Connection

from monitor.clinical.analytics.counted import CountedAlarms, CountedRange, CountedSession
from monitor.clinical.analytics.figures import Counted
from monitor.errors import NotFound, Refused
from monitor.store.queries.analytics import WantedPart, counted_alarms, counted_sessions
from monitor.store.queries.chairs import Chair, chairs
from monitor.store.queries.ranges import counted_ranges, reckoned_sessions
from monitor.web.fields import Query, RowId
from monitor.web.services import Services

USUAL_DAYS = 30
MOST_DAYS = 366
T = TypeVar("T")


def _nothing(value: object) -> object:
    """An empty field of a form is one that was not filled in."""
    return None if value == "" else value


class AskedPeriod(Query):
    """Days of the clinic, both counted; left out: the last 30. One chair, or those of one station, or all."""

    from_day: Annotated[date | None, BeforeValidator(_nothing)] = None
    until_day: Annotated[date | None, BeforeValidator(_nothing)] = None
    station: Annotated[str | None, BeforeValidator(_nothing)] = None
    chair: Annotated[RowId | None, BeforeValidator(_nothing)] = None


@dataclass(frozen=True, slots=True)
class Period:
    """What was asked, whole: its days, and the chairs (None: all)."""

    from_day: date
    until_day: date
    zone: ZoneInfo
    chair_ids: frozenset[int] | None

    @property
    def from_at(self) -> datetime:
        """The first moment of the first day."""
        return self._begins(self.from_day)

    @property
    def until_at(self) -> datetime:
        """The first moment after the last day."""
        return self._begins(self.until_day + timedelta(days=1))

    def weeks(self) -> Iterator[tuple[date, datetime, datetime]]:
        """Each calendar week's part: its first day, its begin and its end."""
        day = self.from_day
        while day <= self.until_day:
            after = min(day + timedelta(days=7 - day.weekday()), self.until_day + timedelta(days=1))
            yield day, self._begins(day), self._begins(after)
            day = after

    def _begins(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


def period_of(asked: AskedPeriod, given: Services) -> Period:
    """The period as asked; raises Refused with a sentence, NotFound for a place there is none of."""
    zone = given.config.timezone
    until = asked.until_day or given.now().astimezone(zone).date()
    begin = asked.from_day or until - timedelta(days=USUAL_DAYS - 1)
    if begin > until:
        raise Refused("The first day is after the last one.", ("from_day",))
    if (until - begin).days >= MOST_DAYS or begin.year < 2000:
        raise Refused(f"At most {MOST_DAYS} days are counted at once: choose a shorter period.", ("from_day",))
    return Period(begin, until, zone, _chairs(asked, given.read(chairs)))


def _chairs(asked: AskedPeriod, known: list[Chair]) -> frozenset[int] | None:
    if asked.chair is None and asked.station is None:
        return None
    found = {one.id for one in known if asked.station is None or one.station == asked.station}
    found &= {one.id for one in known if asked.chair is None or one.id == asked.chair}
    if not found:
        raise NotFound("There is no such chair or station.")
    return frozenset(found)


def counted_weeks(period: Period, given: Services) -> list[Counted]:
    """The sessions and alarms of each week of a period."""
    return [
        Counted(day, *read_part(given, _counted, wanted))
        for day, wanted in parts(period, given)
    ]  # fmt: skip


def parts(period: Period, given: Services) -> Iterator[tuple[date, WantedPart]]:
    """What is asked of the record for each week; in a demonstration simulated sessions, elsewhere never any."""
    for day, from_at, until_at in period.weeks():
        yield day, WantedPart(from_at, until_at, given.config.demo, period.chair_ids)


def read_part(given: Services, query: Callable[[Connection, WantedPart], T], wanted: WantedPart) -> T:
    """One look, through the turnstile."""
    with given.history.passage():
        return given.read(query, wanted)


def _counted(
    connection: Connection, wanted: WantedPart
) -> tuple[list[CountedSession], list[CountedAlarms], list[CountedRange], int]:
    return (
        counted_sessions(connection, wanted),
        counted_alarms(connection, wanted),
        counted_ranges(connection, wanted),
        reckoned_sessions(connection, wanted),
    )
