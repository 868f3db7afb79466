"""Exports at full resolution, sent in pieces. Law: audited before the first byte; a cell is never a formula.

A spreadsheet runs a cell that begins with = + - @ or a control character: such text gets a leading quote (OWASP CSV
injection). The file's name is ours, and SIMULATED stands in every row of a simulated session.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial

from flask import Blueprint, Response
from sqlalchemy import Connection

from monitor.clinical.marked_values import MarkedValues, is_marked
from monitor.clinical.vitals import Vital
from monitor.security.roles import Action
from monitor.store import audit
from monitor.store.queries import LateAct, alarms, assessments, late_acts_of, session
from monitor.store.queries.assessments import AssessmentRecord
from monitor.store.queries.assignments import responsible_during
from monitor.store.queries.readings import ReadingRecord
from monitor.store.queries.sessions import SessionHistory, SessionRecord
from monitor.store.queries.struck import told_readings
from monitor.store.rows import AuditEntry
from monitor.ward.course import Course
from monitor.ward.entries import corrections
from monitor.ward.limits_picture import rules_then
from monitor.ward.restore import course_event
from monitor.web.api.alarms import told as told_alarm
from monitor.web.api.alarms import told_by_devices
from monitor.web.api.allergies import told_allergies
from monitor.web.api.assignments import told as told_assignment
from monitor.web.api.pump_events import told_by_pumps
from monitor.web.api.readings import began
from monitor.web.doors import allowed
from monitor.web.fields import Answer
from monitor.web.here import me, services
from monitor.web.services import Json, Policies, Services

blueprint = Blueprint("export", __name__)
_PIECE = timedelta(minutes=10)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
COLUMNS = (
    *("session", "at", "vital", "value", "unit", "sub_id", "quality"),
    *("measured_at", "received_at", "source", "simulated", "late", "assigned_by", "struck", "marked", "signed"),
)


class ExportAnswer(Answer):
    """A session with everything recorded of it; times are ISO 8601 UTC."""

    session: dict[str, object]
    allergies: list[dict[str, object]]
    events: list[dict[str, object]]
    scores: list[dict[str, object]]
    responsible: list[dict[str, object]]
    alarms: list[dict[str, object]]
    device_alarms: list[dict[str, object]]
    pump_events: list[dict[str, object]]
    signatures: list[dict[str, object]]
    readings: list[dict[str, object]]


@blueprint.get("/sessions/<int:session_id>/export.csv")
@allowed(Action.EXPORT)
def export_csv(session_id: int) -> Response:
    """Every reading of a session as CSV, one value a row."""
    given, history = services(), opened(session_id, "csv")
    return sent(_encoded(_csv_pieces(given, history)), "text/csv; charset=utf-8", f"session-{session_id}.csv")


@blueprint.get("/sessions/<int:session_id>/export.json")
@allowed(Action.EXPORT, answer=ExportAnswer)
def export_json(session_id: int) -> Response:
    """Everything recorded of a session as JSON."""
    given, history = services(), opened(session_id, "json")
    signed = {"signatures": [dict(one) for one in given.recorder.signatures(session_id)]}
    head = {**given.read(_beside, history, given.policies), **signed}
    return sent(_encoded(_json_pieces(given, history, head)), "application/json", f"session-{session_id}.json")


def safe_cell(text: str) -> str:
    """A text no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _encoded(pieces: Iterator[str]) -> Iterator[bytes]:
    return (piece.encode() for piece in pieces)


def opened(session_id: int, kind: str) -> SessionHistory:
    """The history of a session that somebody takes away, noted in the audit trail first; raises NotFound."""
    given, who = services(), me()
    history = given.read(session, session_id)
    entry = AuditEntry(
        given.now(), who.printed_name, "exported", f"session {session_id}", who.person_id, {"kind": kind}
    )
    given.recorder.transact(partial(audit.append, entry=entry))
    return history


