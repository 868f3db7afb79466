"""The pages of following up: whom to ask today, and the form of one call.

Law: a page shows what the server knows; what is entered goes by the API, where it is checked.
"""

from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import Connection

from monitor.clinical.outcomes.due import Due
from monitor.clinical.outcomes.facts import Reached
from monitor.clinical.scores.brief_pain import INTERFERENCE
from monitor.clinical.scores.ctcae import TERMS
from monitor.clinical.scores.opioids import KNOWN
from monitor.errors import NotFound
from monitor.recorder.following_up import dues_of
from monitor.security.roles import Action, may
from monitor.store.queries import patient
from monitor.store.queries.follow_ups import EndedInfusion, FollowUpRecord, ended_infusion, follow_ups_of_sessions
from monitor.store.queries.patients import Patient
from monitor.store.queries.series import SeriesPlace, series_place
from monitor.web.api.follow_ups import PER_PAGE, Part, told_follow_up, waiting_page
from monitor.web.doors import allowed
from monitor.web.fields import Query
from monitor.web.here import me, services
from monitor.web.services import Services

blueprint = Blueprint("follow_up_pages", __name__)
# What a patient notices at home; the others somebody measured.
AT_HOME = frozenset(
    {"nausea", "vomiting", "dizziness", "somnolence", "hallucinations", "headache", "anxiety", "agitation", "pruritus"}
)


class PageNumber(Query):
    """Which page of a list, from 1."""

    page: Annotated[int, Field(ge=1, le=2000)] = 1


def register(app: Flask) -> None:
    """Hang up the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/follow-ups")
@allowed(Action.VIEW_SESSION, query=PageNumber)
def follow_ups(query: PageNumber) -> ResponseReturnValue:
    """Whom to ask today."""
    given = services()
    found = waiting_page(Part(limit=PER_PAGE, offset=(query.page - 1) * PER_PAGE))
    zone, now = given.config.timezone, given.now()
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return render_template(
        "follow_ups.html",
        late=[one for one in found.items if one.due_at < midnight],
        today=[one for one in found.items if one.due_at >= midnight],
        total=found.total,
        page=query.page,
        pages=max(1, -(-found.total // PER_PAGE)),
        may_enter=may(me(), Action.CHART),
        zone=zone,
        now=now,
    )


@blueprint.get("/sessions/<int:session_id>/follow-ups/<int:week>")
@allowed(Action.VIEW_SESSION)
def follow_up(session_id: int, week: int) -> ResponseReturnValue:
    """The form of one follow-up, or what was recorded of it."""
    given = services()
    found = given.read(_opened, session_id, week, given)
    closed = next((one for one in reversed(found.standing) if one.reached != Reached.ATTEMPT), None)
    return render_template(
        "follow_up.html",
        session_id=session_id,
        due=found.due,
        ended_at=found.ended.ended_at,
        patient=found.patient,
        place=found.place,
        closed=None if closed is None else told_follow_up(closed).model_dump(mode="json"),
        closed_at=None if closed is None else closed.at,
        attempts=[one for one in found.standing if one.reached == Reached.ATTEMPT],
        early=given.now() < found.due.due_at,
        lapsed=given.now() >= found.due.lapses_at,
        terms=TERMS.values(),
        at_home=AT_HOME,
        opioids=KNOWN,
        interference=INTERFERENCE,
        may_enter=may(me(), Action.CHART),
        zone=given.config.timezone,
    )


@dataclass(frozen=True, slots=True)
class _Opened:
    """What the form is about; `standing` are the entries of this follow-up as they stand."""

    due: Due
    ended: EndedInfusion
    patient: Patient
    place: SeriesPlace | None
    standing: list[FollowUpRecord]


def _opened(connection: Connection, session_id: int, week: int, given: Services) -> _Opened:
    ended = ended_infusion(connection, session_id)
    if ended is None:
        raise NotFound("There is no such session whose infusion has ended.")
    policy = given.policies(connection, ended.policy_sha256)
    due = next((one for one in dues_of(ended, policy) if one.week == week), None)
    if due is None:
        raise NotFound("No such follow-up is asked for.")
    standing = [one for one in follow_ups_of_sessions(connection, [session_id]) if one.week == week]
    return _Opened(due, ended, patient(connection, ended.patient_id), series_place(connection, session_id), standing)
