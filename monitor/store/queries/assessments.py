"""What nurses and physicians saw, and what they signed."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import schema
from monitor.store.queries.fetch import AnySelect, many

_a, _s = schema.assessments, schema.discharge_signatures
_SIGNATURES = select(*(column for column in _s.columns if column.name != "request_id")).order_by(_s.c.id)

DISCHARGE_MEANINGS = ("discharge approved", "witnessed")


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
    key_id: str | None
    signature: bytes | None

    @property
    def about(self) -> Mapping[str, object]:
        """What it was given for, as the row says."""
        return {"session": self.session_id}

    @property
    def content(self) -> Mapping[str, object]:
        """What was signed."""
        signed: Mapping[str, object] = json.loads(self.record)
        return signed


def assessments(connection: Connection, session_id: int, *, replaced: bool = False) -> list[AssessmentRecord]:
    """The assessments of a session by when they were made; those replaced by a correction only when asked for."""
    return many(connection, _assessments(replaced=replaced).where(_a.c.session_id == session_id), AssessmentRecord)


def assessments_of_sessions(
    connection: Connection, session_ids: Collection[int], kinds: Collection[str]
) -> list[AssessmentRecord]:
    """The assessments of some kinds in some sessions as they stand, by when they were made."""
    query = _assessments(replaced=False).where(_a.c.session_id.in_(session_ids), _a.c.kind.in_(kinds))
    return many(connection, query, AssessmentRecord)


def signatures(connection: Connection, session_id: int) -> list[SignatureRecord]:
    """The signatures of a session in the order they were given."""
    return many(connection, _SIGNATURES.where(_s.c.session_id == session_id), SignatureRecord)


def discharge_signatures(connection: Connection, session_id: int) -> list[SignatureRecord]:
    """Those under its discharge alone: not its orders, addenda and reviews."""
    return [one for one in signatures(connection, session_id) if one.meaning in DISCHARGE_MEANINGS]


def signature_of_request(connection: Connection, session_id: int, request_id: str) -> SignatureRecord | None:
    """The signature that one request gave; None when it gave none."""
    query = _SIGNATURES.where(_s.c.session_id == session_id, _s.c.request_id == request_id)
    found = many(connection, query, SignatureRecord)
    return found[0] if found else None


def signature_before(connection: Connection, signature_id: int | None = None) -> SignatureRecord | None:
    """The signature given before one (without an id: the newest), of whatever session; None before the first."""
    query = _SIGNATURES if signature_id is None else _SIGNATURES.where(_s.c.id < signature_id)
    found = many(connection, query.order_by(None).order_by(_s.c.id.desc()).limit(1), SignatureRecord)
    return found[0] if found else None


def all_signatures(connection: Connection) -> list[SignatureRecord]:
    """Every signature of the record, in the order they were given."""
    return many(connection, _SIGNATURES, SignatureRecord)


def _assessments(*, replaced: bool) -> AnySelect:
    newer = _a.alias("newer")
    query: AnySelect = (
        select(
            *(_a.c.id, _a.c.session_id, _a.c.kind, _a.c["items"], _a.c.total, _a.c.at, _a.c.recorded_at),
            *(_a.c.person_id, _a.c.replaces_id, _a.c.by, newer.c.id),
        )
        .outerjoin(newer, newer.c.replaces_id == _a.c.id)
        .order_by(_a.c.at, _a.c.id)
    )
    return query if replaced else query.where(newer.c.id.is_(None))
