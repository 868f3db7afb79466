"""The monitoring form of a session as the record knows it. Law: stored facts only, all of the session's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.monitoring_form.episodes import Episode, Symptom
from monitor.clinical.monitoring_form.form import DEPRESSION_RULES, Depression, Monitored, MonitoringForm
from monitor.clinical.monitoring_form.form import monitoring_form as form_of
from monitor.clinical.monitoring_form.pressures import Pressure
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import FINAL_STATES, SessionEvent
from monitor.clinical.vitals import Vital
from monitor.recorder.evidence import discharge_evidence
from monitor.store.queries.alarms import AlarmRecord
from monitor.store.queries.readings import session_readings
from monitor.store.queries.rebuild import DischargeRecord, discharge_record
from monitor.ward.adverse_events import adverse_events, told_adverse_events
from monitor.ward.course import Course
from monitor.ward.entries import standing
from monitor.ward.restore import course_event

Json = dict[str, object]
Policies = Callable[[Connection, str], ClinicPolicy]  # by SHA-256, from the record
_ASKED = tuple(
    vital.value for vital in (Vital.NIBP_SYS, Vital.NIBP_DIA, Vital.HR, Vital.PR, Vital.SPO2, Vital.RR)
)  # fmt: skip
_BEFORE = timedelta(hours=1)  # a pressure taken just before somebody checked the patient in is the session's
_AHEAD = timedelta(seconds=1)


def recorded_form(connection: Connection, session_id: int, policies: Policies, now: datetime) -> Json:
    """The form as of now, or of the end; raises NotFound."""
    record = discharge_record(connection, session_id, now, now)
    course = Course()
    for event in record.events:
        course.add(course_event(event))
    since_at = min((one.at for one in record.events), default=now) - _BEFORE
    readings = session_readings(connection, session_id, since_at, now + _AHEAD, _ASKED)
    whole = replace(record, readings=tuple(readings))
    policy = policies(connection, record.session.policy_sha256)
    form = form_of(policy, _monitored(whole, course, now), now)
    return {"state": course.state.value, "simulated": record.session.simulated, **_told(form)}


def _monitored(record: DischargeRecord, course: Course, now: datetime) -> Monitored:
    return Monitored(
        evidence=discharge_evidence(record, now),
        end_at=_end_at(course),
        symptoms=[
            Symptom(one.at, str(one.details["symptom"]), int(str(one.details["grade"])))
            for one in standing(course.events)
            if one.event is SessionEvent.SYMPTOM
        ],
        depressions=[found for one in record.alarms if (found := _depression(one, course)) is not None],
        adverse_events=adverse_events(course.events),
    )


def _end_at(course: Course) -> datetime | None:
    """The end of monitoring, or of the session; None while it goes on."""
    if course.monitoring_ended_at is not None:
        return course.monitoring_ended_at
    return course.state_since_at if course.state in FINAL_STATES else None


def _depression(alarm: AlarmRecord, course: Course) -> Depression | None:
    """A High alarm of breathing or saturation that nobody marked as artefact."""
    high = [event for event in alarm.events if event.priority == "high"]
    if not high or alarm.rule_id not in DEPRESSION_RULES or alarm.id in course.artefacts:
        return None
    return Depression(high[0].at, high[0].words)


def _told(form: MonitoringForm) -> Json:
    return {
        "started_at": _iso(form.started_at),
        "end_at": _iso(form.end_at),
        "total_min": _whole(form.total_min),
        "blood_pressure": {
            "before": _pressure(form.pressures.before),
            "at_40_min": _pressure(form.pressures.at_40_min),
            "at_end": _pressure(form.pressures.at_end),
        },
        "sedation": _episode(form.sedation),
        "dissociation": _episode(form.dissociation),
        "respiratory_depression": {
            "seen": form.respiratory_depression.value,
            "signs": [{"at": one.at.isoformat(), "words": one.words} for one in form.depressions],
        },
        "would_have_been_ready": {
            "all_but_time_at": _iso(form.ready.all_but_time_at),
            "all_but_time_min": _minute(form, form.ready.all_but_time_at),
            "clinical_at": _iso(form.ready.clinical_at),
            "clinical_min": _minute(form, form.ready.clinical_at),
        },
        "serious_events": told_adverse_events(form.serious),
    }


def _pressure(one: Pressure | None) -> Json | None:
    if one is None:
        return None
    return {"at": one.at.isoformat(), "sys": one.sys, "dia": one.dia, "distance_s": one.distance_s}


def _episode(one: Episode) -> Json:
    return {
        "seen": one.seen.value,
        "onset_at": _iso(one.onset_at),
        "onset_min": _whole(one.onset_min),
        "resolved_at": _iso(one.resolved_at),
        "resolution_min": _whole(one.resolution_min),
        "within_two_hours": one.within_two_hours,
        "words": one.words,
        "looked": one.looked,
    }


def _minute(form: MonitoringForm, at: datetime | None) -> float | None:
    if at is None or form.started_at is None:
        return None
    return _whole((at - form.started_at).total_seconds() / 60)


def _whole(minutes: float | None) -> float | None:
    return None if minutes is None else round(minutes, 1)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
