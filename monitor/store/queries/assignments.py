"""Which nurse is, or was, responsible for a chair."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.store.queries.fetch import AnySelect, many, one
from monitor.store.queries.sessions import session
from monitor.store.schema_responsible import chair_assignments, handover_notes_seen

_a, _n = chair_assignments, handover_notes_seen


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who was made responsible for a chair (`person_id` None: nobody), when, until when at most, by whom and with
    which hand-over note; `seen_at` is when that person had read the note.
    """

    id: int
    chair_id: int
    person_id: int | None
    name: str | None
    at: datetime
    until_at: datetime
    session_id: int | None
    note: str
    by_id: int | None
    by: str
    seen_at: datetime | None


def assignment(connection: Connection, assignment_id: int) -> Assignment | None:
    """One of them."""
    return one(connection, _all().where(_a.c.id == assignment_id), Assignment)


def newest_assignments(connection: Connection) -> list[Assignment]:
    """The newest of each chair, whether or not it still holds."""
    newest = select(func.max(_a.c.id)).group_by(_a.c.chair_id)
    return many(connection, _all().where(_a.c.id.in_(newest)).order_by(_a.c.id), Assignment)


def assignment_at(connection: Connection, chair_id: int, at: datetime) -> Assignment | None:
    """The one that was the newest of a chair at some time, whether or not it still held."""
    asked = _all().where(_a.c.chair_id == chair_id, _a.c.at <= at)
    return one(connection, asked.order_by(_a.c.id.desc()).limit(1), Assignment)


def assignments_within(connection: Connection, session_id: int) -> list[Assignment]:
    """Those made while a session sat in its chair, oldest first."""
    return many(connection, _all().where(_a.c.session_id == session_id).order_by(_a.c.id), Assignment)


def responsible_during(connection: Connection, session_id: int) -> list[Assignment]:
    """The one that stood when a session was checked in, and those made while it sat there; oldest first."""
    history = session(connection, session_id)
    came = [event.recorded_at for event in history.events if event.event == "check_in"]
    if not came:
        return []
    before = _all().where(_a.c.chair_id == history.session.chair_id, _a.c.at <= came[0])
    stood = many(connection, before.order_by(_a.c.id.desc()).limit(1), Assignment)
    within = assignments_within(connection, session_id)
    known = {one.id for one in within}
    return [*(one for one in stood if one.id not in known and one.until_at > came[0]), *within]


def _all() -> AnySelect:
    columns = (*(_a.c.id, _a.c.chair_id, _a.c.person_id, _a.c.name, _a.c.at, _a.c.until_at, _a.c.session_id),)
    said = (_a.c.note, _a.c.by_id, _a.c.by, _n.c.at)
    return select(*columns, *said).select_from(_a).outerjoin(_n, _n.c.assignment_id == _a.c.id)
