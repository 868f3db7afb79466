"""The live picture rebuilt from the record, at start and when a session is added.

Law: what was standing stands again, unacknowledged stays unacknowledged; nothing is restored as fresh, as its age on
our monotonic clock is not known: a value counts again when the next one comes.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.alarms.acknowledging import after_restart
from monitor.clinical.alarms.rate_of_change import past_again
from monitor.clinical.alarms.table import AlarmKind, AlarmPriority, AlarmStage, AlarmState
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import FINAL_STATES, SessionEvent, SessionState
from monitor.clinical.vitals import KINDS, Cadence, Quality, Reading, Vital
from monitor.errors import Conflict
from monitor.store.queries.admissions import placings
from monitor.store.queries.alarms import AlarmRecord, device_alarms_as_they_came
from monitor.store.queries.assessments import AssessmentRecord
from monitor.store.queries.assignments import newest_assignments
from monitor.store.queries.chairs import chairs, devices
from monitor.store.queries.curves import recent_curves
from monitor.store.queries.merges import merges
from monitor.store.queries.patients import Patient, patient_by_hospital_id
from monitor.store.queries.rebuild import OpenSession, open_session, open_sessions
from monitor.store.queries.sessions import SessionEventRecord
from monitor.ward.chairs import Chair
from monitor.ward.course import Course
from monitor.ward.entries import CourseEvent
from monitor.ward.feed import TREND_STEPS
from monitor.ward.hearing import hearing
from monitor.ward.live_session import LiveSession, PatientLabel
from monitor.ward.pump_state import words_again
from monitor.ward.scores import ScoreEntry
from monitor.ward.shown import Seen, ShownAlarm
from monitor.ward.ward import Ward

log = logging.getLogger(__name__)

REPEATED_LATELY = timedelta(minutes=10)  # what a device merely repeats is repeated more often
_SAID_BY_MESSAGES = frozenset({"patient_mismatch", "clock_wrong", "pump_silent"})

Policies = Callable[[Connection, str], ClinicPolicy]  # by SHA-256, from the record


def restore(connection: Connection, policies: Policies, now: datetime, mono_s: float) -> Ward:
    """The whole ward as the record knows it."""
    ward = Ward(
        Chair(chair.id, chair.name, chair.station or "A", chair.bed, chair.position) for chair in chairs(connection)
    )
    ward.merged.update(merges(connection))
    for device in devices(connection):
        ward.bind_device(device.chair_id, device.identifier)
    _hear_the_hospital(connection, ward, now)
    for assigned in newest_assignments(connection):
        ward.chair(assigned.chair_id).assignment = assigned
    for stored in open_sessions(connection):
        live = live_session(stored, policies(connection, stored.session.policy_sha256), now, mono_s)
        try:
            place(ward, live)
        except Conflict:
            log.error("session %d has no chair of its own: it is on the list only", live.id)
            ward.add(live)
            continue
        _know_the_past(ward, live, stored, now, mono_s)
        _draw_the_past(connection, ward.chair(live.chair_id), now)
        _hear_the_devices(connection, ward.chair(live.chair_id), stored)
    return ward


def _hear_the_hospital(connection: Connection, ward: Ward, now: datetime) -> None:
    """Who lies where as the hospital said it, and how those people are shown."""
    for word in placings(connection, now):
        ward.hospital.hear(word)
        known = None if word.bed is None else patient_by_hospital_id(connection, word.hospital_id)
        if known is not None:
            ward.hospital.know(label(known))


def restore_session(
    connection: Connection, session_id: int, policies: Policies, now: datetime, mono_s: float
) -> LiveSession:
    """One session as the record knows it; raises NotFound."""
    stored = open_session(connection, session_id)
    return live_session(stored, policies(connection, stored.session.policy_sha256), now, mono_s)


def place(ward: Ward, live: LiveSession) -> None:
    """Give a session its place: a chair once it is checked in, else the list."""
    if live.course.state is SessionState.SCHEDULED:
        ward.add(live)
    elif live.course.state not in FINAL_STATES:
        ward.seat(live)


def live_session(stored: OpenSession, policy: ClinicPolicy, now: datetime, mono_s: float) -> LiveSession:
    """A session folded from its events, with the alarms that stood."""
    course = Course(state=SessionState(stored.session.state), version=stored.session.version)
    for event in stored.events:
        course.add(course_event(event))
    live = LiveSession(
        id=stored.session.id,
        patient=label(stored.patient),
        chair_id=stored.session.chair_id,
        policy=policy,
        course=course,
        scheduled_for=stored.session.scheduled_for,
        simulated=stored.session.simulated,
        watching_since_mono_s=mono_s,
        assignments=list(stored.assignments),
        allergies=stored.allergies,
    )
    for said in stored.pump:
        reading = Reading(Vital(said.vital), said.value, said.measured_at, said.sub_id, Quality(said.quality))
        live.hear_pump([reading], said.at)
    for word in words_again(stored.pump_events):
        live.pump.states.hear(word)
    for one in stored.assessments:
        live.scores.add(score_entry(one), judged=False)
    for alarm in stored.alarms:
        _stand_again(live, alarm, policy, now, mono_s)
    return live


def course_event(event: SessionEventRecord) -> CourseEvent:
    """A stored event as the course folds it."""
    return CourseEvent(
        version=event.version,
        event=SessionEvent(event.event),
        from_state=SessionState(event.from_state),
        to_state=SessionState(event.to_state),
        at=event.at,
        by=event.by,
        reason=event.reason,
        details=event.details,
        request_id=event.request_id,
        person_id=event.person_id,
    )


def label(patient: Patient) -> PatientLabel:
    """Initials and the last two digits of the hospital id."""
    shown = initials(patient.given_name, patient.family_name)
    return PatientLabel(patient.id, patient.hospital_id, shown, patient.hospital_id[-2:])


def score_entry(one: AssessmentRecord) -> ScoreEntry:
    """A stored score as the ward keeps it."""
    return ScoreEntry(one.id, one.kind, one.items, one.total, one.at)


def initials(given_name: str, family_name: str) -> str:
    """What a live page shows of a name: M.K."""
    return "".join(f"{name[0].upper()}." for name in (given_name, family_name) if name)


def _stand_again(live: LiveSession, alarm: AlarmRecord, policy: ClinicPolicy, now: datetime, mono_s: float) -> None:
    latest = alarm.latest
    if latest is None:
        return
    stage, priority = AlarmStage(latest.state), AlarmPriority(latest.priority)
    vital = None if alarm.vital is None else Vital(alarm.vital)
    kind = AlarmKind(alarm.kind)
    rule = policy.rules_by_id.get(alarm.rule_id)
    group = "" if rule is None else rule.group
    seen = alarm.acknowledgements[-1] if alarm.acknowledgements and stage is not AlarmStage.ACTIVE else None
    over = latest.event in ("ended", "latched")
    if stage is AlarmStage.NORMAL and kind is AlarmKind.TECHNICAL:
        return
    heard = hearing(alarm)
    told = next((event for event in reversed(alarm.events) if event.event != "acknowledged"), latest)
    live.alarms[alarm.id] = ShownAlarm(
        alarm.id, alarm.rule_id, kind, vital, priority, stage, told.words, told.value, told.limit, alarm.raised_at,
        cleared_at=latest.at if over else None,
        seen=None if seen is None else Seen(seen.by, seen.at, _number(seen.value_seen)),
        group=group, silenced=heard.silenced, reach=heard.reach,
    )  # fmt: skip
    if stage is not AlarmStage.NORMAL:
        state = AlarmState(
            alarm.rule_id, kind, stage, vital, alarm.id, priority, told.value, told.limit, told.words, group,
            alarm.raised_at, silenced=heard.silenced, reach=heard.reach,
        )  # fmt: skip
        waited_s = max(0.0, (now - heard.waiting_since_at).total_seconds())
        if rule is not None:
            state = replace(state, past=past_again(rule, priority, told.limit, mono_s))
        live.states[alarm.rule_id] = after_restart(state, mono_s, waited_s)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _hear_the_devices(connection: Connection, chair: Chair, stored: OpenSession) -> None:
    """The devices' own alarms that stood when they were last heard."""
    heard_at: dict[str, datetime] = {}
    for record in stored.newest.values():
        heard_at[record.source] = max(record.received_at, heard_at.get(record.source, record.received_at))
    if heard_at:
        said = device_alarms_as_they_came(connection, stored.session.id, max(heard_at.values()) - REPEATED_LATELY)
    else:  # devices that say nothing but alarms
        said = device_alarms_as_they_came(connection, stored.session.id, stored.session.created_at)
    chair.device_alarms.stand_again(said, heard_at)


