"""Sessions found over any time. Law: asked for by POST, so that no name stands in an address or a log."""

from datetime import date
from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.security.roles import Action
from monitor.store.queries.patients import patients, same_person
from monitor.store.queries.session_search import WantedSessions, find_sessions
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, RowId
from monitor.web.here import me, services
from monitor.web.session_lines import SessionLine, day_bounds, lines_of

blueprint = Blueprint("session_search", __name__)
MOST_PATIENTS = 200  # of a search by name: whoever finds more searches with more letters

State = Literal[
    "scheduled", "preparing", "infusing", "held", "observing", "discharged", "left", "transferred", "cancelled"
]


class SessionSearch(Body):
    """What to look for; days are the clinic's own. `needs_review`: ended against advice, by transfer or override,
    and no physician has added anything since."""

    query: Line | None = None
    states: list[State] | None = None
    patient_id: RowId | None = None
    from_day: Annotated[date, Field(strict=False)] | None = None
    until_day: Annotated[date, Field(strict=False)] | None = None
    needs_review: bool = False
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    before: RowId | None = None


class FoundSessions(Answer):
    """A page of them, the latest planned first; `before` asks for the next page, null: there is none."""

    sessions: list[SessionLine]
    before: int | None


@blueprint.post("/sessions/search")
@allowed(Action.VIEW_SESSION, body=SessionSearch, answer=FoundSessions)
def search_sessions(body: SessionSearch) -> FoundSessions:
    """Sessions of any day: by patient, state, days, or in need of a physician's review."""
    return found_sessions(body)


def found_sessions(asked: SessionSearch) -> FoundSessions:
    """The page asked for; who looked is noted."""
    given = services()
    given.reads.note(me(), "sessions")
    zone = given.config.timezone
    from_at = None if asked.from_day is None else day_bounds(asked.from_day, zone)[0]
    until_at = None if asked.until_day is None else day_bounds(asked.until_day, zone)[1]

    def look(connection: Connection) -> FoundSessions:
        theirs = _patients(connection, asked)
        wanted = WantedSessions(theirs, asked.states, from_at, until_at, asked.needs_review)
        heads = find_sessions(connection, wanted, before=asked.before, limit=asked.limit + 1)
        shown = heads[: asked.limit]
        more = shown[-1].id if len(heads) > asked.limit else None
        return FoundSessions(sessions=lines_of(connection, shown), before=more)

    return given.read(look)


def _patients(connection: Connection, asked: SessionSearch) -> set[int] | None:
    """Whose sessions; None: anybody's."""
    if asked.patient_id is not None:
        return same_person(connection, asked.patient_id)
    if asked.query is None:
        return None
    found = [one.id for one in patients(connection, asked.query, limit=MOST_PATIENTS)]
    if len(found) > MOST_PATIENTS // 4:
        return set(found)
    return {key for one in found for key in same_person(connection, one)}
