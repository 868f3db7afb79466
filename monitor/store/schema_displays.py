"""The displays on the wall, and the codes they are enrolled with. Law: a code is kept as its SHA-256 and used once."""

from sqlalchemy import Column, Index, String, Table

from monitor.store import columns

displays = Table(
    "displays",
    columns.metadata,
    columns.key_column(),
    columns.of_column("person_id", "people.id"),  # who the display is: somebody without a password
    columns.text_column("station"),
    Column("code_hash", String(64), nullable=False),
    columns.at_column("offered_at"),
    columns.at_column("expires_at"),
    columns.at_column("enrolled_at", nullable=True),
    columns.text_column("by"),
    Index(None, "code_hash", unique=True),
)
