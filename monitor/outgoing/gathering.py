"""From the record to what is told of a session. Law: reads only; one finished session, one moment in its history."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import SessionEvent
from monitor.clinical.vitals import KINDS, Cadence
from monitor.outgoing.facts import Added, Extremes, Given, Score, SessionFacts, Signed
from monitor.store.queries import alarms, assessments, chair, last_readings, patient, session
from monitor.store.queries.alarms import AlarmRecord
from monitor.store.queries.assessments import SignatureRecord, discharge_signatures
from monitor.store.queries.curves import decimated
from monitor.store.queries.sessions import SessionEventRecord, SessionRecord
from monitor.ward.adverse_events import adverse_events
from monitor.ward.course import Course
from monitor.ward.dose_picture import account
from monitor.ward.entries import standing
from monitor.ward.live_session import LiveSession
from monitor.ward.restore import restore_session

Policies = Callable[[Connection, str], ClinicPolicy]
_DRUG = "ketamine"  # the only drug this product's orders are for
_TOLD = tuple(vital.value for vital, kind in KINDS.items() if kind.cadence is not Cadence.PUMP)
_WORST = ("high", "medium", "low")
_AFTER = timedelta(seconds=1)


def facts_of(connection: Connection, event: SessionEventRecord, policies: Policies) -> SessionFacts:
    """Everything a message about this event may say; raises NotFound."""
    history = session(connection, event.session_id)
    head = history.session
    closing = next(one for one in reversed(history.events) if one.to_state != one.from_state)
    live = restore_session(connection, head.id, policies, closing.at, 0.0)
    who = patient(connection, head.patient_id)
    return SessionFacts(
        session_id=head.id,
        event_id=event.id,
        state=head.state,
        hospital_id=who.hospital_id,
        family_name=who.family_name,
        given_name=who.given_name,
        birth_date=who.birth_date,
        sex=who.sex,
        chair=chair(connection, head.chair_id).name,
        simulated=head.simulated,
        closed_at=closing.at,
        closed_by=closing.by,
        infusion_from_at=live.course.started_at,
        infusion_until_at=live.course.ended_at,
        reason=closing.reason,
        dose=_given(live, closing.at),
        vitals=tuple(_extremes(connection, head, _began(history.events), closing.at)),
        scores=_scores(connection, head.id),
        alarms=_by_priority(alarms(connection, head.id)),
        symptoms=_symptoms(live.course),
        adverse_events=tuple(adverse_events(live.course.events)),
        signatures=_signatures(connection, head.id),
        addendum=_added(event),
    )


def _began(events: Iterable[SessionEventRecord]) -> datetime:
    return min(min(one.at, one.recorded_at) for one in events)


def _given(live: LiveSession, at: datetime) -> Given | None:
    course: Course = live.course
    dose = account(live, at)["dose"]
    if course.started_at is None or not isinstance(dose, dict):
        return None
    numbers = {name: float(value) for name, value in dose.items() if isinstance(value, int | float)}
    per_kg, ordered = numbers.get("given_mg_per_kg"), numbers.get("ordered_mg")
    return Given(_DRUG, numbers["given_mg"], per_kg, ordered, course.weight_kg)


def _extremes(connection: Connection, head: SessionRecord, from_at: datetime, until_at: datetime) -> Iterable[Extremes]:
    for vital in _TOLD:
        points = decimated(connection, head.chair_id, vital, from_at, until_at, buckets=1, session_id=head.id)
        if not points:
            continue
        values = [value for _, value in points]
        last = last_readings(connection, head.chair_id, vital, 1, from_at, session_id=head.id)
        trusted = [one for one in last if one.quality == "accepted" and one.at <= until_at + _AFTER]
        value, at = (trusted[-1].value, trusted[-1].at) if trusted else (None, None)
        yield Extremes(vital, min(values), max(values), value, at)


def _scores(connection: Connection, session_id: int) -> tuple[Score, ...]:
    newest = {
        one.kind: Score(one.kind, one.total, one.at)
        for one in assessments(connection, session_id)
        if one.total is not None
    }
    return tuple(newest[kind] for kind in sorted(newest))


def _by_priority(found: Iterable[AlarmRecord]) -> dict[str, int]:
    """How many alarms reached which priority at their worst; every priority is named."""
    counted = Counter(
        min((event.priority for event in alarm.events), key=_WORST.index) for alarm in found if alarm.events
    )
    return {priority: counted[priority] for priority in _WORST}


def _symptoms(course: Course) -> tuple[tuple[str, int], ...]:
    """The worst grade of each as it stands after corrections; what was struck is not told."""
    worst: dict[str, int] = {}
    for one in standing(course.events):
        if one.event is SessionEvent.SYMPTOM:
            symptom, grade = str(one.details["symptom"]), int(str(one.details["grade"]))
            worst[symptom] = max(grade, worst.get(symptom, 0))
    return tuple(worst.items())


def _signatures(connection: Connection, session_id: int) -> tuple[Signed, ...]:
    """Those under the discharge; an addendum is told by itself."""
    given = discharge_signatures(connection, session_id)
    return tuple(_signed(one) for one in given if one.meaning != SessionEvent.ADDENDUM)


def _signed(one: SignatureRecord) -> Signed:
    criteria = json.loads(one.record).get("criteria")
    listed = criteria if isinstance(criteria, list) else []
    return Signed(
        id=one.id,
        record_sha256=one.record_sha256,
        meaning=one.meaning,
        printed_name=one.printed_name,
        role=one.role,
        signed_at=one.signed_at,
        utc_offset_min=one.utc_offset_min,
        override_reason=one.override_reason,
        criteria=tuple((str(item["id"]), str(item["result"])) for item in listed),
    )


def _added(event: SessionEventRecord) -> Added | None:
    return Added(str(event.details["text"]), event.by, event.at) if event.event == "addendum" else None
