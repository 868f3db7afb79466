"""Sessions over any time, newest first, a page at a time. Law: however many there are, one page is one short look."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from monitor.store import schema
from monitor.store.queries.fetch import many
from monitor.store.queries.sessions import SESSION_COLUMNS, SessionRecord
from monitor.store.schema_reviews import review_queue

_s = schema.sessions


@dataclass(frozen=True, slots=True)
class WantedSessions:
    """Which sessions: of these patients, in these states, planned in [from_at, until_at); None asks nothing.

    `needs_review`: those that wait for a physician's review (clinical/review.py says why one does).
    """

    patient_ids: Collection[int] | None = None
    states: Collection[str] | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    needs_review: bool = False


def find_sessions(
    connection: Connection, wanted: WantedSessions, *, before: int | None = None, limit: int = 50
) -> list[SessionRecord]:
    """A page of them, the latest planned first; `before` is the id of the last one of the page before."""
    asked = [*_asked(wanted)]
    if before is not None:
        asked.append(_earlier(connection, before))
    query = select(*SESSION_COLUMNS).order_by(_s.c.scheduled_for.desc(), _s.c.id.desc()).limit(limit)
    return many(connection, query.where(*asked), SessionRecord)


def _asked(wanted: WantedSessions) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.patient_ids is not None:
        asked.append(_s.c.patient_id.in_(wanted.patient_ids))
    if wanted.states is not None:
        asked.append(_s.c.state.in_(wanted.states))
    if wanted.from_at is not None:
        asked.append(_s.c.scheduled_for >= wanted.from_at)
    if wanted.until_at is not None:
        asked.append(_s.c.scheduled_for < wanted.until_at)
    if wanted.needs_review:
        asked.append(_s.c.id.in_(select(review_queue.c.session_id)))
    return asked


def _earlier(connection: Connection, session_id: int) -> ColumnElement[bool]:
    """What comes after this session in the order of the pages; everything when there is no such session."""
    at = connection.execute(select(_s.c.scheduled_for).where(_s.c.id == session_id)).scalar_one_or_none()
    if at is None:
        return _s.c.id.is_not(None)
    return or_(_s.c.scheduled_for < at, and_(_s.c.scheduled_for == at, _s.c.id < session_id))