def _draw_the_past(connection: Connection, chair: Chair, now: datetime) -> None:
    """The small curves of the last 15 minutes go on where they were."""
    # two buckets a step: every step that had a value has one again, wherever the buckets begin
    vitals = [vital.value for vital in chair.trends]
    curves = recent_curves(connection, chair.id, now, buckets=2 * TREND_STEPS, vitals=vitals)
    for vital, curve in curves.items():
        for at, value in zip(curve.at, curve.value, strict=True):
            if value is not None:
                chair.trends[Vital(vital)].add(at.timestamp(), value)


def _know_the_past(ward: Ward, live: LiveSession, stored: OpenSession, now: datetime, mono_s: float) -> None:
    """Remember each vital's newest value at its true age, so that a message sent again is not news after a restart."""
    chair = ward.chair_of(live.id)
    if chair is None:
        return
    # Found by what a message said: still true until a message says otherwise.
    chair.conditions |= _SAID_BY_MESSAGES & live.states.keys()
    for vital, record in stored.newest.items():
        # By the device's clock or by ours, whichever makes it older: it must not look fresher than it is.
        age_s = max(0.0, (now - record.at).total_seconds(), (now - record.received_at).total_seconds())
        reading = Reading(Vital(vital), record.value, record.measured_at, record.sub_id, Quality(record.quality))
        chair.take([reading], record.at, mono_s - age_s, None)
        if KINDS[reading.vital].cadence is Cadence.CONTINUOUS:
            chair.clock_of(record.source).learn(
                (record.received_at - record.measured_at).total_seconds(), mono_s - age_s
            )
