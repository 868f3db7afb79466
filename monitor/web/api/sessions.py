"""Infusion sessions: the list, one of them live, its figure."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from flask import Blueprint
from pydantic import AwareDatetime, Field
from sqlalchemy import Connection

from monitor.clinical.session import FINAL_STATES, LIVE_STATES
from monitor.errors import NotFound
from monitor.recorder.acts import PlanSession
from monitor.security.roles import Action
from monitor.store.queries import SessionRecord, chairs, patient, session, session_head, sessions
from monitor.store.queries.patients import same_person
from monitor.store.queries.series import SeriesPlace, series_place, series_places
from monitor.ward.wall import locked_picture
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Query, RequestId, RowId, Time
from monitor.web.figure_words import figure_in
from monitor.web.here import actor, me, request_of, services
from monitor.web.languages import language
from monitor.web.services import Json

blueprint = Blueprint("sessions", __name__)


class SeriesPlaceAnswer(Answer):
    """Which infusion of its series a session is; `number` is null when it was cancelled."""

    id: int
    number: int | None
    planned: int


class SessionLine(Answer):
    """A session as a list shows it."""

    id: int
    version: int
    state: str
    scheduled_for: Time
    chair_id: int
    chair: str
    patient_id: int
    patient_name: str
    initials: str
    id_digits: str
    simulated: bool
    policy: dict[str, str]
    series: SeriesPlaceAnswer | None


class NewSession(Body):
    """A session to put on the list; `scheduled_for` is now when not given."""

    request_id: RequestId | None = None
    patient_id: RowId
    chair_id: RowId
    scheduled_for: AwareDatetime | None = None
    series_id: RowId | None = None


class Day(Query):
    """The sessions of one day of the clinic; of today when not given."""

    day: date | None = None
    state: Annotated[str, Field(max_length=32)] | None = None
    patient_id: RowId | None = None


WINDOWS_S: dict[str, float | None] = {"15m": 900.0, "1h": 3600.0, "all": None}


class Stretch(Query):
    """How far back the figure goes."""

    window: Literal["15m", "1h", "all"] = "1h"


@blueprint.get("/sessions")
@allowed(Action.VIEW_SESSION, query=Day, answer=list[SessionLine])
def list_sessions(query: Day) -> list[SessionLine]:
    """The sessions of a day, or of a patient."""
    if query.patient_id is not None:
        theirs = services().read(same_person, query.patient_id)
        return services().read(_lines, states=_states(query), patient_id=theirs)
    return lines_of_day(query.day, _states(query))


@blueprint.post("/sessions")
@allowed(Action.EDIT_SESSIONS, body=NewSession, answer=SessionLine, status=201)
def add_session(body: NewSession) -> SessionLine:
    """Put a session on the list, pinned to the policy in use."""
    given = services()
    scheduled_for = body.scheduled_for or given.now()
    session_id = given.recorder.plan_session(
        PlanSession(
            body.patient_id,
            body.chair_id,
            scheduled_for,
            actor(),
            request_of(body.request_id, body),
            body.series_id,
        )
    )
    return given.read(_line, session_id)


@blueprint.get("/sessions/<int:session_id>")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_session(session_id: int) -> Json:
    """One session: its line, its history and, while it is not over, the live snapshot."""
    given = services()
    line, history = given.read(_line, session_id), given.read(session, session_id)
    live = None if line.state in FINAL_STATES else dict(given.ward.session(session_id))
    return {**line.model_dump(), "history": [_told(event) for event in history.events], "live": live}


@blueprint.get("/sessions/<int:session_id>/dose")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_dose(session_id: int) -> Json:
    """The dose account: planned, given, wasted and the pump's own totals, line by line, with what a model predicts."""
    return dict(services().ward.dose(session_id))


@blueprint.get("/sessions/<int:session_id>/figure")
@allowed(Action.VIEW_SESSION, query=Stretch, answer=dict[str, object], while_locked=True)
def get_figure(session_id: int, query: Stretch) -> Json:
    """The session's curves as a Plotly figure; at a locked sign-in without events, reasons and devices' words."""
    given = services()
    snapshot = given.ward.session(session_id, WINDOWS_S[query.window])
    if me().locked:
        snapshot = locked_picture(snapshot)
    spoken = language()
    with given.history.passage():
        return given.runtime.offload(figure_in, spoken, snapshot, query.window, given.config.timezone)


def lines_of_day(day: date | None, states: frozenset[str] | None = None) -> list[SessionLine]:
    """The sessions of one day of the clinic, by time."""
    given = services()
    from_at, until_at = day_bounds(day or given.now().astimezone(given.config.timezone).date(), given.config.timezone)
    return given.read(_lines, from_at=from_at, until_at=until_at, states=states)


def lines_in_clinic() -> list[SessionLine]:
    """The sessions of patients who are here, whatever day they were planned for: midnight hides nobody."""
    return services().read(_lines, states=frozenset(state.value for state in LIVE_STATES))


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a day begins and ends in the clinic's zone; 23 or 25 hours apart when clocks change."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def _states(query: Day) -> frozenset[str] | None:
    return None if query.state is None else frozenset({query.state})


def _lines(connection: Connection, **wanted: object) -> list[SessionLine]:
    names = {one.id: one.name for one in chairs(connection)}
    found = sessions(connection, **wanted)  # type: ignore[arg-type]
    places = series_places(connection, [one.id for one in found])
    return [_told_line(connection, one, names, places.get(one.id)) for one in found]


def _line(connection: Connection, session_id: int) -> SessionLine:
    head = session_head(connection, session_id)
    if head is None:
        raise NotFound("There is no such session.")
    names = {one.id: one.name for one in chairs(connection)}
    return _told_line(connection, head, names, series_place(connection, session_id))


def _told_line(
    connection: Connection, head: SessionRecord, chair_names: dict[int, str], place: SeriesPlace | None
) -> SessionLine:
    who = patient(connection, head.patient_id)
    return SessionLine(
        id=head.id,
        version=head.version,
        state=head.state,
        scheduled_for=head.scheduled_for,
        chair_id=head.chair_id,
        chair=chair_names.get(head.chair_id, ""),
        patient_id=head.patient_id,
        patient_name=f"{who.given_name} {who.family_name}",
        initials="".join(f"{name[0]}." for name in (who.given_name, who.family_name) if name),
        id_digits=who.hospital_id[-2:],
        simulated=head.simulated,
        policy={"id": head.policy_id, "version": head.policy_version, "sha256": head.policy_sha256},
        series=None if place is None else SeriesPlaceAnswer.model_validate(place),
    )


def _told(event: object) -> Json:
    names = ("id", "version", "event", "from_state", "to_state", "at", "recorded_at", "by", "role", "reason")
    return {name: getattr(event, name) for name in (*names, "details")}
