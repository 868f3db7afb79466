"""What waits for a physician's review, the oldest first, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from monitor.store.queries.fetch import many
from monitor.store.schema_reviews import review_causes, review_queue

_c, _q = review_causes, review_queue


@dataclass(frozen=True, slots=True)
class CauseRecord:
    """One thing that asks for a review."""

    id: int
    session_id: int
    why: str
    facts: Mapping[str, object]
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A session that waits, since when, and from which cause on."""

    session_id: int
    since_at: datetime
    from_cause_id: int


def waiting_for_review(connection: Connection, *, after: int | None = None, limit: int = 50) -> list[Waiting]:
    """A page of what waits, the oldest first; `after` is the session of the last line of the page before."""
    query = select(_q.c.session_id, _q.c.since_at, _q.c.from_cause_id).order_by(_q.c.since_at, _q.c.session_id)
    if after is not None:
        at = connection.execute(select(_q.c.since_at).where(_q.c.session_id == after)).scalar_one_or_none()
        if at is not None:  # reviewed meanwhile: the first page says what waits now
            query = query.where(or_(_q.c.since_at > at, and_(_q.c.since_at == at, _q.c.session_id > after)))
    return many(connection, query.limit(limit), Waiting)


def waiting_of(connection: Connection, session_id: int) -> Waiting | None:
    """Whether one session waits."""
    query = select(_q.c.session_id, _q.c.since_at, _q.c.from_cause_id).where(_q.c.session_id == session_id)
    found = many(connection, query, Waiting)
    return found[0] if found else None


def how_many_wait(connection: Connection) -> int:
    """How many sessions wait."""
    return int(connection.execute(select(func.count()).select_from(_q)).scalar_one())


def causes_of(connection: Connection, session_ids: Collection[int]) -> dict[int, list[CauseRecord]]:
    """Every cause of some sessions, also those a review covers, in their order."""
    query = select(_c.c.id, _c.c.session_id, _c.c.why, _c.c.facts, _c.c.at).order_by(_c.c.id)
    found: dict[int, list[CauseRecord]] = {one: [] for one in session_ids}
    for cause in many(connection, query.where(_c.c.session_id.in_(session_ids)), CauseRecord):
        found[cause.session_id].append(cause)
    return found


def open_causes(connection: Connection, waiting: Collection[Waiting]) -> dict[int, list[CauseRecord]]:
    """Why each of these waits now."""
    causes = causes_of(connection, [one.session_id for one in waiting])
    return {
        one.session_id: [cause for cause in causes[one.session_id] if cause.id >= one.from_cause_id] for one in waiting
    }
