"""What came in and could not be charted.

Law: the bytes are as they came; these lists are for people, a page at a time. What became of a message later stands
beside it and changes it not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, func, select

from monitor.store import schema
from monitor.store.queries.fetch import AnySelect, many, one
from monitor.store.schema_whose import late_entries

_q, _u, _b, _e = schema.quarantine, schema.unassigned, schema.raw_blocks, late_entries


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Bytes that were refused."""

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
    device_id: str | None
    equipment: str
    vitals: str


@dataclass(frozen=True, slots=True)
class UnassignedGroup:
    """The messages of one source, bed, device, patient id and reason; `assigned` of them have found their place.

    `vitals` are the words of what they hold, `first_at` and `last_at` when the first and the last were received.
    """

    source: str
    bed: str | None
    device_id: str | None
    equipment: str
    patient_id: str | None
    reason: str
    count: int
    assigned: int
    first_at: datetime
    last_at: datetime
    vitals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Whose:
    """Which unassigned messages are meant: of one source and bed, received in a range, after an id."""

    source: str
    bed: str | None
    patient_id: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    after_id: int = 0


_UNASSIGNED = (
    *(_u.c.id, _u.c.received_at, _u.c.peer, _u.c.source, _u.c.bed, _u.c.patient_id, _u.c.reason, _u.c.raw),
    *(_u.c.device_id, func.coalesce(_u.c.equipment, ""), func.coalesce(_u.c.vitals, "")),
)
_QUARANTINED = (*(_q.c.id, _q.c.received_at, _q.c.peer, _q.c.reason, _q.c.answer, _q.c.control_id, _q.c.raw),)
_IS_ASSIGNED = exists().where(_e.c.unassigned_id == _u.c.id)


def quarantine(connection: Connection, *, before_id: int | None = None, limit: int = 100) -> list[Quarantined]:
    """A page of refused messages, newest first; `before_id` is the last id of the page before."""
    query = select(*_QUARANTINED).order_by(_q.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(_q.c.id < before_id)
    return many(connection, query, Quarantined)


def quarantined(connection: Connection, quarantine_id: int) -> Quarantined | None:
    """One refused message; None when there is none."""
    return one(connection, select(*_QUARANTINED).where(_q.c.id == quarantine_id), Quarantined)


def waiting_in_quarantine(connection: Connection, reason: str, done: Sequence[str], limit: int) -> list[Quarantined]:
    """Messages refused for one reason whose replay has not ended in one of these outcomes, the oldest first."""
    over = exists().where(_e.c.quarantine_id == _q.c.id, _e.c.outcome.in_(list(done)))
    query = select(*_QUARANTINED).where(_q.c.reason == reason, ~over).order_by(_q.c.id).limit(limit)
    return many(connection, query, Quarantined)


def unassigned(
    connection: Connection,
    *,
    before_id: int | None = None,
    limit: int = 100,
    whose: Whose | None = None,
    waiting: bool = False,
) -> list[Unassigned]:
    """A page of unassigned messages, newest first; those of one device, or those that still wait, when asked for."""
    query: AnySelect = select(*_UNASSIGNED).order_by(_u.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(_u.c.id < before_id)
    for condition in [] if whose is None else _conditions(whose):
        query = query.where(condition)
    if waiting:
        query = query.where(~_IS_ASSIGNED)
    return many(connection, query, Unassigned)


def unassigned_message(connection: Connection, unassigned_id: int) -> Unassigned | None:
    """One unassigned message."""
    return one(connection, select(*_UNASSIGNED).where(_u.c.id == unassigned_id), Unassigned)


def waiting_unassigned(connection: Connection, whose: Whose, limit: int) -> tuple[list[Unassigned], int]:
    """The oldest messages of a device that nobody has assigned yet, and how many more there are."""
    conditions = [*_conditions(whose), ~_IS_ASSIGNED]
    found = many(connection, select(*_UNASSIGNED).where(*conditions).order_by(_u.c.id).limit(limit), Unassigned)
    count = connection.execute(select(func.count()).select_from(_u).where(*conditions)).scalar_one()
    return found, int(count) - len(found)


def _conditions(whose: Whose) -> list[ColumnElement[bool]]:
    conditions = [_u.c.source == whose.source, _u.c.id > whose.after_id]
    conditions.append(_u.c.bed.is_(None) if whose.bed is None else _u.c.bed == whose.bed)
    if whose.patient_id is not None:
        conditions.append(_u.c.patient_id == whose.patient_id)
    if whose.from_at is not None:
        conditions.append(_u.c.received_at >= whose.from_at)
    if whose.to_at is not None:
        conditions.append(_u.c.received_at <= whose.to_at)
    return conditions


def unassigned_groups(connection: Connection, since_at: datetime) -> list[UnassignedGroup]:
    """Who has been sending to nobody since a time, the newest first: what the stations show."""
    key = (_u.c.source, _u.c.bed, _u.c.device_id, func.coalesce(_u.c.equipment, ""), _u.c.patient_id, _u.c.reason)
    vitals = func.coalesce(_u.c.vitals, "")
    query: AnySelect = (
        select(
            *key,
            func.count(),
            func.count(_e.c.id),
            func.min(_u.c.received_at),
            func.max(_u.c.received_at),
            vitals,
        )
        .select_from(_u.outerjoin(_e, _e.c.unassigned_id == _u.c.id))
        .where(_u.c.received_at >= since_at)
        .group_by(*key, vitals)
    )
    groups: dict[tuple[object, ...], UnassignedGroup] = {}
    for group in many(connection, query, _group):
        same = (group.source, group.bed, group.device_id, group.equipment, group.patient_id, group.reason)
        known = groups.get(same)
        groups[same] = group if known is None else _together(known, group)
    return sorted(groups.values(), key=lambda one: one.last_at, reverse=True)


def _group(
    source: str,
    bed: str | None,
    device_id: str | None,
    equipment: str,
    patient_id: str | None,
    reason: str,
    count: int,
    assigned: int,
    first_at: datetime,
    last_at: datetime,
    vitals: str,
) -> UnassignedGroup:
    words = tuple(vitals.split())
    return UnassignedGroup(
        source, bed, device_id, equipment, patient_id, reason, count, assigned, first_at, last_at, words
    )


def _together(one: UnassignedGroup, other: UnassignedGroup) -> UnassignedGroup:
    """Two parts of a group that differ only in what their messages hold."""
    said = {*one.vitals, *other.vitals}
    return UnassignedGroup(
        *(one.source, one.bed, one.device_id, one.equipment, one.patient_id, one.reason),
        one.count + other.count,
        one.assigned + other.assigned,
        min(one.first_at, other.first_at),
        max(one.last_at, other.last_at),
        tuple(vital for vital in schema.VITAL_COLUMNS if vital in said),
    )


def raw_blocks(connection: Connection, from_at: datetime, until_at: datetime) -> list[tuple[datetime, bytes]]:
    """(received_at, compressed block) of charted messages still kept; unpack with monitor.store.raw.unpack."""
    query = select(_b.c.received_at, _b.c.compressed).where(_b.c.received_at.between(from_at, until_at))
    return [(at, block) for at, block in connection.execute(query.order_by(_b.c.id))]
