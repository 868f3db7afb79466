"""NEWS2 of a session as the record knows it. Law: the same set and the same rules as the live alarm; a session that is
over is scored as of its end.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection

from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.scores.news2 import News2, Taken, news2
from monitor.clinical.session import FINAL_STATES, SessionState
from monitor.clinical.vitals import Quality, Vital
from monitor.store.queries.assessments import assessments
from monitor.store.queries.readings import ReadingRecord, last_readings, session_readings
from monitor.store.queries.sessions import SessionHistory, session
from monitor.ward.course import Course
from monitor.ward.news2 import MeasuredSet, news2_facts, set_at
from monitor.ward.restore import course_event, score_entry
from monitor.ward.scores import Scores

Policies = Callable[[Connection, str], ClinicPolicy]  # by SHA-256, from the record
MEASURED_BEFORE = timedelta(hours=1)  # a pressure taken just before somebody checked the patient in is the session's
_MEDIANS = (Vital.RR, Vital.SPO2, Vital.HR, Vital.PR)


def recorded_news2(connection: Connection, session_id: int, policies: Policies, now: datetime) -> News2:
    """NEWS2 as of now; raises NotFound."""
    history = session(connection, session_id)
    policy = policies(connection, history.session.policy_sha256)
    course, scores = Course(), Scores()
    for event in history.events:
        course.add(course_event(event))
    for one in assessments(connection, session_id):
        scores.add(score_entry(one))
    as_of = _as_of(course, now)
    measured = _measured(connection, history, policy.news2.near_nibp_s, as_of)
    return news2(news2_facts(measured, scores, course, policy.news2, as_of), policy.news2, as_of)


def _as_of(course: Course, now: datetime) -> datetime:
    over = SessionState(course.state) in FINAL_STATES
    return course.state_since_at if over and course.state_since_at is not None else now


def _measured(connection: Connection, history: SessionHistory, near_s: float, until_at: datetime) -> MeasuredSet:
    since_at = min((event.at for event in history.events), default=None)
    if since_at is None:
        return MeasuredSet()
    since_at -= MEASURED_BEFORE
    systolic = _newest(connection, history, Vital.NIBP_SYS, since_at, until_at)
    temp_cel = _newest(connection, history, Vital.TEMP, since_at, until_at)
    if systolic is None:
        return MeasuredSet(temp_cel=temp_cel)
    found: dict[Vital, list[float]] = {}
    from_at = systolic.at - timedelta(seconds=near_s)
    for one in session_readings(connection, history.session.id, from_at, systolic.at, [str(v) for v in _MEDIANS]):
        if one.quality == Quality.ACCEPTED:
            found.setdefault(Vital(one.vital), []).append(one.value)

    def taken(vital: Vital) -> Taken | None:
        return Taken(median(found[vital]), systolic.at) if vital in found else None

    return set_at(systolic, taken, temp_cel)


def _newest(
    connection: Connection, history: SessionHistory, vital: Vital, since_at: datetime, until_at: datetime
) -> Taken | None:
    """The newest accepted value; one whose newest is implausible has none, as on the live chair."""
    head = history.session
    found: list[ReadingRecord] = last_readings(connection, head.chair_id, vital.value, 1, since_at, session_id=head.id)
    newest = found[-1] if found else None
    if newest is None or newest.quality != Quality.ACCEPTED or newest.at > until_at + timedelta(seconds=1):
        return None
    return Taken(newest.value, newest.at)
