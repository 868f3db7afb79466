"""What a session log is reckoned from: the stored session, its values, and the limits of each moment.

Law: stored facts only. A running session is told until now, one that is over until its end; what was added to the
record later moves nothing but what it corrects.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.alarms.own_limits import in_force
from monitor.clinical.log.beyond import Stretch
from monitor.clinical.log.summary import SessionSummary, summarised
from monitor.clinical.log.values import Measured, Series, series_of, to_ms
from monitor.clinical.marked_values import MarkedValues
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import FINAL_STATES, SessionState
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched
from monitor.store.queries.alarms import AlarmRecord, alarms
from monitor.store.queries.measured import measured
from monitor.ward.course import Course
from monitor.ward.entries import CourseEvent
from monitor.ward.live_session import LiveSession
from monitor.ward.restore import restore_session

Policies = Callable[[Connection, str], ClinicPolicy]  # by SHA-256, from the record
LEAD_IN = timedelta(hours=1)  # a pressure taken just before somebody checked the patient in is the session's
_SINCE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class LogFacts:
    """One session, whole. `from_at` is when the first of it happened, `until_at` its end, or now while it runs."""

    live: LiveSession
    alarms: tuple[AlarmRecord, ...]
    summary: SessionSummary
    from_at: datetime
    until_at: datetime

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self.live.course.state in FINAL_STATES


def log_facts(connection: Connection, session_id: int, policies: Policies, now: datetime) -> LogFacts:
    """Everything a log of this session says; raises NotFound."""
    live = restore_session(connection, session_id, policies, now, 0.0)
    course, rang = live.course, tuple(alarms(connection, session_id))
    from_at, until_at = _begun_at(live, now), _ended_at(course, now)
    values = _without_marked(measured(connection, session_id, from_at - LEAD_IN, until_at + _SINCE), course.marked)
    summary = summarised(live.policy, stretches(live.policy, course.events), values, rang, from_at, until_at)
    return LogFacts(live, rang, summary, from_at, until_at)


def stretches(policy: ClinicPolicy, events: Sequence[CourseEvent]) -> list[Stretch]:
    """The times of one phase, one baseline and one set of limits, in the order of time."""
    course, found = Course(), []
    stood: tuple[object, ...] = ()
    for event in events:
        course.add(event)
        stands = (course.state, course.baseline, course.own_limits)
        if stands != stood:
            context = Watched(course.state, course.baseline)
            found.append(Stretch(event.at, in_force(policy, course.own_limits), context))
            stood = stands
    return sorted(found, key=lambda one: one.from_at)


def _begun_at(live: LiveSession, now: datetime) -> datetime:
    """When the patient was checked in; while nobody has been, when the session was planned for."""
    happened = [one.at for one in live.course.events if one.to_state is not SessionState.SCHEDULED]
    return min(happened, default=min(live.scheduled_for, now))


def _ended_at(course: Course, now: datetime) -> datetime:
    """The last move of a session that is over, whatever was added to its record later."""
    moves = [one.at for one in course.events if one.to_state is not one.from_state]
    return max(moves) if course.state in FINAL_STATES and moves else now


def _without_marked(values: Mapping[Vital, Measured], marks: Sequence[MarkedValues]) -> dict[Vital, Measured]:
    """The same without what a person marked as artefact, which is counted among the struck."""
    return {vital: _unmarked(one, [m for m in marks if _is_of(m, vital)]) for vital, one in values.items()}


def _is_of(mark: MarkedValues, vital: Vital) -> bool:
    return mark.touches(vital, mark.from_at, mark.to_at)


def _unmarked(one: Measured, marks: Sequence[MarkedValues]) -> Measured:
    if not marks:
        return one
    times = [(to_ms(mark.from_at), to_ms(mark.to_at)) for mark in marks]

    def kept(values: Series) -> Series:
        return series_of(one for one in values.pairs() if not any(low <= one[0] <= high for low, high in times))

    accepted, questionable = kept(one.accepted), kept(one.questionable)
    gone = len(one.accepted) + len(one.questionable) - len(accepted) - len(questionable)
    return replace(one, accepted=accepted, questionable=questionable, struck=one.struck + gone)
