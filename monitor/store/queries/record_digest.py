"""What the record of a session is, as one hash, and how much of it there is.

Law: every table a session's record stands in is hashed row by row in its own order, reviews and co-signatures left out:
they speak of the record. The tables are only ever added to, so the counts alone say whether anything came since.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from monitor.errors import NotFound
from monitor.store import schema
from monitor.store.queries.fetch import AnySelect
from monitor.store.queries.sessions import session_head
from monitor.store.schema_reviews import review_causes
from monitor.store.schema_whose import withdrawals
from monitor.store.types import canonical_json

SPEAK_OF_THE_RECORD = ("reviewed", "co-signed")
_AT_ONCE = 500  # rows fetched together: the memory a long session needs does not grow with it


@dataclass(frozen=True, slots=True)
class RecordExtent:
    """How many rows of each table belong to a session now, and its version."""

    version: int
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RecordDigest:
    """SHA-256 of a session's record in hexadecimal, and the extent it was taken of."""

    sha256: str
    extent: RecordExtent


def record_extent(connection: Connection, session_id: int) -> RecordExtent:
    """How much there is; raises NotFound."""
    head = session_head(connection, session_id)
    if head is None:
        raise NotFound("There is no such session.")
    counted = {
        name: int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())
        for name, query in _tables(session_id, head.chair_id).items()
    }
    causes = select(func.count()).select_from(review_causes).where(review_causes.c.session_id == session_id)
    return RecordExtent(head.version, {**counted, "causes": int(connection.execute(causes).scalar_one())})


def record_digest(connection: Connection, session_id: int) -> RecordDigest:
    """The hash of all of it, of one state of the database; raises NotFound."""
    extent = record_extent(connection, session_id)
    head = session_head(connection, session_id)
    if head is None:
        raise NotFound("There is no such session.")
    digest = hashlib.sha256()
    for name, query in _tables(session_id, head.chair_id).items():
        digest.update(f"{name}\n".encode())
        for rows in connection.execute(query).partitions(_AT_ONCE):
            for row in rows:
                digest.update(canonical_json([_plain(value) for value in row]).encode() + b"\n")
    return RecordDigest(digest.hexdigest(), extent)


def _tables(session_id: int, chair_id: int) -> dict[str, AnySelect]:
    """What the record of a session is made of, each in the order of its key."""
    of_session = (
        *(schema.session_events, schema.assessments, schema.alarms, schema.device_alarms, schema.pump_events),
        withdrawals,
    )
    found: dict[str, AnySelect] = {table.name: _of(table, session_id) for table in of_session}
    theirs = select(schema.alarms.c.id).where(schema.alarms.c.session_id == session_id)
    for table in (schema.alarm_events, schema.acknowledgements):
        found[table.name] = select(table).where(table.c.alarm_id.in_(theirs)).order_by(table.c.id)
    signed, r = schema.discharge_signatures, schema.readings
    found[signed.name] = _of(signed, session_id).where(signed.c.meaning.not_in(SPEAK_OF_THE_RECORD))
    found[r.name] = (
        select(r).where(r.c.chair_id == chair_id, r.c.session_id == session_id).order_by(r.c.device_at_ms, r.c.part)
    )
    return found


def _of(table: Table, session_id: int) -> AnySelect:
    return select(table).where(table.c.session_id == session_id).order_by(table.c.id)


def _plain(value: object) -> object:
    """A value as text and numbers, the same in every database."""
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, str | int | float | dict | list) else str(value)
