"""Readings of a session at full resolution, sent piece by piece."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated

from flask import Blueprint, Response
from pydantic import Field, TypeAdapter

from monitor.errors import Refused
from monitor.security.roles import Action
from monitor.store.queries import LateAct, late_acts_of, session
from monitor.store.queries.readings import ReadingRecord
from monitor.store.queries.sessions import SessionHistory
from monitor.store.queries.struck import told_readings
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Query, QueryTime, Time
from monitor.web.here import services
from monitor.web.services import Services

blueprint = Blueprint("readings", __name__)
LONGEST = timedelta(days=31)
PIECE = timedelta(hours=1)
RESOLUTION = timedelta(milliseconds=1)  # of the record


class ReadingAnswer(Answer):
    """One value; `at` is when it is charted, `measured_at` what the device's clock said.

    `late`: it got into the record later, by the named person, and was never live. `struck` says why a value is not
    charted: withdrawn or corrected by the device, replaced (another content of its moment came later); "": it is.
    """

    at: Time
    vital: str
    value: float
    unit: str
    sub_id: str
    quality: str
    measured_at: Time
    late: bool
    assigned_by: str | None
    struck: str


ROWS = TypeAdapter(list[ReadingAnswer])


class Range(Query):
    """From and to, both included, else the whole session; `struck` adds what the device took back or corrected."""

    from_at: Annotated[QueryTime | None, Field(alias="from")] = None
    to_at: Annotated[QueryTime | None, Field(alias="to")] = None
    struck: bool = False


@blueprint.get("/sessions/<int:session_id>/readings")
@allowed(Action.VIEW_SESSION, query=Range, answer=list[ReadingAnswer])
def list_readings(session_id: int, query: Range) -> Response:
    """Every value charted in a range, sent as it is read: an hour at a time, so that no live number waits for it."""
    given = services()
    history = given.read(session, session_id)
    from_at, to_at = query.from_at or began(history), query.to_at or given.now() + timedelta(minutes=5)
    if to_at < from_at:
        raise Refused("`to` lies before `from`.")
    if to_at - from_at > LONGEST:
        raise Refused("Ask for at most 31 days at a time; the export holds everything.")
    return Response(_pieces(given, session_id, from_at, to_at, struck=query.struck), mimetype="application/json")


def _pieces(given: Services, session_id: int, from_at: datetime, to_at: datetime, *, struck: bool) -> Iterator[bytes]:
    """A JSON array, an hour of rows in each piece; an hour begins after the last millisecond of the one before."""
    between = b"["
    acts = given.read(late_acts_of, session_id)
    begin_at = from_at
    while begin_at <= to_at:
        end_at = min(begin_at + PIECE - RESOLUTION, to_at)
        with given.history.passage():
            rows = given.read(told_readings, session_id, begin_at, end_at, struck=struck)
        if rows:
            answers = ROWS.dump_json([_told(row, acts) for row in rows])
            yield between + answers[1:-1]
            between = b","
        begin_at += PIECE
    yield b"[]" if between == b"[" else b"]"


def _told(row: ReadingRecord, acts: Mapping[int, LateAct]) -> ReadingAnswer:
    act = None if row.late_id is None else acts.get(row.late_id)
    return ReadingAnswer(
        at=row.at,
        vital=row.vital,
        value=row.value,
        unit=row.unit,
        sub_id=row.sub_id,
        quality=row.quality,
        measured_at=row.measured_at,
        late=row.late_id is not None,
        assigned_by=None if act is None else act.by,
        struck=row.struck,
    )


def began(history: SessionHistory) -> datetime:
    """When the first thing of a session may have been charted."""
    starts = [history.session.created_at, history.session.scheduled_for, *(event.at for event in history.events)]
    return min(starts)
