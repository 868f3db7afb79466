"""The table of proofs that a station was heard. Law: only ever added to; part of the same record as schema.py."""

from sqlalchemy import Column, Index, SmallInteger, Table

from monitor.store import columns

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = ("sound_proofs",)

sound_proofs = Table(
    "sound_proofs",
    metadata,
    _id(),
    _text("station"),
    _text("kind"),  # check: a person listened; test: the page played what the server sent, and measured its own output
    _at("at"),
    _of("person_id", "people.id", nullable=True),  # who listened, or who is signed in at the page that played
    _text("by"),
    Column("heard", SmallInteger, nullable=False),
    Index(None, "station", "kind", "at"),
)
