"""Values that were acknowledged and are not charted: taken back, corrected, or replaced by another of their moment.

Law: for lists and marks, never for judging; nothing that was acknowledged is missing from both the charted and these.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from sqlalchemy import BigInteger, BindParameter, Connection, bindparam, select, union

from monitor.store import schema
from monitor.store.queries.fetch import AnyRow
from monitor.store.queries.readings import (
    ReadingRecord,
    between,
    chair_of,
    is_gone,
    place,
    r,
    records,
    rows_of,
    values_of,
    winners,
    withdrawn,
)
from monitor.store.schema_whose import withdrawals as _w
from monitor.store.types import to_ms


def told_readings(
    connection: Connection, session_id: int, from_at: datetime, until_at: datetime, *, struck: bool = True
) -> list[ReadingRecord]:
    """Every value of a session that was acknowledged, those that are not charted marked; for lists, not for judging.

    `struck` False leaves out what the device itself took back or corrected; what merely stands beside another content
    of the same moment is told all the same.
    """
    chair_id = chair_of(connection, session_id)
    if chair_id is None:
        return []
    asked = {"chair_id": chair_id, "session_id": session_id, "low": to_ms(from_at), "high": to_ms(until_at)}
    found = [connection.execute(between(clock_right, of_session=True), asked) for clock_right in (True, False)]
    rows = list(chain.from_iterable(found))
    charted, beside = records(connection, chair_id, rows, schema.VITAL_COLUMNS), _struck(connection, chair_id, rows)
    beside = [one for one in beside if struck or one.struck == "replaced"]
    return sorted([*charted, *beside], key=place) if beside else charted


def has_readings(connection: Connection, session_id: int, from_at: datetime, until_at: datetime) -> bool:
    """Whether anything at all was stored for a session in a range: asked before a long stretch is read in pieces."""
    chair_id = chair_of(connection, session_id)
    asked = {"chair_id": chair_id, "session_id": session_id, "low": to_ms(from_at), "high": to_ms(until_at)}
    every = (between(clock_right, of_session=True).limit(1) for clock_right in (True, False))
    return chair_id is not None and any(connection.execute(query, asked).first() is not None for query in every)


def struck_readings(
    connection: Connection, chair_id: int, session_id: int, from_at: datetime, until_at: datetime
) -> list[ReadingRecord]:
    """What the device itself took back or corrected in a session, by the device's time."""
    asked = {"chair_id": chair_id, "session_id": session_id, "low": to_ms(from_at), "high": to_ms(until_at)}
    rows = connection.execute(_AMENDED, asked).all()
    return sorted((one for one in _struck(connection, chair_id, rows) if one.struck != "replaced"), key=place)


_low: BindParameter[int] = bindparam("low", type_=BigInteger)
_high: BindParameter[int] = bindparam("high", type_=BigInteger)
_chair: BindParameter[int] = bindparam("chair_id", type_=BigInteger)
_AMENDED = rows_of(of_session=True).where(
    r.c.device_at_ms.in_(
        union(
            select(_w.c.device_at_ms).where(_w.c.chair_id == _chair, _w.c.device_at_ms.between(_low, _high)),
            select(r.c.device_at_ms).where(
                r.c.chair_id == _chair, r.c.device_at_ms.between(_low, _high), r.c.corrects == 1
            ),
        )
    )
)


def _struck(connection: Connection, chair_id: int, rows: Sequence[AnyRow]) -> list[ReadingRecord]:
    """The values of these rows that are not charted, and why."""
    gone = withdrawn(connection, chair_id, rows)
    if not gone and len({row[1] for row in rows}) == len(rows):
        return []
    chosen = winners(rows, gone, schema.VITAL_COLUMNS)
    found = []
    for row in rows:
        for record in values_of(row, schema.VITAL_COLUMNS):
            (corrects, _), winner = chosen.get((int(row[1]), record.vital), ((0, 0), record))
            if is_gone(row, record.vital, gone):
                found.append(replace(record, struck="withdrawn"))
            elif (winner.value, winner.sub_id, winner.source) != (record.value, record.sub_id, record.source):
                found.append(replace(record, struck="corrected" if corrects else "replaced"))
    return found
