"""Values that a person brought into a session later, to mark its curves. Law: thinned like the curves they mark."""

from datetime import datetime

from sqlalchemy import Connection

from monitor.store import schema
from monitor.store.queries.curves import Point, decimated
from monitor.store.queries.later import late_acts_of

MARKS = 40  # stretches of a range: at most two marks each, so that hollow points stay apart


def late_values(
    connection: Connection, chair_id: int, session_id: int, from_at: datetime, until_at: datetime
) -> dict[str, list[Point]]:
    """The lowest and highest late value of each stretch, by vital; empty (and cheap) where nobody acted later."""
    if not late_acts_of(connection, session_id):
        return {}
    found = {
        vital: decimated(
            connection, chair_id, vital, from_at, until_at, buckets=MARKS, session_id=session_id, came="late"
        )
        for vital in schema.VITAL_COLUMNS
    }
    return {vital: points for vital, points in found.items() if points}
