"""Follow-ups: whom to ask today, and what patients told after an infusion."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal

from flask import Blueprint
from pydantic import AwareDatetime, Field
from sqlalchemy import Connection

from monitor.clinical.outcomes.facts import Reached
from monitor.clinical.outcomes.follow_up_entry import MOST_SIDE_EFFECTS, FollowUpEntry, SideEffect
from monitor.clinical.scores.opioids import AT_MOST_OPIOIDS
from monitor.errors import NotFound
from monitor.recorder.follow_up_list import Policies, Waiting, waiting_follow_ups
from monitor.recorder.following_up import RecordFollowUp, record_follow_up
from monitor.security.roles import Action
from monitor.store.queries import session_head
from monitor.store.queries.follow_ups import FollowUpRecord, contacts_of, follow_up, follow_ups_of_sessions
from monitor.store.queries.patients import Patient, patients_by_id
from monitor.store.queries.series import SeriesPlace, series_places
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, Query, RequestId, RowId, Time, Words
from monitor.web.here import actor, request_of, services

blueprint = Blueprint("follow_ups", __name__)
Nrs = Annotated[int, Field(ge=0, le=10)]
PER_PAGE = 50


class SideEffectBody(Body):
    """A side effect with its CTCAE grade."""

    symptom: Annotated[Line, Field(max_length=64)]
    grade: Annotated[int, Field(ge=1, le=5)]


class OpioidBody(Body):
    """One opioid as it is taken; a patch has no times a day."""

    drug: Annotated[Line, Field(max_length=40)]
    route: Annotated[Line, Field(max_length=20)]
    dose: float
    times_a_day: float | None = None


class PainBody(Body):
    """Pain as NRS, 0 to 10: what was told of it."""

    worst: Nrs | None = None
    least: Nrs | None = None
    average: Nrs | None = None
    now: Nrs | None = None


class NewFollowUp(Body):
    """What a patient told; nobody answered (`attempt`), given up (`no`), ask no more (`stop`); null: not asked.

    `week` 0 is the next day; `at` is when the patient was asked (now without it); `replaces_id` corrects an entry.
    """

    request_id: RequestId
    week: Annotated[int, Field(ge=0, le=52)]
    reached: Literal["yes", "attempt", "no", "stop"]
    at: AwareDatetime | None = None
    pain: PainBody = PainBody()
    relief_h: float | None = None
    side_effects: Annotated[list[SideEffectBody], Field(max_length=MOST_SIDE_EFFECTS)] | None = None
    opioids: Annotated[list[OpioidBody], Field(max_length=AT_MOST_OPIOIDS)] | None = None
    interference: dict[str, Nrs] | None = None
    note: Annotated[Words, Field(max_length=2000)] | None = None
    replaces_id: RowId | None = None


class FollowUpAnswer(Answer):
    """One follow-up; null: not asked; `mme` null beside opioids: one of them has no factor."""

    id: int
    session_id: int
    series_id: int | None
    kind: str
    week: int
    due_at: Time
    at: Time
    recorded_at: Time
    reached: str
    pain: dict[str, int]
    relief_h: float | None
    side_effects: list[dict[str, object]] | None
    opioids: list[dict[str, object]] | None
    mme: float | None
    interference: dict[str, object] | None
    interference_total: float | None
    note: str
    replaces_id: int | None
    replaced_by_id: int | None
    by: str


class WaitingAnswer(Answer):
    """Somebody to ask: since when it is due, until when, and how often nobody answered."""

    session_id: int
    series_id: int | None
    infusion_number: int | None
    planned_infusions: int | None
    patient_id: int
    family_name: str
    given_name: str
    hospital_id: str
    contact_name: str
    contact_phone: str
    kind: str
    week: int
    ended_at: Time
    due_at: Time
    lapses_at: Time
    attempts: int
    last_attempt_at: Time | None


class WaitingPage(Answer):
    """A part of the list and how long it is."""

    total: int
    items: list[WaitingAnswer]


class Part(Query):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=200)] = PER_PAGE
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0


@blueprint.get("/follow-ups")
@allowed(Action.VIEW_SESSION, query=Part, answer=WaitingPage)
def list_due(query: Part) -> WaitingPage:
    """Whom to ask now, the longest waiting first."""
    return waiting_page(query)


@blueprint.get("/sessions/<int:session_id>/follow-ups")
@allowed(Action.VIEW_SESSION, answer=list[FollowUpAnswer])
def get_follow_ups(session_id: int) -> list[FollowUpAnswer]:
    """The follow-ups of a session by when the patient was asked, corrected ones too."""
    return [told_follow_up(one) for one in services().read(_of_session, session_id)]


@blueprint.post("/sessions/<int:session_id>/follow-ups")
@allowed(Action.CHART, body=NewFollowUp, answer=FollowUpAnswer, status=201)
def add_follow_up(session_id: int, body: NewFollowUp) -> FollowUpAnswer:
    """Record a follow-up, an attempt, or a correction of one."""
    given = services()
    act = RecordFollowUp(
        session_id, body.week, _entry(body), body.at, body.replaces_id, actor(), request_of(body.request_id, body)
    )
    made = given.recorder.transact(partial(record_follow_up, act=act, policies=given.policies, now=given.now()))
    found = given.read(follow_up, int(str(made)))
    if found is None:
        raise NotFound("There is no such follow-up.")
    return told_follow_up(found)


def waiting_page(part: Part) -> WaitingPage:
    """A part of the list of those to ask."""
    given = services()
    return given.read(_waiting, part, given.policies, given.now())


def told_follow_up(one: FollowUpRecord) -> FollowUpAnswer:
    """One follow-up as it is answered."""
    plain = {
        name: getattr(one, name) for name in FollowUpAnswer.model_fields if name not in ("side_effects", "opioids")
    }
    effects = None if one.side_effects is None else [dict(each) for each in one.side_effects["listed"]]
    opioids = None if one.opioids is None else [dict(each) for each in one.opioids["listed"]]
    return FollowUpAnswer(**plain, side_effects=effects, opioids=opioids)


def _entry(body: NewFollowUp) -> FollowUpEntry:
    effects = None
    if body.side_effects is not None:
        effects = tuple(SideEffect(one.symptom, one.grade) for one in body.side_effects)
    return FollowUpEntry(
        Reached(body.reached),
        body.pain.model_dump(exclude_none=True),
        body.relief_h,
        effects,
        None if body.opioids is None else tuple(one.model_dump(exclude_none=True) for one in body.opioids),
        body.interference,
        body.note or "",
    )


def _of_session(connection: Connection, session_id: int) -> list[FollowUpRecord]:
    if session_head(connection, session_id) is None:
        raise NotFound("There is no such session.")
    return follow_ups_of_sessions(connection, [session_id], replaced=True)


def _waiting(connection: Connection, part: Part, policies: Policies, now: Time) -> WaitingPage:
    everybody = waiting_follow_ups(connection, policies, now)
    shown = everybody[part.offset : part.offset + part.limit]
    patient_ids = {one.infusion.patient_id for one in shown}
    people = patients_by_id(connection, patient_ids)
    contacts = contacts_of(connection, patient_ids)
    places = series_places(connection, [one.infusion.session_id for one in shown])
    return WaitingPage(total=len(everybody), items=[_line(one, people, contacts, places) for one in shown])


def _line(
    one: Waiting,
    people: Mapping[int, Patient],
    contacts: Mapping[int, tuple[str, str]],
    places: Mapping[int, SeriesPlace],
) -> WaitingAnswer:
    patient, place = people[one.infusion.patient_id], places.get(one.infusion.session_id)
    contact_name, contact_phone = contacts.get(patient.id, ("", ""))
    return WaitingAnswer(
        session_id=one.infusion.session_id,
        series_id=one.infusion.series_id,
        infusion_number=None if place is None else place.number,
        planned_infusions=None if place is None else place.planned,
        patient_id=patient.id,
        family_name=patient.family_name,
        given_name=patient.given_name,
        hospital_id=patient.hospital_id,
        contact_name=contact_name,
        contact_phone=contact_phone,
        kind=one.due.kind.value,
        week=one.due.week,
        ended_at=one.infusion.ended_at,
        due_at=one.due.due_at,
        lapses_at=one.due.lapses_at,
        attempts=len(one.attempts),
        last_attempt_at=one.attempts[-1].at if one.attempts else None,
    )
