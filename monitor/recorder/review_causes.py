"""What an event of a session says about a review: its end with all that happened before, or what is added afterwards.

Law: asked inside the transaction that stores the event, of the record alone.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from monitor.clinical.adverse_events import AdverseEvent, adverse_event
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.review import Cause, Why, high_spells, unanswered
from monitor.clinical.session import FINAL_STATES, SessionEvent, SessionState
from monitor.store.queries.alarms import alarms
from monitor.store.queries.sessions import session_events
from monitor.store.reviews import ask_for_review, ask_for_review_again
from monitor.store.rows import SessionEventRow
from monitor.ward.adverse_events import adverse_events
from monitor.ward.restore import course_event

_ENDS = {SessionEvent.LEAVE_AGAINST_ADVICE: Why.LEFT, SessionEvent.TRANSFER: Why.TRANSFERRED}


def review_after_end(connection: Connection, row: SessionEventRow, policy: ClinicPolicy) -> None:
    """Ask for a review of a session that this event has just ended, when something in it asks for one."""
    if SessionState(row.to_state) in FINAL_STATES:
        causes = [*_of_end(row), *_of_course(connection, row, policy)]
        ask_for_review(connection, row.session_id, causes, row.recorded_at)


def review_after_addition(connection: Connection, row: SessionEventRow, version: int) -> None:
    """The same for what is added to the record of a session that is over."""
    if row.event == SessionEvent.RECORD_ADVERSE_EVENT:
        one = adverse_event(row.details, version=version, onset_at=row.at, by=row.by)
        if one.needs_review:
            ask_for_review(connection, row.session_id, [_adverse(one)], row.recorded_at)
            return
    added = Cause(Why.ADDED, {"event": row.event, "version": version})
    ask_for_review_again(connection, [row.session_id], added, row.recorded_at)


def _of_end(row: SessionEventRow) -> Iterator[Cause]:
    why = _ENDS.get(SessionEvent(row.event))
    if why is not None:
        yield Cause(why)
    if row.event == SessionEvent.DISCHARGE and row.details.get("overridden"):
        yield Cause(Why.OVERRIDDEN, {"criteria": row.details["overridden"]})


def _of_course(connection: Connection, row: SessionEventRow, policy: ClinicPolicy) -> Iterator[Cause]:
    events = [course_event(event) for event in session_events(connection, row.session_id)]
    for one in adverse_events(events):
        if one.needs_review:
            yield _adverse(one)
    spells = [spell for alarm in alarms(connection, row.session_id) for spell in high_spells(alarm)]
    yield from unanswered(spells, row.recorded_at, policy.review)


def _adverse(one: AdverseEvent) -> Cause:
    return Cause(Why.ADVERSE_EVENT, {"id": one.version, "term": one.term, "grade": one.grade})
