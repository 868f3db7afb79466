"""From the record to what a FHIR bundle is made of. Law: one moment in the history of one session; reads only."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.session import FINAL_STATES, SessionEvent
from monitor.reports.fhir.record import GivenDrug, SessionFile
from monitor.store.queries import alarms, assessments, chair, late_acts_of, patient, signatures
from monitor.store.queries.sessions import SessionHistory
from monitor.store.queries.trail import Wanted, audit_page
from monitor.ward.adverse_events import adverse_events
from monitor.ward.course import Course
from monitor.ward.dose_picture import account
from monitor.ward.entries import CourseEvent, corrections, number, standing
from monitor.ward.restore import restore_session
from monitor.web.services import Policies

_MOST_ENTRIES = 10_000  # of the trail; a session has some hundred
_INFUSED = "ketamine"  # the only drug this product's orders are for


def session_file(
    connection: Connection, history: SessionHistory, policies: Policies, now: datetime, version: str
) -> SessionFile:
    """Everything of a session but its readings."""
    head = history.session
    asked_at = now if head.state not in FINAL_STATES or not history.events else history.events[-1].at
    live = restore_session(connection, head.id, policies, asked_at, 0.0)
    course = live.course
    return SessionFile(
        patient=patient(connection, head.patient_id),
        head=head,
        chair=chair(connection, head.chair_id).name,
        events=history.events,
        given=(*_infused(course, account(live, asked_at)), *_other_drugs(course)),
        adverse_events=adverse_events(course.events),
        scores=assessments(connection, head.id, replaced=True),
        alarms=alarms(connection, head.id),
        signatures=signatures(connection, head.id),
        trail=audit_page(connection, Wanted(about=f"session {head.id}"), limit=_MOST_ENTRIES),
        marks=course.marked,
        late_by={key: act.by for key, act in late_acts_of(connection, head.id).items()},
        asked_at=now,
        software_version=version,
    )


def _infused(course: Course, account_then: dict[str, object]) -> Iterator[GivenDrug]:
    """What was infused, a stretch of one rate each, and each bolus."""
    lines = account_then["intervals"]
    for place, line in enumerate(lines if isinstance(lines, list) else []):
        from_at, to_at = datetime.fromisoformat(line["from_at"]), datetime.fromisoformat(line["to_at"])
        runs = course.ended_at is None and place == len(lines) - 1 and line["rate_ml_per_h"] > 0  # type: ignore[arg-type]
        infused_mg = line["mg"] - line["bolus_mg"]
        if infused_mg > 0 or runs:
            yield GivenDrug(
                f"infused {place}", _INFUSED, from_at, None if runs else to_at, infused_mg, "mg", _by(course, from_at),
                rate_ml_per_h=line["rate_ml_per_h"], route="iv",
            )  # fmt: skip
        if line["bolus_mg"] > 0:
            yield GivenDrug(
                f"bolus {place}", _INFUSED, from_at, from_at, line["bolus_mg"], "mg", _by(course, from_at),
                route="iv",
            )  # fmt: skip


def _by(course: Course, at: datetime) -> str:
    """Who set what was given from this moment on."""
    set_by = [one.by for one in standing(course.events) if one.at <= at and one.event in _SETS]
    return set_by[-1] if set_by else ""


_SETS = frozenset(
    {SessionEvent.START, SessionEvent.CHANGE_RATE, SessionEvent.RESUME, SessionEvent.GIVE_BOLUS, SessionEvent.HOLD}
)


def _other_drugs(course: Course) -> Iterator[GivenDrug]:
    """Every other drug as it stands, and beside it what was entered in its place before it was corrected."""
    corrected = corrections(course.events)
    for one in standing(course.events):
        if one.event is SessionEvent.GIVE_MEDICATION:
            yield _drug(one, f"drug {one.version}")
    for one in course.events:
        if one.event is SessionEvent.GIVE_MEDICATION and one.version in corrected:
            yield _drug(one, f"drug {one.version} as entered", entered_in_error=True)


def _drug(one: CourseEvent, key: str, *, entered_in_error: bool = False) -> GivenDrug:
    said = one.details
    return GivenDrug(
        key, str(said["drug"]), one.at, one.at, number(said, "dose"), str(said["unit"]), one.by,
        route=str(said["route"]), entered_in_error=entered_in_error,
    )  # fmt: skip
