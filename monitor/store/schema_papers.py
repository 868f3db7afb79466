"""The table of what physicians sign of a patient outside a session: consultations, orders of a series.

Law: only ever added to; what corrects a paper is a paper of its own that names it.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from monitor.store import columns

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = ("signed_papers",)

signed_papers = Table(
    "signed_papers",
    metadata,
    _id(),
    _text("paper"),  # consultation, series_order, reassessment
    _of("patient_id", "patients.id"),
    _of("series_id", "series.id", nullable=True),
    _of("replaces_id", "signed_papers.id", nullable=True),
    _text("record"),  # canonical JSON of what was signed: the one place where its content stands
    Column("record_sha256", String(64), nullable=False),
    _text("meaning"),
    _of("person_id", "people.id"),
    _text("printed_name"),
    _text("role"),
    _at("signed_at"),
    Column("utc_offset_min", Integer, nullable=False),
    _text("override_reason", nullable=True),
    _text("request_id"),
    _text("key_id"),
    Column("signature", LargeBinary, nullable=False),  # Ed25519 over `record`
    UniqueConstraint("patient_id", "request_id"),
    Index(None, "series_id"),
)
