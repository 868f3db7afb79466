"""Infusion sessions: the list, one of them live, its figure."""

from datetime import date
from typing import Annotated, Literal

from flask import Blueprint
from pydantic import AwareDatetime, Field
from sqlalchemy import Connection

from monitor.clinical.session import FINAL_STATES, LIVE_STATES
from monitor.recorder.acts import PlanSession
from monitor.security.roles import Action
from monitor.store.queries import session, sessions
from monitor.store.queries.patients import same_person
from monitor.ward.wall import locked_picture
from monitor.web.doors import allowed
from monitor.web.fields import Body, Query, RequestId, RowId, Words
from monitor.web.figure_words import figure_in
from monitor.web.here import actor, me, request_of, services
from monitor.web.languages import language
from monitor.web.services import Json
from monitor.web.session_lines import SessionLine, day_bounds, line_of, lines_of

blueprint = Blueprint("sessions", __name__)


class NewSession(Body):
    """A session to put on the list; `scheduled_for` is now when not given.

    Nearer to another infusion of its series than the plan allows only by a physician, with a `reason`.
    """

    request_id: RequestId | None = None
    patient_id: RowId
    chair_id: RowId
    scheduled_for: AwareDatetime | None = None
    series_id: RowId | None = None
    reason: Annotated[Words, Field(max_length=1000)] | None = None


class Day(Query):
    """The sessions of one day of the clinic; of today when not given. `after` is the last one of the page before."""

    day: date | None = None
    state: Annotated[str, Field(max_length=32)] | None = None
    patient_id: RowId | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 500
    after: RowId | None = None


HERE = frozenset(state.value for state in LIVE_STATES)
WINDOWS_S: dict[str, float | None] = {"15m": 900.0, "1h": 3600.0, "all": None}


class Stretch(Query):
    """How far back the figure goes."""

    window: Literal["15m", "1h", "all"] = "1h"


@blueprint.get("/sessions")
@allowed(Action.VIEW_SESSION, query=Day, answer=list[SessionLine])
def list_sessions(query: Day) -> list[SessionLine]:
    """The sessions of a day, or of a patient, by time; of today also whose patients are here since another day."""
    given = services()
    states = None if query.state is None else frozenset({query.state})
    wanted: dict[str, object] = {"states": states, "limit": query.limit, "after": query.after}

    def look(connection: Connection) -> list[SessionLine]:
        if query.patient_id is not None:
            wanted["patient_id"] = same_person(connection, query.patient_id)
        else:
            zone = given.config.timezone
            today = given.now().astimezone(zone).date()
            wanted["from_at"], wanted["until_at"] = day_bounds(query.day or today, zone)
            wanted["whenever_in"] = HERE if query.day in (None, today) else ()
        return lines_of(connection, sessions(connection, **wanted))  # type: ignore[arg-type]

    return given.read(look)


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
            body.reason,
        )
    )
    return given.read(line_of, session_id)


@blueprint.get("/sessions/<int:session_id>")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_session(session_id: int) -> Json:
    """One session: its line, its history and, while it is not over, the live snapshot."""
    given = services()
    line, history = given.read(line_of, session_id), given.read(session, session_id)
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


def _told(event: object) -> Json:
    names = ("id", "version", "event", "from_state", "to_state", "at", "recorded_at", "by", "role", "reason")
    return {name: getattr(event, name) for name in (*names, "details")}
