"""Openings of break-glass and their reviews. Law: rows are added, never changed; one opening is reviewed once."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from monitor.store.keys import insert_row
from monitor.store.queries.fetch import many, one
from monitor.store.schema_break_glass import glass_openings, glass_reviews


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One opening to keep."""

    person_id: int
    by: str
    reason: str
    at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """What somebody else says of an opening."""

    opening_id: int
    person_id: int
    by: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening as it stands; `reviewed_by` None until somebody else has closed it."""

    id: int
    person_id: int
    by: str
    reason: str
    at: datetime
    until_at: datetime
    reviewed_by: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """An opening and what somebody else said of it."""

    id: int
    by: str
    reason: str
    at: datetime
    reviewed_by: str
    words: str
    reviewed_at: datetime


_o, _r = glass_openings.c, glass_reviews.c
_STANDING = select(_o.id, _o.person_id, _o.by, _o.reason, _o.at, _o.until_at, _r.by).select_from(
    glass_openings.outerjoin(glass_reviews, _r.opening_id == _o.id)
)


def insert_opening(connection: Connection, row: OpeningRow) -> int:
    """Keep it; its number."""
    return insert_row(connection, glass_openings, asdict(row))


def insert_review(connection: Connection, row: ReviewRow) -> int:
    """Keep it; its number."""
    return insert_row(connection, glass_reviews, asdict(row))


def opening(connection: Connection, opening_id: int) -> Opening | None:
    """One opening."""
    return one(connection, _STANDING.where(_o.id == opening_id), Opening)


def standing_openings(connection: Connection, now: datetime) -> list[Opening]:
    """Those that are open at this moment, or nobody has reviewed yet; the oldest first."""
    return many(connection, _STANDING.where(or_(_o.until_at > now, _r.id.is_(None))).order_by(_o.id), Opening)


def reviews(connection: Connection, most: int) -> list[Review]:
    """The openings whose review is closed; the newest review first."""
    asked = select(_o.id, _o.by, _o.reason, _o.at, _r.by, _r.words, _r.at)
    closed = asked.select_from(glass_openings.join(glass_reviews, _r.opening_id == _o.id))
    return many(connection, closed.order_by(_r.id.desc()).limit(most), Review)
