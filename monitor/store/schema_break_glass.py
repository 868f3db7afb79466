"""The tables of break-glass. Law: only ever added to; what was opened and what was said of it stays."""

from sqlalchemy import Index, Table

from monitor.store import columns

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = ("glass_openings", "glass_reviews")

glass_openings = Table(
    "glass_openings",
    metadata,
    _id(),
    _of("person_id", "people.id"),
    _text("by"),
    _text("reason"),
    _at("at"),
    _at("until_at"),
)
glass_reviews = Table(
    "glass_reviews",
    metadata,
    _id(),
    _of("opening_id", "glass_openings.id"),
    _of("person_id", "people.id"),
    _text("by"),
    _text("words"),
    _at("at"),
    Index(None, "opening_id", unique=True),
)
