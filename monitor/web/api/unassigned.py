"""Messages that were read but belong to no chair or patient known here, and who gives them their place later."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

from flask import Blueprint
from pydantic import AwareDatetime, Field, model_validator
from sqlalchemy import Connection

from monitor.recorder.acts import AssignUnassigned
from monitor.security.roles import Action
from monitor.store.queries import LateEntry, Whose, assignments_of, chairs, unassigned, unassigned_groups
from monitor.ward.unplaced import code_of
from monitor.web.api.refused_bytes import shown
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, Page, Query, RequestId, RowId, Time, Words
from monitor.web.here import actor, request_of, services

blueprint = Blueprint("unassigned", __name__)


class AssignedAnswer(Answer):
    """Where a message went: by whom, when and why."""

    by: str
    at: Time
    reason: str
    chair_id: int | None
    session_id: int | None


class UnassignedAnswer(Answer):
    """One message; `text` is its beginning, `assigned` is null while it waits.

    `reason_code`: no_chair, two_chairs, other_patient, other_chair (it spoke for another one then) or other.
    """

    id: int
    received_at: Time
    peer: str
    source: str
    bed: str | None
    device_id: str | None
    equipment: str
    vitals: list[str]
    patient_id: str | None
    reason: str
    reason_code: str
    text: str
    bytes: int
    assigned: AssignedAnswer | None


class UnassignedPage(Page):
    """A part of the list; `waiting` leaves out what has been assigned."""

    waiting: bool = False


class Days(Query):
    """How far back."""

    days: Annotated[int, Field(ge=1, le=365)] = 30


class FreeChair(Answer):
    """A chair no monitor is bound to."""

    id: int
    name: str
    station: str | None


class UnknownDevice(Answer):
    """The messages of one source, bed, device, patient id and reason that have no place; `assigned` of `count` have.

    `reason_code` as in the list of messages.
    """

    source: str
    bed: str | None
    device_id: str | None
    equipment: str
    patient_id: str | None
    reason: str
    reason_code: str
    count: int
    assigned: int
    first_at: Time
    last_at: Time
    vitals: list[str]


class UnknownDevices(Answer):
    """Who has been sending to nobody, the newest first, and the chairs that have no monitor."""

    devices: list[UnknownDevice]
    chairs_without_monitor: list[FreeChair]


class Assignment(Body):
    """Messages of one device (`source` and `bed` as listed), received in a range, given to a session or a chair.

    `override_reason` says why messages with an unknown patient identifier are this patient's. At most 1000 at once, the
    oldest first; `after` is the `last_id` of the answer before.
    """

    request_id: RequestId
    source: Annotated[str, Field(max_length=400)]
    bed: Annotated[str, Field(max_length=200)] | None
    patient_id: Annotated[Line, Field(max_length=200)] | None = None
    from_at: Annotated[AwareDatetime | None, Field(alias="from")] = None
    to_at: Annotated[AwareDatetime | None, Field(alias="to")] = None
    after: RowId | None = None
    chair_id: RowId | None = None
    session_id: RowId | None = None
    reason: Annotated[Words, Field(max_length=1000)]
    override_reason: Annotated[Words, Field(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Assignment":
        if (self.chair_id is None) == (self.session_id is None):
            raise ValueError("exactly one of chair_id and session_id is needed")
        return self


class AssignmentDone(Answer):
    """How many messages and values found their place; `outside` were measured outside the session, `remaining` wait."""

    id: int
    assigned: int
    values: int
    outside: int
    unreadable: int
    remaining: int
    last_id: int | None


@blueprint.get("/unassigned")
@allowed(Action.VIEW_UNASSIGNED, query=UnassignedPage, answer=list[UnassignedAnswer])
def list_unassigned(query: UnassignedPage) -> list[UnassignedAnswer]:
    """A page of unassigned messages, newest first, each with where it went later."""
    return services().read(_page, query)


@blueprint.get("/unassigned/devices")
@allowed(Action.VIEW_UNASSIGNED, query=Days, answer=UnknownDevices)
def list_unknown_devices(query: Days) -> UnknownDevices:
    """Devices that send to nobody, and the chairs that have no monitor."""
    since_at = services().now() - timedelta(days=query.days)
    found = services().read(unassigned_groups, since_at)
    free = [one for one in services().read(chairs) if one.bed is None]
    return UnknownDevices(
        devices=[UnknownDevice.model_validate({**asdict(one), "reason_code": code_of(one.reason)}) for one in found],
        chairs_without_monitor=[FreeChair.model_validate(one) for one in free],
    )


@blueprint.post("/unassigned/assign")
@allowed(Action.ASSIGN_READINGS, body=Assignment, answer=AssignmentDone)
def assign_unassigned(body: Assignment) -> AssignmentDone:
    """Give unassigned messages their place: stored at the device's own time, marked late, never live."""
    whose = Whose(body.source, body.bed, body.patient_id, body.from_at, body.to_at, body.after or 0)
    asked = request_of(body.request_id, body)
    act = AssignUnassigned(whose, body.chair_id, body.session_id, body.reason, body.override_reason, actor(), asked)
    return AssignmentDone.model_validate(dict(services().recorder.assign_unassigned(act)))


def _page(connection: Connection, query: UnassignedPage) -> list[UnassignedAnswer]:
    found = unassigned(connection, before_id=query.before, limit=query.limit, waiting=query.waiting)
    places = assignments_of(connection, [one.id for one in found])
    return [
        UnassignedAnswer(
            id=one.id,
            received_at=one.received_at,
            peer=one.peer,
            source=one.source,
            bed=one.bed,
            device_id=one.device_id,
            equipment=one.equipment,
            vitals=one.vitals.split(),
            patient_id=one.patient_id,
            reason=one.reason,
            reason_code=code_of(one.reason),
            text=shown(one.raw),
            bytes=len(one.raw),
            assigned=_place(places.get(one.id)),
        )
        for one in found
    ]


def _place(entry: LateEntry | None) -> AssignedAnswer | None:
    return None if entry is None else AssignedAnswer.model_validate(entry)
