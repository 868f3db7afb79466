"""What the hospital has said about who lies where.

Law: by when it was said, not by when it came; a simulator's word stands behind every word of the hospital.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, func, or_, select

from monitor.store.admission_rows import NOTHING, OCCUPIES
from monitor.store.queries.fetch import AnySelect, many
from monitor.store.schema_whose import admissions

_a = admissions
GONE_FOR = timedelta(days=7)  # so long somebody who left is remembered beyond the bed they left


@dataclass(frozen=True, slots=True)
class AdmissionRecord:
    """One placing word of the hospital; `bed` is None when it says they are in no bed."""

    number: int
    event: str
    hospital_id: str
    bed: str | None
    left_bed: str | None
    said_at: datetime
    since_at: datetime
    simulated: bool


@dataclass(frozen=True, slots=True)
class BedSaid:
    """A bed the hospital has named, and how often a source did."""

    bed: str
    source: str
    count: int
    first_at: datetime
    last_at: datetime


def last_said_at(connection: Connection, hospital_ids: Collection[str], events: Collection[str]) -> datetime | None:
    """When the hospital last said one of these things about a person; None when it never did."""
    query = select(func.max(_a.c.said_at)).where(
        _a.c.hospital_id.in_(hospital_ids), _a.c.event.in_(events), _a.c.simulated == 0
    )
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def last_placing(connection: Connection, hospital_ids: Collection[str]) -> AdmissionRecord | None:
    """What the hospital last said of where a person lies."""
    found = many(connection, _placings().where(_a.c.hospital_id.in_(hospital_ids)).limit(1), _record)
    return found[0] if found else None


def placings(connection: Connection, now: datetime) -> list[AdmissionRecord]:
    """What still matters: the last word about every person, every bed, and every bed that was left; oldest first."""
    by_person = _newest(_a.c.hospital_id)
    by_bed = _newest(_a.c.bed)
    by_left = _newest(_a.c.left_bed)
    recent = or_(_a.c.effect == OCCUPIES, _a.c.said_at > now - GONE_FOR)
    query = _placings().where(or_(_a.c.id.in_(by_person) & recent, _a.c.id.in_(by_bed), _a.c.id.in_(by_left)))
    return list(reversed(many(connection, query, _record)))


def beds_said(connection: Connection, since_at: datetime) -> list[BedSaid]:
    """The beds named in admissions received since a time, by source, the last named first."""
    last = func.max(_a.c.received_at)
    query = (
        select(_named, _a.c.source, func.count(), func.min(_a.c.received_at), last)
        .where(_named.is_not(None), _a.c.received_at >= since_at)
        .group_by(_named, _a.c.source)
        .order_by(last.desc(), _named)
    )
    return many(connection, query, BedSaid)


_named = func.coalesce(_a.c.bed, _a.c.left_bed)
_ORDER = (_a.c.simulated.asc(), _a.c.said_at.desc(), _a.c.id.desc())


def _placings() -> AnySelect:
    columns = (_a.c.id, _a.c.event, _a.c.hospital_id, _a.c.bed, _a.c.left_bed)
    query: AnySelect = select(*columns, _a.c.said_at, _a.c.since_at, _a.c.simulated)
    return query.where(_a.c.effect != NOTHING).order_by(*_ORDER)


def _newest(column: "Column[str]") -> AnySelect:
    """The numbers of the last placing word for each value of a column."""
    place = func.row_number().over(partition_by=column, order_by=_ORDER).label("place")
    ranked = select(_a.c.id, place).where(_a.c.effect != NOTHING, column.is_not(None)).subquery()
    query: AnySelect = select(ranked.c.id).where(ranked.c.place == 1)
    return query


def _record(
    number: int,
    event: str,
    hospital_id: str,
    bed: str | None,
    left_bed: str | None,
    said_at: datetime,
    since_at: datetime,
    simulated: int,
) -> AdmissionRecord:
    return AdmissionRecord(number, event, hospital_id, bed, left_bed, said_at, since_at, bool(simulated))
