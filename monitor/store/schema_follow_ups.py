"""The tables of what is known after infusions: follow-ups, the patient's journal, and a physician's second look.

Law: every row is only ever added; a correction is a row that names the one it stands for, and each is corrected once.
"""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, SmallInteger, String, Table

from monitor.store import columns
from monitor.store.types import JsonText

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column


def _replaces(table: str) -> Column[int]:
    return Column("replaces_id", ForeignKey(f"{table}.id"), nullable=True, unique=True)


APPEND_ONLY: tuple[str, ...] = ("follow_ups", "journal_uploads", "journal_entries", "reassessments")

follow_ups = Table(
    "follow_ups",
    metadata,
    _id(),
    _of("session_id", "sessions.id"),
    _of("series_id", "series.id", nullable=True),  # NULL: a single infusion
    _text("kind"),  # next_day, weekly
    Column("week", SmallInteger, nullable=False),  # 0: the next day
    _at("due_at"),
    _at("at"),  # when the patient was asked
    _at("recorded_at"),
    _text("reached"),  # yes, attempt, no, stop
    Column("pain", JsonText, nullable=False),  # NRS by worst, least, average, now; what was not told is absent
    Column("relief_h", Double, nullable=True),  # NULL here and below: not asked
    Column("side_effects", JsonText, nullable=True),  # {"listed": [{"symptom", "grade"}]}
    Column("opioids", JsonText, nullable=True),  # {"listed": [{"drug", "route", "dose", "times_a_day"}]}
    Column("mme", Double, nullable=True),  # NULL beside opioids: one of them has no factor
    Column("interference", JsonText, nullable=True),  # BPI items
    Column("interference_total", Double, nullable=True),  # NULL beside items: fewer than four answers
    _text("note"),
    _replaces("follow_ups"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "session_id"),
    Index(None, "series_id"),
)
journal_uploads = Table(
    "journal_uploads",
    metadata,
    _id(),
    _of("series_id", "series.id"),
    _text("file_name"),
    Column("sha256", String(64), nullable=False),  # of the file as it was sent
    Column("taken", SmallInteger, nullable=False),  # entries that were new
    Column("known", SmallInteger, nullable=False),  # entries that stood in the journal already
    _at("at"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "series_id", "sha256", unique=True),
)
journal_entries = Table(
    "journal_entries",
    metadata,
    _id(),
    _of("series_id", "series.id"),
    _at("at"),
    Column("pain", SmallInteger, nullable=False),
    Column("sleep_h", Double, nullable=True),
    Column("rescue_doses", SmallInteger, nullable=True),
    _text("side_effects"),
    _text("note"),
    _of("upload_id", "journal_uploads.id", nullable=True),  # NULL: typed
    _replaces("journal_entries"),
    Column("struck", Boolean, nullable=False),  # what it replaces never was
    _text("reason"),
    _at("recorded_at"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "series_id", "at"),
)
reassessments = Table(
    "reassessments",
    metadata,
    _id(),
    _of("series_id", "series.id"),
    _text("rule_id"),
    Column("seen", Double, nullable=False),  # relief in percent (0: unknown), or a grade
    _text("seen_words"),
    _text("decision"),  # continue, change, stop
    _text("words"),
    _at("at"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "series_id"),
)
