"""The tables that say whose a reading is: devices of chairs, and what got into the record later.

Law: every row is only ever added; what holds now is the newest row.
"""

from sqlalchemy import Column, Index, Integer, Table

from monitor.store import columns

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = ("chair_devices", "late_acts", "late_entries")

chair_devices = Table(
    "chair_devices",
    metadata,
    _id(),
    _text("identifier"),  # as a device sends it: bed, its own id, or its source name
    _of("chair_id", "chairs.id", nullable=True),  # NULL: taken off, nobody's from then on
    _at("at"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "identifier"),
)
late_acts = Table(
    "late_acts",
    metadata,
    _id(),
    _text("kind"),  # assigned (by a person's choice of where) or replayed (where its own words say)
    _of("chair_id", "chairs.id", nullable=True),
    _of("session_id", "sessions.id", nullable=True),
    _at("at"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    _text("reason"),
    _text("override_reason", nullable=True),
    Index(None, "session_id"),
)
late_entries = Table(
    "late_entries",
    metadata,
    _id(),
    _of("act_id", "late_acts.id"),
    _of("unassigned_id", "unassigned.id", nullable=True),
    _of("quarantine_id", "quarantine.id", nullable=True),
    _text("outcome"),
    _text("detail"),
    Column("charted", Integer, nullable=False),  # how many values were
    _of("chair_id", "chairs.id", nullable=True),
    _of("session_id", "sessions.id", nullable=True),
    Index(None, "act_id"),
    Index(None, "unassigned_id", unique=True),  # assigned once at most
    Index(None, "quarantine_id"),
)
