"""A session as CSV: its readings in one file, everything else in another.

Law: every row says whether it is simulated.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone

from flask import Blueprint, Response
from pydantic import TypeAdapter

from monitor.reports.cells import csv_text
from monitor.reports.events_table import COLUMNS as EVENT_COLUMNS
from monitor.reports.events_table import event_rows, notice_row
from monitor.reports.notices import notices
from monitor.reports.vitals_table import COLUMNS, TableOf
from monitor.security.roles import Action
from monitor.store.queries import late_acts_of
from monitor.store.queries.readings import ReadingRecord
from monitor.store.queries.sessions import SessionHistory
from monitor.web.api.export import opened, sent, stretches
from monitor.web.api.export_told import beside_readings, late_by, marks_of
from monitor.web.doors import allowed
from monitor.web.here import services
from monitor.web.services import Services

blueprint = Blueprint("export_csv", __name__)
_CSV = "text/csv; charset=utf-8"
_TOLD = TypeAdapter(dict[str, object])
Signed = Sequence[Mapping[str, object]]


@blueprint.get("/sessions/<int:session_id>/export.csv")
@allowed(Action.EXPORT)
def export_csv(session_id: int) -> Response:
    """Every reading of a session as CSV, one moment a row and a column a vital."""
    given, history = services(), opened(session_id, "csv")
    signed = given.recorder.signatures(session_id)
    return sent(_vitals(given, history, signed), _CSV, f"session-{session_id}.csv")


@blueprint.get("/sessions/<int:session_id>/export.events.csv")
@allowed(Action.EXPORT)
def export_events_csv(session_id: int) -> Response:
    """Everything else of a session as CSV: events, scores, alarms, what devices told, signatures, by time."""
    given, history = services(), opened(session_id, "events.csv")
    signed = given.recorder.signatures(session_id)
    return sent(_events(given, history, signed), _CSV, f"session-{session_id}-events.csv")


def _vitals(given: Services, history: SessionHistory, signed: Signed) -> Iterator[bytes]:
    head, zone = history.session, given.config.timezone
    by = late_by(given.read(late_acts_of, head.id))
    table = TableOf(head.id, head.simulated, _in_words(signed), marks_of(history), by, zone)
    yield csv_text([COLUMNS]).encode()
    values = 0
    for stretch in stretches(given, history):
        values += len(stretch)
        yield given.runtime.offload(_rows, table, stretch)
    told = notices(history, values=values, signatures=len(signed), asked_at=given.now(), zone=zone)
    yield csv_text(table.notice(words) for words in told).encode()


def _rows(table: TableOf, stretch: Sequence[ReadingRecord]) -> bytes:
    return csv_text(table.rows(stretch)).encode()


def _events(given: Services, history: SessionHistory, signed: Signed) -> Iterator[bytes]:
    head, zone = history.session, given.config.timezone
    beside = {**given.read(beside_readings, history, given.policies), "signatures": [dict(one) for one in signed]}
    told = _TOLD.dump_python(beside, mode="json")
    del told["session"]
    values = 0
    for stretch in stretches(given, history):  # counted, so that this file too says when there are none
        values += len(stretch)
    said = notices(history, values=values, signatures=len(signed), asked_at=given.now(), zone=zone)
    rows = [
        *event_rows(told, head.id, head.simulated, zone),
        *(notice_row(one, head.id, head.simulated) for one in said),
    ]
    yield csv_text([EVENT_COLUMNS, *rows]).encode()


def _few(found: Iterator[list[ReadingRecord]]) -> int:
    """How many values there are: none, one, or more, and then no more is read."""
    values = 0
    for stretch in found:
        values += len(stretch)
        if values > 1:
            break
    return values


def _in_words(signed: Signed) -> str:
    """Who signed the session, when and as what, for every row of it."""
    return "; ".join(map(_signature, signed)) or "no"


def _signature(one: Mapping[str, object]) -> str:
    zone = timezone(timedelta(minutes=int(str(one["utc_offset_min"]))))
    at = datetime.fromisoformat(str(one["signed_at"])).astimezone(zone).isoformat(timespec="seconds")
    return f"{one['meaning']} by {one['printed_name']} ({one['role']}) {at}, {one['verification']}"
