"""The log of a session, and its curves in detail. Law: what a log says is reckoned anew from the record when asked.

Reading three hours whole takes the turn of everything that looks back (services.history), so that no alarm waits.
"""

from datetime import datetime, timedelta
from typing import Annotated

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.errors import NotFound, Refused
from monitor.recorder.session_log import recorded_log
from monitor.security.roles import Action
from monitor.store.queries import session_head
from monitor.store.queries.curves import curves
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Query, QueryTime, Time
from monitor.web.figure_curves import CURVES
from monitor.web.here import services
from monitor.web.services import Json

blueprint = Blueprint("session_log", __name__)
_LONGEST = timedelta(days=2)


class Looked(Query):
    """A stretch of a session, both ends included, and how many points of each vital are wanted at most."""

    from_at: Annotated[QueryTime, Field(alias="from")]
    to_at: Annotated[QueryTime, Field(alias="to")]
    points: Annotated[int, Field(ge=20, le=2000)] = 900


class CurveAnswer(Answer):
    """One vital: the lowest and the highest value of each part of the stretch; null ends a line where nothing was."""

    at: list[Time]
    value: list[float | None]


@blueprint.get("/sessions/<int:session_id>/log")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_log(session_id: int) -> Json:
    """The whole session: extremes, time beyond the limits, alarms and their answers, dose, scores, every event.

    Until its end, or until now while it runs (`session.over`). The discharge is as it was when it was signed.
    """
    return log_of(session_id)


@blueprint.get("/sessions/<int:session_id>/curves")
@allowed(Action.VIEW_SESSION, query=Looked, answer=dict[str, CurveAnswer])
def get_curves(session_id: int, query: Looked) -> dict[str, CurveAnswer]:
    """The drawn vitals of a stretch: the lowest and the highest value of each of `points`/2 parts of its time.

    Where no part holds more than two values, that is every one of them (of equal ones in a part, the first).
    """
    if not query.from_at < query.to_at <= query.from_at + _LONGEST:
        raise Refused("`to` must lie after `from`, at most two days.", ("to",))
    given = services()
    with given.history.passage():
        return given.read(_curves, session_id, query.from_at, query.to_at, query.points)


def log_of(session_id: int) -> Json:
    """The log as it is told now; raises NotFound."""
    given = services()
    with given.history.passage():
        return given.read(recorded_log, session_id, given.policies, given.now())


def _curves(
    connection: Connection, session_id: int, from_at: datetime, to_at: datetime, points: int
) -> dict[str, CurveAnswer]:
    head = session_head(connection, session_id)
    if head is None:
        raise NotFound("There is no such session.")
    asked = [curve.vital for curve in CURVES]
    found = curves(
        connection, head.chair_id, from_at, to_at, buckets=points // 2, vitals=asked, session_id=session_id
    )  # fmt: skip
    return {vital: CurveAnswer(at=list(one.at), value=list(one.value)) for vital, one in found.items()}
