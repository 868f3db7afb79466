"""The tables of a series of infusions, and of what the clinic itself knows of a patient.

Law: every row is only ever added; what holds now is the newest revision. A session's series is in `sessions`.
"""

from sqlalchemy import Column, Double, Index, Integer, SmallInteger, Table

from monitor.store import columns

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = ("series", "series_revisions", "patient_profiles")

series = Table(
    "series",
    metadata,
    _id(),
    _of("patient_id", "patients.id"),
    _at("created_at"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "patient_id"),
)
series_revisions = Table(
    "series_revisions",
    metadata,
    _id(),
    _of("series_id", "series.id"),
    _text("indication"),
    Column("planned_infusions", Integer, nullable=False),
    Column("interval_h", Double, nullable=False),  # the shortest gap between two infusions
    _text("plan"),
    _text("closed_reason", nullable=True),  # NULL: open
    _at("at"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "series_id"),
)
patient_profiles = Table(
    "patient_profiles",
    metadata,
    _id(),
    _of("patient_id", "patients.id"),
    *(_text(name) for name in ("diagnosis", "pain_description", "pain_mechanism", "treatments_so_far")),
    *(_text(name) for name in ("contact_name", "contact_phone", "oncologist", "oncologist_contact")),
    Column("ecog", SmallInteger, nullable=True),  # 0 to 4; NULL: not assessed
    _text("language", nullable=True),  # NULL: not asked
    _at("at"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "patient_id"),
)
