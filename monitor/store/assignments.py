"""Acts on who is responsible for a chair. Law: a hand-over is a new row; nothing is changed."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.keys import insert_row
from monitor.store.schema_responsible import chair_assignments, handover_notes_seen


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """Who is responsible for a chair from `at` until the next row, at most until `until_at`; None: nobody."""

    chair_id: int
    person_id: int | None
    name: str | None
    at: datetime
    until_at: datetime
    session_id: int | None
    note: str
    by_id: int | None
    by: str


def insert_assignment(connection: Connection, row: AssignmentRow) -> int:
    """Store it and give back its id."""
    return insert_row(connection, chair_assignments, asdict(row))


def insert_note_seen(connection: Connection, assignment_id: int, at: datetime, person_id: int, by: str) -> bool:
    """Store that its taker has read a hand-over note; False when that is stored already."""
    table = handover_notes_seen
    known = connection.execute(select(table.c.id).where(table.c.assignment_id == assignment_id)).one_or_none()
    if known is not None:
        return False
    insert_row(connection, table, {"assignment_id": assignment_id, "at": at, "person_id": person_id, "by": by})
    return True
