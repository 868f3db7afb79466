"""Acts on sessions: planning one, and adding to its history.

Law: a session's history is its events, numbered without gaps; state and version in the session row only repeat the
newest. Whoever did not see the newest is refused and told what it is; the same request twice is one event.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, update

from monitor.errors import Conflict, NotFound
from monitor.store import schema
from monitor.store.dialects import insert_new
from monitor.store.keys import insert_row
from monitor.store.queries.sessions import SessionEventRecord, event_by_request, session_head
from monitor.store.rows import PolicyRow, SessionEventRow, SessionRow


@dataclass(frozen=True, slots=True)
class EventWritten:
    """Where the session stands after the event; `replayed` when this very request had been stored before."""

    event_id: int
    version: int
    state: str
    replayed: bool = False


def keep_policy(connection: Connection, policy: PolicyRow) -> None:
    """Keep a policy's text, once."""
    connection.execute(insert_new(connection, schema.policies), asdict(policy))


def insert_session(connection: Connection, row: SessionRow) -> int:
    """Plan a session at version 0, keep its policy's text, and give back its id."""
    keep_policy(connection, row.policy)
    columns: dict[str, object] = {
        "patient_id": row.patient_id,
        "chair_id": row.chair_id,
        "state": row.state,
        "version": 0,
        "policy_id": row.policy.policy_id,
        "policy_version": row.policy.version,
        "policy_sha256": row.policy.sha256,
        "scheduled_for": row.scheduled_for,
        "simulated": row.simulated,
        "created_at": row.created_at,
        "series_id": row.series_id,
    }
    return insert_row(connection, schema.sessions, columns)


def mark_simulated(connection: Connection, session_ids: Sequence[int]) -> None:
    """Remember for good that a simulator fed these sessions."""
    table = schema.sessions
    connection.execute(update(table).where(table.c.id.in_(session_ids)).values(simulated=True))


def move_booking(connection: Connection, session_id: int, chair_id: int, at: datetime, *, simulated: bool) -> None:
    """Let a session's row repeat the chair and time of its newest `reschedule`."""
    table = schema.sessions
    moved = {"chair_id": chair_id, "scheduled_for": at, "simulated": simulated}
    connection.execute(update(table).where(table.c.id == session_id).values(moved))


def append_event(connection: Connection, row: SessionEventRow) -> EventWritten:
    """Add an event and move the session; a request stored before is answered with what it did then.

    Raises NotFound, or Conflict with `current` {version, state} when somebody else acted first or the request id
    was used for another event.
    """
    stored = event_by_request(connection, row.session_id, row.request_id)
    if stored is not None:
        return _replay(stored, row)
    version = row.expected_version + 1
    _move(connection, row, version)
    columns = asdict(row)
    del columns["expected_version"]
    event_id = insert_row(connection, schema.session_events, {**columns, "version": version})
    return EventWritten(event_id, version, row.to_state)


def _replay(stored: SessionEventRecord, row: SessionEventRow) -> EventWritten:
    if (stored.event, stored.person_id) != (row.event, row.person_id):
        raise Conflict("This request id belongs to another act", {"version": stored.version, "state": stored.to_state})
    return EventWritten(stored.id, stored.version, stored.to_state, replayed=True)


def _move(connection: Connection, row: SessionEventRow, version: int) -> None:
    table = schema.sessions
    statement = (
        update(table)
        .where(table.c.id == row.session_id, table.c.version == row.expected_version, table.c.state == row.from_state)
        .values(state=row.to_state, version=version)
    )
    if connection.execute(statement).rowcount == 1:
        return
    head = session_head(connection, row.session_id)
    if head is None:
        raise NotFound("There is no such session")
    raise Conflict(
        f"Somebody else acted first: the session is now {head.state}", {"version": head.version, "state": head.state}
    )
