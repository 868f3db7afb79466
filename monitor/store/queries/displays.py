"""The displays on the wall, as they stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import schema
from monitor.store.queries.fetch import many, one

_d, _p = schema.displays, schema.people


@dataclass(frozen=True, slots=True)
class Display:
    """One display; `enrolled_at` None: its code was not used; `ended_at`: it may show nothing from then on."""

    id: int
    person_id: int
    name: str
    station: str
    offered_at: datetime
    expires_at: datetime
    enrolled_at: datetime | None
    ended_at: datetime | None
    by: str


_ALL = select(
    *(_d.c.id, _d.c.person_id, _p.c.name, _d.c.station, _d.c.offered_at, _d.c.expires_at, _d.c.enrolled_at),
    *(_p.c.disabled_at, _d.c.by),
).join(_p, _p.c.id == _d.c.person_id)


def displays(connection: Connection) -> list[Display]:
    """Every display, the newest first."""
    return many(connection, _ALL.order_by(_d.c.id.desc()), Display)


def display(connection: Connection, display_id: int) -> Display | None:
    """One display by its id."""
    return one(connection, _ALL.where(_d.c.id == display_id), Display)


def display_by_code(connection: Connection, code_hash: str) -> Display | None:
    """The display a code was made for, used or expired ones too."""
    return one(connection, _ALL.where(_d.c.code_hash == code_hash), Display)


def display_of(connection: Connection, person_id: int) -> Display | None:
    """The display somebody is."""
    return one(connection, _ALL.where(_d.c.person_id == person_id), Display)
