"""A session event into the record, inside its transaction. Law: with its audit row, or not at all; a request stored
before adds neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.marked_values import is_marked
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.preparation.baseline import baseline
from monitor.clinical.session import (
    SessionEvent,
    SessionState,
)
from monitor.clinical.vitals import Quality, Vital
from monitor.errors import Refused
from monitor.recorder.review_causes import review_after_end
from monitor.store.audit import append
from monitor.store.queries.readings import session_readings
from monitor.store.queries.sessions import session_events
from monitor.store.rows import AuditEntry, SessionEventRow
from monitor.store.sessions import EventWritten, append_event, move_booking
from monitor.store.types import from_ms, to_ms
from monitor.ward.course import Course
from monitor.ward.entries import CourseEvent
from monitor.ward.restore import course_event

_BASELINE_WINDOW = timedelta(minutes=35)


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as the transaction stored it."""

    written: EventWritten
    row: SessionEventRow


def store_event(connection: Connection, row: SessionEventRow, policy: ClinicPolicy) -> Stored:
    """One session event and its audit row; a baseline is computed here, from what is stored."""
    if row.event == SessionEvent.CAPTURE_BASELINE and not row.details:
        row = _with_baseline(connection, row, policy)
    stored = Stored(record_event(connection, row), row)
    if not stored.written.replayed:
        review_after_end(connection, row, policy)
    return stored


def record_event(connection: Connection, row: SessionEventRow) -> EventWritten:
    """One session event and, unless this very request was stored before, its audit row."""
    written = append_event(connection, row)
    if not written.replayed:
        if row.event == SessionEvent.RESCHEDULE:
            _move(connection, row)
        append(
            connection,
            AuditEntry(
                at=row.recorded_at,
                actor=row.by,
                action=f"session.{row.event}",
                object=f"session {row.session_id}",
                person_id=row.person_id,
                facts={"version": written.version, "state": written.state, "role": row.role, **_second(row)},
            ),
        )
    return written


def _move(connection: Connection, row: SessionEventRow) -> None:
    said = row.details
    at = datetime.fromisoformat(str(said["scheduled_for"]))
    move_booking(connection, row.session_id, int(str(said["chair_id"])), at, simulated=said["simulated"] is True)


def event_as_told(row: SessionEventRow, version: int) -> CourseEvent:
    """The event exactly as the record will tell it after a restart."""
    return CourseEvent(
        version=version,
        event=SessionEvent(row.event),
        from_state=SessionState(row.from_state),
        to_state=SessionState(row.to_state),
        at=from_ms(to_ms(row.at)),
        by=row.by,
        reason=row.reason,
        details=row.details,
        request_id=row.request_id,
        person_id=row.person_id,
    )


def _second(row: SessionEventRow) -> dict[str, object]:
    """Who saw it too, for the trail: the name stands in the event itself."""
    second = row.details.get("second_person")
    return {"second_person_id": second.get("person_id")} if isinstance(second, Mapping) else {}


def _with_baseline(connection: Connection, row: SessionEventRow, policy: ClinicPolicy) -> SessionEventRow:
    course = Course()
    for event in session_events(connection, row.session_id):
        course.add(course_event(event))
    readings: dict[Vital, list[tuple[datetime, float]]] = {}
    for record in session_readings(connection, row.session_id, row.at - _BASELINE_WINDOW, row.at):
        marked = is_marked(course.marked, Vital(record.vital), record.at)
        if record.quality == Quality.ACCEPTED and not marked:
            readings.setdefault(Vital(record.vital), []).append((record.at, record.value))
    taken = baseline(policy, readings, row.at)
    if not taken.complete:
        missing = tuple(vital.value for vital in taken.missing)
        raise Refused(f"The baseline is not complete: {', '.join(missing)} still missing.", missing)
    values = {vital.value: round(value, 2) for vital, value in taken.baseline.values.items()}
    details: dict[str, object] = {"values": values}
    if taken.cuff_at is not None:
        details["cuff_at"] = taken.cuff_at.isoformat()
    return replace(row, details=details)
