"""Everything another team must know of a patient who is handed over, as the record knows it.

Law: a value goes with when it was measured and how old it is, and is never called live; what nobody asked or measured
is said so.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.adverse_events import title_of
from monitor.clinical.alarms.recorded import over_at
from monitor.clinical.discharge.gate import evaluate
from monitor.clinical.dosing.medication import Given
from monitor.clinical.marked_values import is_marked
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.scores.scales import CONFIRMATIONS, score_kinds
from monitor.clinical.session import FINAL_STATES, SessionEvent
from monitor.clinical.vitals import KINDS, Quality, Vital
from monitor.clinical.watched import Baseline
from monitor.clinical.words import NAMES
from monitor.recorder.discharge_picture import signatures_after_orders
from monitor.recorder.evidence import discharge_evidence
from monitor.recorder.leaving import open_criteria
from monitor.recorder.stored_guards import LOOK_BACK
from monitor.security.signing_key import PublicKeys
from monitor.store.queries.alarms import AlarmRecord, alarms
from monitor.store.queries.assessments import assessments
from monitor.store.queries.chairs import chair
from monitor.store.queries.patients import Patient, patient
from monitor.store.queries.readings import ReadingRecord, last_readings
from monitor.store.queries.rebuild import discharge_record
from monitor.store.queries.sessions import session
from monitor.ward.adverse_events import adverse_events, told_adverse_events
from monitor.ward.course import Course
from monitor.ward.course_picture import allergies_picture
from monitor.ward.dose_picture import account
from monitor.ward.entries import CourseEvent, newest_symptoms, standing
from monitor.ward.live_session import LiveSession
from monitor.ward.restore import restore_session

Json = dict[str, object]
Policies = Callable[[Connection, str], ClinicPolicy]  # by SHA-256, from the record
VITALS = (Vital.NIBP_SYS, Vital.NIBP_DIA, Vital.HR, Vital.PR, Vital.SPO2, Vital.RR, Vital.ETCO2, Vital.TEMP)
_NEWEST = 20  # among so many the last accepted value is looked for
_AHEAD = timedelta(seconds=1)
_PRIORITIES = ("high", "medium", "low")


def hand_over_sheet(
    connection: Connection, session_id: int, policies: Policies, now: datetime, keys: PublicKeys
) -> Json:
    """The sheet as of now, or of the end of a session that is over; raises NotFound."""
    live = restore_session(connection, session_id, policies, now, 0.0)
    as_of = _as_of(live.course, now)
    history = session(connection, session_id)
    found = alarms(connection, session_id)
    return {
        "as_of": as_of.isoformat(),
        "state": live.course.state.value,
        "simulated": live.simulated,
        "chair": chair(connection, live.chair_id).name,
        "patient": _who(patient(connection, history.session.patient_id)),
        "allergies": allergies_picture(live.allergies),
        "leaving": _leaving(live.course),
        "drug": _drug(live, as_of),
        "vitals": _vitals(connection, live, as_of),
        "baseline": _baseline(live.course.baseline),
        "alarms": [_alarm(one) for one in reversed(found) if one.events],
        "adverse_events": told_adverse_events(adverse_events(live.course.events)),
        "symptoms": _symptoms(live.course),
        "medications": [_medication(one) for one in live.course.medications],
        "scores": _scores(connection, live),
        "open_criteria": _open(connection, live, as_of),
        "signatures": signatures_after_orders(connection, session_id, keys),
        "notes": [_note(one) for one in standing(live.course.events) if one.event is SessionEvent.NOTE],
    }


def _as_of(course: Course, now: datetime) -> datetime:
    over = course.state in FINAL_STATES and course.state_since_at is not None
    return course.state_since_at if over and course.state_since_at is not None else now


def _who(who: Patient) -> Json:
    born = None if who.birth_date is None else who.birth_date.isoformat()
    return {
        "hospital_id": who.hospital_id,
        "family_name": who.family_name,
        "given_name": who.given_name,
        "birth_date": born,
        "sex": who.sex,
    }


def _leaving(course: Course) -> Json | None:
    """The event that ended the visit without a discharge; None when none did."""
    ended = (SessionEvent.TRANSFER, SessionEvent.LEAVE_AGAINST_ADVICE)
    found = next((one for one in reversed(course.events) if one.event in ended), None)
    if found is None:
        return None
    kept = {name: value for name, value in found.details.items() if name != "open_criteria"}
    return {**kept, "event": found.event.value, "reason": found.reason, "at": found.at.isoformat(), "by": found.by}


def _drug(live: LiveSession, as_of: datetime) -> Json | None:
    """What was given by then; None before the start."""
    course = live.course
    told = account(live, as_of)
    if course.started_at is None or not isinstance(told["dose"], dict):
        return None
    return {
        "started_at": course.started_at.isoformat(),
        "ended_at": None if course.ended_at is None else course.ended_at.isoformat(),
        "running_ml_per_h": course.rate_ml_per_h if course.ended_at is None else 0.0,
        "weight_kg": course.weight_kg,
        "boluses": [{"at": one.at.isoformat(), "mg": one.mg} for one in course.boluses],
        "intervals": told["intervals"],
        **{name: told["dose"][name] for name in _DOSE},
    }


_DOSE = ("given_mg", "given_mg_per_kg", "ordered_mg", "concentration_mg_per_ml", "wasted_mg", "predicted")


def _vitals(connection: Connection, live: LiveSession, as_of: datetime) -> list[Json]:
    """The last accepted value of each vital that was measured, with its time and age; doubted ones are said to be."""
    since_at = min((one.at for one in live.course.events), default=as_of)
    told = []
    for vital in VITALS:
        found = last_readings(connection, live.chair_id, vital.value, _NEWEST, since_at, session_id=live.id)
        in_time = [one for one in found if one.at <= as_of + _AHEAD]
        if in_time:
            told.append(_vital(vital, in_time, live.course, as_of))
    return told


def _vital(vital: Vital, found: list[ReadingRecord], course: Course, as_of: datetime) -> Json:
    trusted = [one for one in found if one.quality == Quality.ACCEPTED and not is_marked(course.marked, vital, one.at)]
    last = trusted[-1] if trusted else None
    return {
        "vital": vital.value,
        "name": NAMES[vital],
        "unit": KINDS[vital].unit,
        "value": None if last is None else last.value,
        "at": None if last is None else last.at.isoformat(),
        "age_s": None if last is None else max(0.0, (as_of - last.at).total_seconds()),
        "doubted_since": last is not found[-1],
    }


def _baseline(taken: Baseline | None) -> Json:
    return {} if taken is None else {vital.value: value for vital, value in taken.values.items()}


def _alarm(one: AlarmRecord) -> Json:
    over = over_at(one)
    return {
        "words": one.events[-1].words if one.events else "",
        "priority": min((event.priority for event in one.events), key=_PRIORITIES.index),
        "kind": one.kind,
        "raised_at": one.raised_at.isoformat(),
        "over_at": None if over is None else over.isoformat(),
        "acknowledged_by": one.acknowledgements[-1].by if one.acknowledgements else None,
    }


def _symptoms(course: Course) -> list[Json]:
    """The newest grade of each symptom that stands; 0 is gone."""
    return [
        {"title": title_of(name), "grade": one.details["grade"], "at": one.at.isoformat()}
        for name, one in newest_symptoms(course.events).items()
    ]


def _medication(one: Given) -> Json:
    return {"drug": one.drug, "dose": one.dose, "unit": one.unit, "route": one.route, "at": one.at.isoformat()}


def _note(one: CourseEvent) -> Json:
    return {"text": one.details["text"], "at": one.at.isoformat(), "by": one.by}


def _scores(connection: Connection, live: LiveSession) -> list[Json]:
    """The newest of each scale that has a total; confirmations are no score."""
    newest = {one.kind: one for one in assessments(connection, live.id) if one.total is not None}
    titles = score_kinds()
    return [
        {
            "kind": one.kind,
            "title": titles[one.kind].title if one.kind in titles else one.kind.replace("_", " ").upper(),
            "total": one.total,
            "at": one.at.isoformat(),
        }
        for one in newest.values()
        if one.kind != CONFIRMATIONS
    ]


def _open(connection: Connection, live: LiveSession, as_of: datetime) -> list[Json]:
    """What was not met: as it was stored when the patient left, else as the record answers it as of then."""
    for event in reversed(live.course.events):
        stored = event.details.get("open_criteria")
        if isinstance(stored, list):
            return stored
    record = discharge_record(connection, live.id, as_of - LOOK_BACK, as_of + _AHEAD)
    evaluation = evaluate(live.policy, discharge_evidence(record, as_of), as_of)
    return open_criteria(evaluation)
