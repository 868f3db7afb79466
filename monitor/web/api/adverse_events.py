"""Adverse events of a session. Law: they are entries of the session; recorded, corrected and ended by its events."""

from collections.abc import Mapping

from flask import Blueprint

from monitor.clinical.scores.ctcae import TERMS
from monitor.security.roles import Action
from monitor.store.queries import session
from monitor.ward.adverse_events import adverse_events, told_adverse_events
from monitor.ward.restore import course_event
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Time
from monitor.web.here import services
from monitor.web.services import Json

blueprint = Blueprint("adverse_events", __name__)


class AdverseEventAnswer(Answer):
    """One adverse event as it stands; `needs_review` from grade 3 on or when serious: a physician should look at it."""

    id: int
    term: str
    title: str
    grade: int
    relation: str
    action: str
    serious: list[str]
    description: str
    onset_at: Time
    resolved_at: Time | None
    open: bool
    needs_review: bool
    by: str


@blueprint.get("/sessions/<int:session_id>/adverse-events")
@allowed(Action.VIEW_SESSION, answer=list[AdverseEventAnswer])
def list_adverse_events(session_id: int) -> list[AdverseEventAnswer]:
    """Every adverse event of a session as it stands after corrections, by onset."""
    history = services().read(session, session_id)
    found = adverse_events([course_event(event) for event in history.events])
    return [AdverseEventAnswer.model_validate(one) for one in told_adverse_events(found)]


def offered_terms() -> list[Json]:
    """What an adverse event can be called, with the grades each has; anything else is said in own words."""
    return [{"id": one.id, "title": one.title, "grades": _graded(one.grades)} for one in TERMS.values()]


def _graded(grades: Mapping[int, str]) -> list[Json]:
    return [{"grade": grade, "words": words} for grade, words in grades.items()]
