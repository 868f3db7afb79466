"""When the values of a session were questionable. Law: what was judged then, not what would be judged now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import chain

from sqlalchemy import Connection, bindparam, select

from monitor.store import schema
from monitor.store.queries.fetch import AnySelect
from monitor.store.queries.readings import CHARTED_BETWEEN, CHARTED_MS, r
from monitor.store.types import from_ms, to_ms

TOGETHER = timedelta(seconds=10)  # doubts so close to each other are drawn as one


@dataclass(frozen=True, slots=True)
class Doubted:
    """One stretch of questionable values of a vital."""

    vital: str
    from_at: datetime
    to_at: datetime


def doubted(
    connection: Connection, chair_id: int, session_id: int, from_at: datetime, until_at: datetime
) -> list[Doubted]:
    """Every stretch of a session in a range, by vital, then by time."""
    asked = {"chair_id": chair_id, "session_id": session_id, "low": to_ms(from_at), "high": to_ms(until_at)}
    rows = sorted(chain.from_iterable(connection.execute(_doubted(kind), asked) for kind in (0, 1)))
    return [
        stretch
        for vital, bit in schema.VITAL_BIT.items()
        for stretch in _stretches(vital, (from_ms(ms) for ms, bits in rows if bits & bit))
    ]


@cache
def _doubted(kind: int) -> AnySelect:
    return select(CHARTED_MS, r.c.questionable).where(
        r.c.chair_id == bindparam("chair_id"),
        r.c.session_id == bindparam("session_id"),
        r.c.questionable.is_not(None),
        CHARTED_BETWEEN[kind],
    )


def _stretches(vital: str, times: Iterator[datetime]) -> Iterator[Doubted]:
    first: datetime | None = None
    last: datetime | None = None
    for at in times:
        if first is not None and last is not None and at - last > TOGETHER:
            yield Doubted(vital, first, last)
            first = None
        first, last = first or at, at
    if first is not None and last is not None:
        yield Doubted(vital, first, last)