def sent(pieces: Iterator[bytes], mimetype: str, name: str) -> Response:
    """A file of ours, sent as it is made."""
    response = Response(pieces, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def stretches(given: Services, history: SessionHistory) -> Iterator[list[ReadingRecord]]:
    """The readings, ten minutes at a time, so that no piece holds up an alarm."""
    session_id, until_at = history.session.id, _ended(history, given.now())
    from_at = began(history)
    while from_at < until_at:
        to_at = min(from_at + _PIECE, until_at) - timedelta(milliseconds=1)
        with given.history.passage():
            yield given.read(told_readings, session_id, from_at, to_at)
        from_at += _PIECE
        given.runtime.yield_now()


def _ended(history: SessionHistory, now: datetime) -> datetime:
    return now + timedelta(minutes=5) if not history.events else max(now, history.events[-1].at) + timedelta(minutes=5)


def _csv_pieces(given: Services, history: SessionHistory) -> Iterator[str]:
    yield _rows([COLUMNS])
    head = history.session
    mark = "SIMULATED" if head.simulated else "no"
    acts, signed = given.read(late_acts_of, head.id), _signed(given.recorder.signatures(head.id))
    marks = _marks(history)
    for stretch in stretches(given, history):
        yield _rows(
            [
                head.id,
                one.at.isoformat(),
                one.vital,
                one.value,
                one.unit,
                safe_cell(one.sub_id),
                one.quality,
                one.measured_at.isoformat(),
                one.received_at.isoformat(),
                safe_cell(one.source),
                mark,
                "LATE" if one.late_id is not None else "no",
                safe_cell(_by(one, acts) or ""),
                one.struck.upper() or "no",
                "ARTEFACT" if is_marked(marks, Vital(one.vital), one.at) else "no",
                signed,
            ]
            for one in stretch
        )


def _signed(signatures: Sequence[Mapping[str, object]]) -> str:
    """Who signed the session, when and as what, for every row of it, as every row says whether it was simulated."""
    return safe_cell("; ".join(map(_in_words, signatures)) or "no")


def _in_words(one: Mapping[str, object]) -> str:
    zone = timezone(timedelta(minutes=int(str(one["utc_offset_min"]))))
    at = datetime.fromisoformat(str(one["signed_at"])).astimezone(zone).isoformat(timespec="seconds")
    return f"{one['meaning']} by {one['printed_name']} ({one['role']}) {at}, {one['verification']}"


def _rows(rows: object) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)  # type: ignore[arg-type]
    return written.getvalue()


def _json_pieces(given: Services, history: SessionHistory, head: Json) -> Iterator[str]:
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "readings": ['
    comma, acts, marks = "", given.read(late_acts_of, history.session.id), _marks(history)
    for stretch in stretches(given, history):
        for one in stretch:
            yield comma + json.dumps(
                {**_told(one, acts), "marked": is_marked(marks, Vital(one.vital), one.at)}, ensure_ascii=False
            )
            comma = ",\n"
    yield "]}\n"


def _by(one: ReadingRecord, acts: Mapping[int, LateAct]) -> str | None:
    """Who brought a reading into the record later."""
    act = None if one.late_id is None else acts.get(one.late_id)
    return None if act is None else act.by


def _marks(history: SessionHistory) -> list[MarkedValues]:
    """What a person marked as artefact, as it stands."""
    course = Course()
    for event in history.events:
        course.add(course_event(event))
    return course.marked


def _told(one: ReadingRecord, acts: Mapping[int, LateAct]) -> Json:
    return {
        "at": one.at.isoformat(),
        "vital": one.vital,
        "value": one.value,
        "unit": one.unit,
        "sub_id": one.sub_id,
        "quality": one.quality,
        "measured_at": one.measured_at.isoformat(),
        "source": one.source,
        "late": one.late_id is not None,
        "assigned_by": _by(one, acts),
        "struck": one.struck,
    }


def _beside(connection: Connection, history: SessionHistory, policies: Policies) -> Json:
    """All of a session but its readings."""
    head = history.session
    then = rules_then(policies(connection, head.policy_sha256), [course_event(event) for event in history.events])
    assigned = responsible_during(connection, head.id)
    return {
        "session": _session(head),
        "allergies": [one.model_dump(mode="json") for one in told_allergies(connection, head.patient_id)],
        "events": _events(history),
        "scores": [_score(one) for one in assessments(connection, head.id, replaced=True)],
        "responsible": [told_assignment(one).model_dump(mode="json") for one in assigned],
        "alarms": [told_alarm(alarm, then).model_dump(mode="json") for alarm in alarms(connection, head.id)],
        "device_alarms": [one.model_dump(mode="json") for one in told_by_devices(connection, head.id)],
        "pump_events": [one.model_dump(mode="json") for one in told_by_pumps(connection, head.id)],
    }


def _session(head: SessionRecord) -> Json:
    return {
        "id": head.id,
        "state": head.state,
        "version": head.version,
        "scheduled_for": head.scheduled_for.isoformat(),
        "simulated": head.simulated,
        "mark": "SIMULATED" if head.simulated else "",
        "policy": {"id": head.policy_id, "version": head.policy_version, "sha256": head.policy_sha256},
    }


def _events(history: SessionHistory) -> list[Json]:
    corrected = corrections(course_event(event) for event in history.events)
    return [
        {
            "version": event.version,
            "event": event.event,
            "to_state": event.to_state,
            "at": event.at.isoformat(),
            "by": event.by,
            "role": event.role,
            "reason": event.reason,
            "details": dict(event.details),
            "corrected_by": corrected[event.version].version if event.version in corrected else None,
        }
        for event in history.events
    ]


def _score(one: AssessmentRecord) -> Json:
    return {
        "id": one.id,
        "kind": one.kind,
        "items": dict(one.items),
        "total": one.total,
        "at": one.at.isoformat(),
        "by": one.by,
        "replaced_by": one.replaced_by_id,
    }
