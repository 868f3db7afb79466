"""What nurses and physicians saw, and what they signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import schema
from monitor.store.queries.fetch import many

_a, _s = schema.assessments, schema.discharge_signatures


@dataclass(frozen=True, slots=True)
class AssessmentRecord:
    """A score or confirmation; `replaced_by_id` names the correction that stands instead."""

    id: int
    session_id: int
    kind: str
    items: Mapping[str, object]
    total: float | None
    at: datetime
    recorded_at: datetime
    person_id: int | None
    replaces_id: int | None
    by: str
    replaced_by_id: int | None


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """A signature and the very text that was signed."""

    id: int
    session_id: int
    record: str
    record_sha256: str
    meaning: str
    person_id: int
    printed_name: str
    role: str
    signed_at: datetime
    utc_offset_min: int
    override_reason: str | None


def assessments(connection: Connection, session_id: int, *, replaced: bool = False) -> list[AssessmentRecord]:
    """The assessments of a session by when they were made; those replaced by a correction only when asked for."""
    newer = _a.alias("newer")
    query = (
        select(
            *(_a.c.id, _a.c.session_id, _a.c.kind, _a.c["items"], _a.c.total, _a.c.at, _a.c.recorded_at),
            *(_a.c.person_id, _a.c.replaces_id, _a.c.by, newer.c.id),
        )
        .outerjoin(newer, newer.c.replaces_id == _a.c.id)
        .where(_a.c.session_id == session_id)
        .order_by(_a.c.at, _a.c.id)
    )
    if not replaced:
        query = query.where(newer.c.id.is_(None))
    return many(connection, query, AssessmentRecord)


def signatures(connection: Connection, session_id: int) -> list[SignatureRecord]:
    """The signatures of a session in the order they were given."""
    columns = [column for column in _s.columns if column.name != "request_id"]
    query = select(*columns).where(_s.c.session_id == session_id).order_by(_s.c.id)
    return many(connection, query, SignatureRecord)
