"""Acts that lead to discharge: what was assessed, and who signed.

Law: an assessment or signature is never changed; the same request twice is one row; one signature a meaning when asked.
"""

import hashlib
from dataclasses import asdict

from sqlalchemy import Connection, select

from monitor.errors import Conflict, NotFound
from monitor.store import schema
from monitor.store.keys import insert_row
from monitor.store.rows import AssessmentRow, SignatureRow


def assessment_of(connection: Connection, session_id: int, request_id: str) -> int | None:
    """The assessment that this very request stored before, None when it is new."""
    table = schema.assessments
    same = select(table.c.id).where(table.c.session_id == session_id, table.c.request_id == request_id)
    return connection.execute(same).scalar_one_or_none()


def insert_assessment(connection: Connection, row: AssessmentRow) -> int:
    """Add an assessment and give back its id (the first one's for a repeated request).

    Raises NotFound when it replaces what is not this session's and kind's, Conflict when that was replaced already
    or the request id belongs to another assessment.
    """
    table = schema.assessments
    same = select(table).where(table.c.session_id == row.session_id, table.c.request_id == row.request_id)
    stored = connection.execute(same).one_or_none()
    if stored is not None:
        if (stored.kind, stored.items, stored.person_id) != (row.kind, dict(row.items), row.person_id):
            raise Conflict("This request id belongs to another assessment", {"id": stored.id})
        return int(stored.id)
    if row.replaces_id is not None:
        _require_replaceable(connection, row, row.replaces_id)
    return insert_row(connection, table, {**asdict(row), "items": dict(row.items)})


def _require_replaceable(connection: Connection, row: AssessmentRow, replaces_id: int) -> None:
    table = schema.assessments
    old = select(table.c.id).where(
        table.c.id == replaces_id, table.c.session_id == row.session_id, table.c.kind == row.kind
    )
    if connection.execute(old).one_or_none() is None:
        raise NotFound("There is no such assessment of this kind in this session to replace")
    newer = select(table.c.id).where(table.c.replaces_id == replaces_id)
    replaced_by = connection.execute(newer).scalars().first()
    if replaced_by is not None:
        raise Conflict("Somebody else has already corrected this assessment", {"id": replaced_by})


def insert_signature(connection: Connection, row: SignatureRow, *, once: bool = True) -> int:
    """Add a signature and give back its id (the first one's for a repeated request).

    `once`: raises Conflict, with who signed and when, if the session has a signature of this meaning.
    """
    table = schema.discharge_signatures
    sha256 = hashlib.sha256(row.record.encode()).hexdigest()
    of_session = select(table).where(table.c.session_id == row.session_id)
    stored = connection.execute(of_session.where(table.c.request_id == row.request_id)).one_or_none()
    if stored is not None:
        if (stored.meaning, stored.person_id) != (row.meaning, row.person_id):
            raise Conflict("This request id belongs to another signature", {"id": stored.id})
        return int(stored.id)
    earlier = connection.execute(of_session.where(table.c.meaning == row.meaning)).first()
    if once and earlier is not None:
        at = earlier.signed_at.isoformat()
        raise Conflict(
            f"{earlier.printed_name} has already signed this", {"signed_by": earlier.printed_name, "signed_at": at}
        )
    return insert_row(connection, table, {**asdict(row), "record_sha256": sha256})
