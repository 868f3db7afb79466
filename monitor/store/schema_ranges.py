"""The table of how long each vital of a session was beyond its limits, reckoned once when the session was over.

Law: derived from the record and only ever added to: a session whose record changed since is reckoned again beside it.
"""

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table

from monitor.store import columns
from monitor.store.types import JsonText

metadata = columns.metadata

APPEND_ONLY: tuple[str, ...] = ("session_ranges",)

session_ranges = Table(
    "session_ranges",
    metadata,
    columns.of_column("session_id", "sessions.id"),
    Column("version", Integer, nullable=False),  # of the session, as it was reckoned
    Column("ranges", JsonText, nullable=False),  # {vital: [above ms, below ms, measured ms]}
    Column("reckoned_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("session_id", "version"),
)
