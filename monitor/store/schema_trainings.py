"""The tables of what the staff was trained in. Law: only ever added to; a wrong entry is withdrawn by a row."""

from sqlalchemy import Column, Date, Index, Table

from monitor.store import columns

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = ("trainings", "training_withdrawals")

trainings = Table(
    "trainings",
    metadata,
    _id(),
    _of("person_id", "people.id"),
    _text("course"),
    Column("valid_from", Date, nullable=False),
    Column("expires_on", Date, nullable=False),
    _text("note"),
    _at("at"),
    _of("by_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "person_id"),
)
training_withdrawals = Table(
    "training_withdrawals",
    metadata,
    _id(),
    _of("training_id", "trainings.id"),
    _text("reason"),
    _at("at"),
    _of("by_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "training_id", unique=True),
)
