"""The audit trail as a page shows it; whether it is whole is for monitor.security.audit to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import schema
from monitor.store.queries.fetch import many

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


_COLUMNS = (_a.c.seq, _a.c.at, _a.c.actor, _a.c.person_id, _a.c.action, _a.c.object, _a.c.facts, _a.c.hash)


def audit_page(
    connection: Connection, *, before_seq: int | None = None, about: str | None = None, limit: int = 100
) -> list[AuditRecord]:
    """A page of the trail, newest first; of one object when named."""
    query = select(*_COLUMNS).order_by(_a.c.seq.desc()).limit(limit)
    if before_seq is not None:
        query = query.where(_a.c.seq < before_seq)
    if about is not None:
        query = query.where(_a.c.object == about)
    return many(connection, query, AuditRecord)
