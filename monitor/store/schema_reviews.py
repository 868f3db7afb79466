"""The tables of what asks a physician to look at a session that is over.

Law: a cause is only ever added. `review_queue` is derived, as a listing is: it holds the sessions whose causes no
signed review covers, so that however long the record is, what waits is read from a small index.
"""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table

from monitor.store import columns
from monitor.store.types import JsonText

metadata = columns.metadata
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

APPEND_ONLY: tuple[str, ...] = ("review_causes",)

review_causes = Table(
    "review_causes",
    metadata,
    _id(),
    _of("session_id", "sessions.id"),
    _text("why"),  # the words of clinical/review.py
    Column("facts", JsonText, nullable=False),
    _at("at"),
    Index(None, "session_id"),
)
review_queue = Table(
    "review_queue",
    metadata,
    _of("session_id", "sessions.id"),
    _at("since_at"),
    Column("from_cause_id", Integer, nullable=False),  # the first cause that no review covers
    PrimaryKeyConstraint("session_id"),
    Index(None, "since_at", "session_id"),
)
