"""The audit trail as a page shows it; whether it is whole is for monitor.security.audit to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.store import schema
from monitor.store.queries.fetch import many, one

CHANGES_NOTHING = ("record.read", "exported")

_a = schema.audit


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what to what."""

    seq: int
    at: datetime
    actor: str
    person_id: int | None
    action: str
    about: str
    facts: Mapping[str, object]
    hash: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of one person, act or object, from a time on and before another; None asks nothing."""

    person_id: int | None = None
    action: str | None = None
    about: str | None = None
    from_at: datetime | None = None
    before_at: datetime | None = None


_COLUMNS = (_a.c.seq, _a.c.at, _a.c.actor, _a.c.person_id, _a.c.action, _a.c.object, _a.c.facts, _a.c.hash)


def audit_page(
    connection: Connection, wanted: Wanted | None = None, *, before_seq: int | None = None, limit: int = 100
) -> list[AuditRecord]:
    """A page of the trail, newest first."""
    query = select(*_COLUMNS).order_by(_a.c.seq.desc()).limit(limit)
    if before_seq is not None:
        query = query.where(_a.c.seq < before_seq)
    asked = wanted or Wanted()
    for column, value in ((_a.c.person_id, asked.person_id), (_a.c.action, asked.action), (_a.c.object, asked.about)):
        if value is not None:
            query = query.where(column == value)
    if asked.from_at is not None:
        query = query.where(_a.c.at >= asked.from_at)
    if asked.before_at is not None:
        query = query.where(_a.c.at < asked.before_at)
    return many(connection, query, AuditRecord)


def newest_act(connection: Connection, about: str) -> AuditRecord | None:
    """The newest entry that changed this object; who read or exported it changed nothing."""
    query = select(*_COLUMNS).where(_a.c.object == about, _a.c.action.not_in(CHANGES_NOTHING))
    return one(connection, query.order_by(_a.c.seq.desc()).limit(1), AuditRecord)


def actions(connection: Connection) -> list[str]:
    """Every act there are entries of, by name."""
    # From one name to the next by the index: DISTINCT would read a million entries for fifty names.
    names = select(func.min(_a.c.action).label("action")).cte("names", recursive=True)
    following = select(func.min(_a.c.action)).where(_a.c.action > names.c.action).scalar_subquery()
    names = names.union_all(select(following).where(names.c.action.is_not(None)))
    found = select(names.c.action).where(names.c.action.is_not(None)).order_by(names.c.action)
    return list(connection.execute(found).scalars())
