"""The table of what is said of a patient's allergies. Law: only ever added to; a withdrawal is a row of its own."""

from sqlalchemy import Index, Table

from monitor.store import columns

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = ("allergy_statements",)

allergy_statements = Table(
    "allergy_statements",
    metadata,
    _id(),
    _of("patient_id", "patients.id"),
    _text("said"),  # allergy, none_known, withdrawn
    _text("substance"),
    _text("reaction"),
    _text("coding"),  # "" where the substance is free text
    _text("code"),
    _of("withdraws", "allergy_statements.id", nullable=True),
    _text("reason"),
    _at("at"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    Index(None, "patient_id"),
)
