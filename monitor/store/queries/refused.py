"""What came in and could not be charted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.store import schema
from monitor.store.queries.fetch import many

_q, _u, _b = schema.quarantine, schema.unassigned, schema.raw_blocks


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Bytes that were refused, and why."""

    id: int
    received_at: datetime
    peer: str
    reason: str
    answer: str | None
    control_id: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A message that was read but belongs to no chair or patient known here."""

    id: int
    received_at: datetime
    peer: str
    source: str
    bed: str | None
    patient_id: str | None
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class UnassignedGroup:
    """How many messages of one source, bed and patient id were not assigned for one reason, and when last."""

    source: str
    bed: str | None
    patient_id: str | None
    reason: str
    count: int
    first_at: datetime
    last_at: datetime


def quarantine(connection: Connection, *, before_id: int | None = None, limit: int = 100) -> list[Quarantined]:
    """A page of refused messages, newest first; `before_id` is the last id of the page before."""
    query = select(*_q.columns).order_by(_q.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(_q.c.id < before_id)
    return many(connection, query, Quarantined)


def unassigned(connection: Connection, *, before_id: int | None = None, limit: int = 100) -> list[Unassigned]:
    """A page of unassigned messages, newest first."""
    query = select(*_u.columns).order_by(_u.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(_u.c.id < before_id)
    return many(connection, query, Unassigned)


def quarantined(connection: Connection, quarantine_id: int) -> Quarantined | None:
    """One refused message."""
    return next(iter(many(connection, select(*_q.columns).where(_q.c.id == quarantine_id), Quarantined)), None)


def unassigned_message(connection: Connection, unassigned_id: int) -> Unassigned | None:
    """One unassigned message."""
    return next(iter(many(connection, select(*_u.columns).where(_u.c.id == unassigned_id), Unassigned)), None)


def unassigned_groups(connection: Connection, since_at: datetime) -> list[UnassignedGroup]:
    """Who has been sending to nobody since a time, the newest first: what the stations show."""
    key = (_u.c.source, _u.c.bed, _u.c.patient_id, _u.c.reason)
    last_at = func.max(_u.c.received_at)
    query = (
        select(*key, func.count(), func.min(_u.c.received_at), last_at)
        .where(_u.c.received_at >= since_at)
        .group_by(*key)
        .order_by(last_at.desc())
    )
    return many(connection, query, UnassignedGroup)


def raw_blocks(connection: Connection, from_at: datetime, until_at: datetime) -> list[tuple[datetime, bytes]]:
    """(received_at, compressed block) of charted messages still kept; unpack with monitor.store.raw.unpack."""
    query = select(_b.c.received_at, _b.c.compressed).where(_b.c.received_at.between(from_at, until_at))
    return [(at, block) for at, block in connection.execute(query.order_by(_b.c.id))]
