"""The tables that say which nurse is responsible for a chair.

Law: every row is only ever added; a row holds until the next one of its chair, and never longer than its `until_at`.
"""

from sqlalchemy import Index, Table

from monitor.store import columns

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = ("chair_assignments", "handover_notes_seen")

chair_assignments = Table(
    "chair_assignments",
    metadata,
    _id(),
    _of("chair_id", "chairs.id"),
    _of("person_id", "people.id", nullable=True),  # NULL: nobody from then on
    _text("name", nullable=True),  # as it was printed then
    _at("at"),
    _at("until_at"),
    _of("session_id", "sessions.id", nullable=True),  # the one that sat there then
    _text("note"),
    _of("by_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "chair_id"),
    Index(None, "session_id"),
)
handover_notes_seen = Table(
    "handover_notes_seen",
    metadata,
    _id(),
    _of("assignment_id", "chair_assignments.id"),
    _at("at"),
    _of("person_id", "people.id"),
    _text("by"),
    Index(None, "assignment_id", unique=True),
)
