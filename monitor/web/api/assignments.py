"""Which nurse is responsible for which chair, and hand-over notes. Law: a note is told to clinical staff only."""

from datetime import datetime
from typing import Annotated

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.recorder.acts import HandOver
from monitor.security.records import NO_PASSWORD
from monitor.security.roles import NURSES, Action
from monitor.store.queries import chairs, people
from monitor.store.queries.assignments import Assignment, newest_assignments, responsible_during
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, RequestId, RowId, Time
from monitor.web.here import actor, request_of, services

blueprint = Blueprint("assignments", __name__)
NOTE_LETTERS = 500


class AssignmentAnswer(Answer):
    """Who is responsible for a chair from `at` until the next one, at most `until_at`; `person_id` null: nobody.

    `by` made it so; `seen_at` is when the nurse had read the note, null while she has not or there is none.
    """

    id: int
    chair_id: int
    person_id: int | None
    name: str | None
    at: Time
    until_at: Time
    session_id: int | None
    note: str
    by: str
    seen_at: Time | None


class NurseAnswer(Answer):
    """Somebody who can be made responsible for a chair."""

    id: int
    name: str


class AssignmentsAnswer(Answer):
    """The chairs somebody is responsible for now, and who can be."""

    assignments: list[AssignmentAnswer]
    nurses: list[NurseAnswer]


class NewAssignment(Body):
    """Who is responsible from now on (null: nobody); `seen_id` is the assignment you saw, null for none."""

    request_id: RequestId
    person_id: RowId | None
    seen_id: RowId | None
    note: Annotated[str, Field(max_length=NOTE_LETTERS)] = ""


@blueprint.get("/assignments")
@allowed(Action.VIEW_SESSION, answer=AssignmentsAnswer)
def list_assignments() -> AssignmentsAnswer:
    """Who is responsible for which chair now, with the hand-over notes, and who can be."""
    return services().read(_assignments, services().now())


@blueprint.post("/chairs/<int:chair_id>/assignments")
@allowed(Action.ASSIGN_CHAIR, body=NewAssignment, answer=AssignmentAnswer, status=201)
def hand_over(chair_id: int, body: NewAssignment) -> AssignmentAnswer:
    """Take a chair or give it to another nurse; 422 `note` when a running chair is given away without one."""
    asked = request_of(body.request_id, body)
    return told(
        services().recorder.hand_over(HandOver(chair_id, body.person_id, body.note, body.seen_id, actor(), asked))
    )


@blueprint.post("/assignments/<int:assignment_id>/seen")
@allowed(Action.ASSIGN_CHAIR, answer=AssignmentAnswer)
def see_note(assignment_id: int) -> AssignmentAnswer:
    """Say that you have read the hand-over note you were given; twice is once."""
    return told(services().recorder.see_note(assignment_id, actor()))


@blueprint.get("/sessions/<int:session_id>/assignments")
@allowed(Action.VIEW_SESSION, answer=list[AssignmentAnswer])
def of_session(session_id: int) -> list[AssignmentAnswer]:
    """Who was responsible during a session, oldest first: the one who was at check-in, and each hand-over since."""
    return [told(one) for one in services().read(responsible_during, session_id)]


def told(one: Assignment) -> AssignmentAnswer:
    """An assignment as the API tells it."""
    return AssignmentAnswer.model_validate(one)


def _assignments(connection: Connection, now: datetime) -> AssignmentsAnswer:
    places = {one.id: place for place, one in enumerate(chairs(connection))}
    standing = [one for one in newest_assignments(connection) if one.person_id is not None and one.until_at > now]
    nurses = [
        NurseAnswer(id=one.id, name=one.printed_name)
        for one in people(connection)
        if one.role in NURSES and one.disabled_at is None and one.password_hash != NO_PASSWORD
    ]
    return AssignmentsAnswer(
        assignments=[told(one) for one in sorted(standing, key=lambda one: places.get(one.chair_id, 0))],
        nurses=sorted(nurses, key=lambda one: one.name),
    )
