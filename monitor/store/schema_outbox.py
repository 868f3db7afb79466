"""The tables of what is told to another system. Law: only ever added to; part of the same record as schema.py."""

from sqlalchemy import Column, Index, Integer, LargeBinary, SmallInteger, String, Table, UniqueConstraint

from monitor.store import columns

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = ("outbox_periods", "outbox", "outbox_attempts")

outbox_periods = Table(
    "outbox_periods",
    metadata,
    _id(),
    _at("at"),
    Column("after_event_id", Integer, nullable=False),  # session events up to this one were before the change
    Column("sending", SmallInteger, nullable=False),  # 1: from here on sessions are told, 0: no longer
)
outbox = Table(
    "outbox",
    metadata,
    _id(),
    _of("session_id", "sessions.id"),
    _of("event_id", "session_events.id"),
    _text("kind"),
    Column("control_id", String(20), nullable=False, unique=True),
    Column("message", LargeBinary, nullable=False),  # sent again byte by byte; empty when it could not be written
    _at("created_at"),
    UniqueConstraint("event_id", "kind"),
)
outbox_attempts = Table(
    "outbox_attempts",
    metadata,
    _id(),
    _of("outbox_id", "outbox.id"),
    _at("at"),
    _text("outcome"),
    _text("answer_code", nullable=True),
    _text("words"),
    _of("person_id", "people.id", nullable=True),
    _text("by", nullable=True),
    Index(None, "outbox_id"),
)
