"""The tables that say whose a reading is, what got into the record later, what a device took back, who lies where.

Law: every row is only ever added; what holds now is the newest row.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String, Table

from monitor.store import columns

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = (
    *("chair_devices", "late_acts", "late_entries", "withdrawals", "patient_merges", "admissions"),
)

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
withdrawals = Table(
    "withdrawals",
    metadata,
    _id(),
    _of("chair_id", "chairs.id"),
    _of("session_id", "sessions.id", nullable=True),
    Column("device_at_ms", BigInteger, nullable=False),  # of the value taken back, as in readings
    _text("vital"),
    _text("source"),
    _text("sub_id"),
    Column("received_at_ms", BigInteger, nullable=False),
    Column("of_charted", SmallInteger, nullable=False),  # 0: it takes back what was kept beside the charted value
    Index(None, "chair_id", "device_at_ms", "vital", "source", "sub_id", unique=True),
)
patient_merges = Table(
    "patient_merges",
    metadata,
    _id(),
    _text("merged"),  # hospital id that the hospital no longer uses
    _text("survivor"),  # the hospital id of the same person from then on
    _at("at"),
    _text("source"),
    _text("control_id"),
    Index(None, "merged", unique=True),
    Index(None, "survivor"),
)
admissions = Table(
    "admissions",
    metadata,
    _id(),
    _text("event"),  # of the ADT: A01, A02, …
    _text("hospital_id"),
    _text("bed", nullable=True),  # where the hospital places them; NULL: it names none
    _text("left_bed", nullable=True),  # which they are no longer in
    _text("effect"),  # on who lies where: occupies, leaves or nothing
    _at("said_at"),  # EVN-2, else MSH-7, never later than received
    _at("since_at"),
    _at("received_at"),
    _text("source"),
    _text("control_id"),
    Column("simulated", SmallInteger, nullable=False),
    Column("key", String(64), nullable=False),  # content hash: a message sent again is the same row
    Index(None, "hospital_id"),
    Index(None, "received_at"),
    Index(None, "key", unique=True),
)
