"""Writing the outbox.

Law: a message is written once, before it is first sent, and never changed; what becomes of it is only ever added.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from monitor.store import schema_outbox
from monitor.store.dialects import insert_new
from monitor.store.keys import insert_row


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message to be sent; `kind` is summary, document or addendum."""

    session_id: int
    event_id: int
    kind: str
    control_id: str
    message: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """What became of a message once; `outcome` is one of queries.outbox.OUTCOMES."""

    outbox_id: int
    at: datetime
    outcome: str
    words: str
    answer_code: str | None = None
    person_id: int | None = None
    by: str | None = None


def insert_message(connection: Connection, row: OutboxRow) -> int | None:
    """Add one message and give back its id; None when its event's message of this kind is there already."""
    table = schema_outbox.outbox
    if connection.execute(insert_new(connection, table), asdict(row)).rowcount != 1:
        return None
    return int(connection.execute(select(table.c.id).where(table.c.control_id == row.control_id)).scalar_one())


def insert_attempt(connection: Connection, row: AttemptRow) -> int:
    """Add what became of a message."""
    return insert_row(connection, schema_outbox.outbox_attempts, asdict(row))


def begin_period(connection: Connection, at: datetime, after_event_id: int, *, sending: bool) -> None:
    """From this session event on sessions are told, or no longer."""
    columns = {"at": at, "after_event_id": after_event_id, "sending": int(sending)}
    connection.execute(insert(schema_outbox.outbox_periods).values(columns))
