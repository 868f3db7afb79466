"""Writing what was reckoned of a session's values against their limits. Law: inserts only."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert

from monitor.store.schema_ranges import session_ranges
from monitor.store.types import to_ms


def insert_ranges(
    connection: Connection, session_id: int, version: int, ranges: Mapping[str, tuple[int, int, int]], at: datetime
) -> None:
    """Milliseconds above, below and measured by vital, of a session as it was at a version."""
    row = {"session_id": session_id, "version": version, "reckoned_at": to_ms(at)}
    told = {vital: list(parts) for vital, parts in ranges.items()}
    connection.execute(insert(session_ranges).values(**row, ranges=told))
