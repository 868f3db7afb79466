"""Who is no nurse here any more is responsible for no chair, whether a server runs or a command writes alone.

Law: stored in the transaction of what ended it. Nobody else is put in her place; where drug runs, a chair without a
nurse is an alarm: at once while a server runs, else at its next start.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.session import LIVE_STATES
from monitor.security.records import By, known
from monitor.security.sign_in import LONGEST_H
from monitor.store.assignments import AssignmentRow, insert_assignment
from monitor.store.audit import append
from monitor.store.queries.assignments import Assignment, newest_assignments
from monitor.store.queries.sessions import sessions
from monitor.store.rows import AuditEntry

_LIVE = frozenset(state.value for state in LIVE_STATES)


def leave_chairs(connection: Connection, person_id: int, at: datetime, longest: timedelta, by: By) -> list[Assignment]:
    """Every chair this person is responsible for now is nobody's from now on."""
    held = [one for one in newest_assignments(connection) if one.person_id == person_id and one.until_at > at]
    made = {_leave(connection, one.chair_id, at, longest, by) for one in held}
    return [one for one in newest_assignments(connection) if one.id in made]


def relieve_named(connection: Connection, act: Callable[[Connection], object], name: str, at: datetime, by: By) -> None:
    """An act that ends somebody's being a nurse here, and her chairs with it; raises NotFound and what it raises."""
    person_id = known(connection, name).id
    act(connection)
    leave_chairs(connection, person_id, at, timedelta(hours=LONGEST_H), by)


def _leave(connection: Connection, chair_id: int, at: datetime, longest: timedelta, by: By) -> int:
    sitting = sessions(connection, states=_LIVE, chair_id=chair_id, limit=1)
    sits = sitting[0].id if sitting else None
    made = insert_assignment(
        connection, AssignmentRow(chair_id, None, None, at, at + longest, sits, "", by.person_id, by.name)
    )
    facts: dict[str, object] = {"nurse": None, "assignment": made, "session": sits, "note": False}
    append(connection, AuditEntry(at, by.name, "chair.assign", f"chair {chair_id}", by.person_id, facts))
    return made
