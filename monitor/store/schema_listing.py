"""What patients are found by: derived from the record and made anew whenever a patient changes.

Law: it holds nothing the record does not hold. One row in `patient_listing` for each person the list shows, so that the
list is read in order from its index; somebody merged into another is found by their words too.
"""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text

from monitor.store import columns

metadata = columns.metadata
_of = columns.of_column

# Compared letter by letter in every database, so that what begins with a word is one stretch of the index.
BY_LETTER = Text().with_variant(Text(collation="C"), "postgresql")

patient_listing = Table(
    "patient_listing",
    metadata,
    _of("patient_id", "patients.id"),
    _of("revision_id", "patient_revisions.id"),
    Column("sort_key", BY_LETTER, nullable=False),
    PrimaryKeyConstraint("patient_id"),
    Index(None, "sort_key", "patient_id"),
)
patient_words = Table(
    "patient_words",
    metadata,
    Column("word", BY_LETTER, nullable=False),
    _of("patient_id", "patients.id"),
    PrimaryKeyConstraint("word", "patient_id"),
    Index(None, "patient_id"),
)
