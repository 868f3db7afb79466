"""Readings of a session at full resolution, a stretch at a time."""

from datetime import datetime, timedelta
from typing import Annotated

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.errors import Refused
from monitor.security.roles import Action
from monitor.store.queries import session
from monitor.store.queries.readings import session_readings
from monitor.store.queries.sessions import SessionHistory
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Query, QueryTime, Time
from monitor.web.here import services

blueprint = Blueprint("readings", __name__)
LONGEST = timedelta(hours=6)


class ReadingAnswer(Answer):
    """One value; `at` is when it is charted, `measured_at` what the device's clock said."""

    at: Time
    vital: str
    value: float
    unit: str
    sub_id: str
    quality: str
    measured_at: Time


class Range(Query):
    """From and to, both included; the whole of a session, or its last six hours, when not given."""

    from_at: Annotated[QueryTime | None, Field(alias="from")] = None
    to_at: Annotated[QueryTime | None, Field(alias="to")] = None


@blueprint.get("/sessions/<int:session_id>/readings")
@allowed(Action.VIEW_SESSION, query=Range, answer=list[ReadingAnswer])
def list_readings(session_id: int, query: Range) -> list[ReadingAnswer]:
    """Every value charted in a range of at most six hours."""
    given = services()
    with given.history.passage():
        return given.read(_readings, session_id, query, given.now() + timedelta(minutes=5))


def _readings(connection: Connection, session_id: int, query: Range, latest: datetime) -> list[ReadingAnswer]:
    history = session(connection, session_id)
    to_at = query.to_at or latest
    from_at = query.from_at or max(began(history), to_at - LONGEST)
    if to_at < from_at:
        raise Refused("`to` lies before `from`.")
    if to_at - from_at > LONGEST:
        raise Refused("Ask for at most six hours at a time; the export holds everything.")
    rows = session_readings(connection, session_id, from_at, to_at)
    return [ReadingAnswer.model_validate(row) for row in rows]


def began(history: SessionHistory) -> datetime:
    """When the first thing of a session may have been charted."""
    starts = [history.session.created_at, history.session.scheduled_for, *(event.at for event in history.events)]
    return min(starts)
