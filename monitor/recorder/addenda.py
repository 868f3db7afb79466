"""What is added to the record of a session that is over: addenda, adverse events that became known later, their end.

Law: it moves nothing and no live picture knows it; role, state and version are checked inside the transaction, and it
is signed there: what was signed before stays as it is.
"""

from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.session import FINAL_STATES, SessionEvent, SessionState, next_state
from monitor.errors import Conflict, NotFound, Refused
from monitor.recorder.acts import ActDone, Proof, SessionAct
from monitor.recorder.preparing import check_resolved, check_told
from monitor.recorder.review_causes import review_after_addition
from monitor.recorder.sealing import Seal, Signed
from monitor.recorder.storing_events import record_event
from monitor.recorder.turn import Turn
from monitor.security.roles import action_of_event, require
from monitor.security.signatures import Meaning
from monitor.store.queries.sessions import SessionRecord, session_events, session_head
from monitor.store.rows import Act, SessionEventRow
from monitor.ward.restore import course_event

AFTERWARDS = {
    SessionEvent.ADDENDUM: Meaning.ADDENDUM,
    SessionEvent.RECORD_ADVERSE_EVENT: Meaning.LATE_ADVERSE_EVENT,
    SessionEvent.RESOLVE_ADVERSE_EVENT: Meaning.LATE_ADVERSE_EVENT,
}


def add_afterwards(act: SessionAct, seal: Seal, turn: Turn) -> Act:
    """What is stored for an event of a session that is over; the table refuses what is not known later."""
    require(act.person, action_of_event(act.event))
    if act.proof is not Proof.ENTERED_AGAIN:
        raise Refused("The session is over: what is added is signed with your password.", ("password",))
    if act.at is not None and act.at > turn.now:
        raise Refused("What is added cannot be timed in the future.", ("at",))

    def store(connection: Connection) -> ActDone:
        head = session_head(connection, act.session_id)
        if head is None:
            raise NotFound("There is no such session.")
        state = SessionState(head.state)
        if state not in FINAL_STATES or head.version != act.expected_version:
            current: dict[str, object] = {"version": head.version, "state": head.state}
            raise Conflict(f"Somebody else acted first: the session is now {state}.", current)
        _check(connection, act, act.at or turn.now)
        row = _row(act, head, turn)
        written = record_event(connection, row)
        if not written.replayed:
            seal.give(connection, _signed(act, row, written.version))
            review_after_addition(connection, row, written.version)
        return ActDone(written.version, written.state)

    return store


def _row(act: SessionAct, head: SessionRecord, turn: Turn) -> SessionEventRow:
    state = SessionState(head.state)
    return SessionEventRow(
        session_id=act.session_id,
        request_id=act.request_id,
        expected_version=act.expected_version,
        event=act.event,
        from_state=state.value,
        to_state=next_state(state, SessionEvent(act.event)).value,
        at=act.at or turn.now,
        recorded_at=turn.now,
        person_id=act.person.person_id,
        by=act.person.name,
        role=act.person.role,
        reason=act.reason,
        details=act.details,
    )


def _check(connection: Connection, act: SessionAct, at: datetime) -> None:
    """The same is asked of an adverse event and its end as while the session ran, of the record."""
    if act.event == SessionEvent.RECORD_ADVERSE_EVENT:
        check_told(act, at)
    if act.event == SessionEvent.RESOLVE_ADVERSE_EVENT:
        check_resolved([course_event(one) for one in session_events(connection, act.session_id)], act, at)


def _signed(act: SessionAct, row: SessionEventRow, version: int) -> Signed:
    """The signature under what was added: the text itself, and the version of the record it makes."""
    added = {"kind": row.event, "version": version, "at": row.at.isoformat(), "details": dict(row.details)}
    meaning = AFTERWARDS[SessionEvent(row.event)]
    return Signed(act.session_id, act.request_id, act.person, meaning, added, row.recorded_at)
