"""The chairs and the bed that speaks for each now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.errors import NotFound
from monitor.store import schema
from monitor.store.queries.fetch import AnySelect, many
from monitor.store.schema_whose import chair_devices

_c, _b, _s, _d = schema.chairs, schema.chair_bindings, schema.stations, chair_devices


@dataclass(frozen=True, slots=True)
class Chair:
    """A chair; `bed` is None while no monitor is bound to it."""

    id: int
    name: str
    position: int
    station_id: int | None
    station: str | None
    bed: str | None
    bound_at: datetime | None


@dataclass(frozen=True, slots=True)
class Binding:
    """That a bed spoke for a chair from a time on."""

    chair_id: int
    bed: str | None
    at: datetime
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Device:
    """A further device of a chair, known by what it sends: bed, its own id, or its source name."""

    identifier: str
    chair_id: int
    at: datetime
    by: str


def devices(connection: Connection, chair_id: int | None = None) -> list[Device]:
    """The further devices of one chair, or of all, in the order in which they were bound."""
    newest = select(func.max(_d.c.id)).group_by(_d.c.identifier)
    query: AnySelect = select(_d.c.identifier, _d.c.chair_id, _d.c.at, _d.c.by).where(_d.c.id.in_(newest))
    query = query.where(_d.c.chair_id.is_not(None) if chair_id is None else _d.c.chair_id == chair_id)
    return many(connection, query.order_by(_d.c.id), Device)


def chairs_then(connection: Connection, identifier: str, at: datetime) -> set[int]:
    """The chairs a bed or device spoke for at a time."""
    found = set()
    bed = select(_b.c.chair_id).where(_b.c.bed == identifier).distinct()
    for chair_id in connection.execute(bed).scalars().all():
        query = select(_b.c.bed).where(_b.c.chair_id == chair_id, _b.c.at <= at).order_by(_b.c.id.desc()).limit(1)
        if connection.execute(query).scalar_one_or_none() == identifier:
            found.add(int(chair_id))
    device = select(_d.c.chair_id).where(_d.c.identifier == identifier, _d.c.at <= at)
    chair_id = connection.execute(device.order_by(_d.c.id.desc()).limit(1)).scalar_one_or_none()
    return found if chair_id is None else {*found, int(chair_id)}


def chairs(connection: Connection) -> list[Chair]:
    """Every chair in the order in which they stand."""
    return many(connection, _current().order_by(_c.c.position, _c.c.id), Chair)


def chair(connection: Connection, chair_id: int) -> Chair:
    """One chair; raises NotFound."""
    row = connection.execute(_current().where(_c.c.id == chair_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such chair")
    return Chair(*row)


def bindings(connection: Connection, chair_id: int) -> list[Binding]:
    """What was bound to a chair when, oldest first."""
    query = select(_b.c.chair_id, _b.c.bed, _b.c.at, _b.c.person_id).where(_b.c.chair_id == chair_id)
    return many(connection, query.order_by(_b.c.id), Binding)


def _current() -> AnySelect:
    newer = _b.alias("newer")
    newest = select(func.max(newer.c.id)).where(newer.c.chair_id == _c.c.id).scalar_subquery()
    return (
        select(_c.c.id, _c.c.name, _c.c.position, _c.c.station_id, _s.c.name, _b.c.bed, _b.c.at)
        .select_from(_c)
        .outerjoin(_s, _s.c.id == _c.c.station_id)
        .outerjoin(_b, _b.c.id == newest)
    )
