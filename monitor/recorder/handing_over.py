"""Who is responsible for a chair: taken by a nurse herself, or given to her by another.

Law: a nurse is responsible for at most as long as a sign-in lasts, then she takes the chair again; a chair in which
somebody sits is given to a person, never left, and whoever gives it away says what the next one must know. Only who is
no nurse here any more leaves it so, and where drug runs that is an alarm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from monitor.errors import Conflict, NotAllowed, NotFound, Refused
from monitor.recorder.acts import Actor, HandOver
from monitor.recorder.relieving import leave_chairs
from monitor.recorder.turn import Turn
from monitor.security.records import NO_PASSWORD, By
from monitor.security.roles import NURSES, Action, require
from monitor.store.assignments import AssignmentRow, insert_assignment, insert_note_seen
from monitor.store.audit import append
from monitor.store.queries.assignments import Assignment, assignment
from monitor.store.queries.people import Person, person_by_id
from monitor.store.requests import made_for, remember
from monitor.store.rows import Act, AuditEntry
from monitor.ward.chairs import Chair
from monitor.ward.responsible import responsible
from monitor.ward.ward import Ward


@dataclass(frozen=True, slots=True)
class HandingOver:
    """Prepares hand-overs, and follows them in the ward once stored; `longest` is how long one holds."""

    ward: Ward
    longest: timedelta

    def hand_over(self, act: HandOver, turn: Turn) -> Act:
        """The stored act gives the assignment; raises Conflict when another stands than the person saw."""
        require(act.person, Action.ASSIGN_CHAIR)
        chair = self.ward.chair(act.chair_id)
        standing = responsible(chair, turn.now)

        def store(connection: Connection) -> Assignment:
            before = made_for(connection, act.request)
            if before is not None:
                return _found(connection, before)
            _check(act, chair, standing)
            nurse = None if act.person_id is None else _nurse(connection, act.person_id)
            row = AssignmentRow(
                chair_id=chair.id,
                person_id=act.person_id,
                name=None if nurse is None else nurse.printed_name,
                at=turn.now,
                until_at=turn.now + self.longest,
                session_id=None if chair.session is None else chair.session.id,
                note=act.note.strip(),
                by_id=act.person.person_id,
                by=act.person.name,
            )
            made = insert_assignment(connection, row)
            remember(connection, act.request, made)
            facts = {"nurse": act.person_id, "assignment": made, "session": row.session_id, "note": bool(row.note)}
            append(connection, _audit(turn, act.person, "chair.assign", f"chair {chair.id}", facts))
            return _found(connection, made)

        return store

    def handed_over(self, answer: object, turn: Turn) -> Assignment:
        """Follow what was stored; asked again by the same request, nothing newer is undone."""
        if not isinstance(answer, Assignment):
            raise TypeError(f"not a stored assignment: {answer!r}")
        chair = self.ward.chair(answer.chair_id)
        if chair.assignment is None or chair.assignment.id < answer.id:
            self._follow(chair, answer, turn)
        return answer

    def relieve(self, act: Callable[[Connection], object], person_id: int, by: Actor, turn: Turn) -> Act:
        """The stored act with the chairs of somebody who is no nurse here any more: they are nobody's from then on."""

        def store(connection: Connection) -> list[Assignment]:
            act(connection)
            return leave_chairs(connection, person_id, turn.now, self.longest, By(by.name, by.person_id))

        return store

    def relieved(self, answer: object, turn: Turn) -> None:
        """Follow what was stored; where drug runs, the alarm of a chair without a nurse comes with the next tick."""
        if not isinstance(answer, list):
            raise TypeError(f"not stored assignments: {answer!r}")
        for made in answer:
            self._follow(self.ward.chair(made.chair_id), made, turn)

    def see_note(self, assignment_id: int, person: Actor, turn: Turn) -> Act:
        """The stored act: that the taker of a chair has read the note; nobody reads it for her."""

        def store(connection: Connection) -> Assignment:
            found = _found(connection, assignment_id)
            if person.person_id is None or found.person_id != person.person_id:
                raise NotAllowed(
                    "The note is for the nurse who was given the chair; only she says that she has read it."
                )
            if insert_note_seen(connection, assignment_id, turn.now, person.person_id, person.name):
                facts = {"assignment": assignment_id}
                append(connection, _audit(turn, person, "chair.note_seen", f"chair {found.chair_id}", facts))
            return _found(connection, assignment_id)

        return store

    def note_seen(self, answer: object, turn: Turn) -> Assignment:
        """Show the note as read."""
        if not isinstance(answer, Assignment):
            raise TypeError(f"not a stored assignment: {answer!r}")
        chair = self.ward.chair(answer.chair_id)
        if chair.assignment is not None and chair.assignment.id == answer.id:
            chair.assignment = replace(chair.assignment, seen_at=answer.seen_at)
            turn.changed[chair.id] = chair
        return answer

    def _follow(self, chair: Chair, made: Assignment, turn: Turn) -> None:
        chair.assignment = made
        turn.changed[chair.id] = chair
        live = chair.session
        if live is not None and made.session_id == live.id:
            live.assignments.append(made)
            turn.sessions[live.id] = (chair, live)


def _check(act: HandOver, chair: Chair, standing: Assignment | None) -> None:
    stands = None if standing is None else standing.id
    if act.seen_id != stands:
        who = "nobody is responsible" if standing is None else f"{standing.name} is responsible"
        raise Conflict(f"Somebody acted first: now {who} for chair {chair.name}.", {"assignment": stands})
    if chair.session is None:
        return
    if act.person_id is None:
        raise Refused(f"Somebody sits in chair {chair.name}: give it to a nurse.", ("person_id",))
    given_away = standing is not None and act.person_id not in (standing.person_id, act.person.person_id)
    if given_away and not act.note.strip():
        raise Refused("Say in a few words what the next nurse must know.", ("note",))


def _nurse(connection: Connection, person_id: int) -> Person:
    person = person_by_id(connection, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    if person.role not in NURSES or person.disabled_at is not None or person.password_hash == NO_PASSWORD:
        raise Refused(f"{person.printed_name} is no nurse who can sign in.", ("person_id",))
    return person


def _found(connection: Connection, assignment_id: int) -> Assignment:
    found = assignment(connection, assignment_id)
    if found is None:
        raise NotFound("There is no such assignment.")
    return found


def _audit(turn: Turn, person: Actor, action: str, about: str, facts: Mapping[str, object]) -> AuditEntry:
    return AuditEntry(turn.now, person.name, action, about, person.person_id, facts)
