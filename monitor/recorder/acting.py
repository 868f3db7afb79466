"""Session events: a person's act on one session, from the table to the record to the live picture.

Law: role, state table, version and guards are checked before the transaction, the version again inside it; the live
picture follows only what was stored. The same request twice has one effect.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.preparation.start_gate import Notice
from monitor.clinical.scores.ctcae import GONE, check_grade
from monitor.clinical.session import (
    FINAL_STATES,
    SessionEvent,
    SessionState,
    next_state,
)
from monitor.errors import Conflict, NotAllowed, Refused
from monitor.recorder.acts import ActDone, SessionAct
from monitor.recorder.bookings import Bookings
from monitor.recorder.conflicts import changed_meanwhile, version_and_state
from monitor.recorder.correcting import EARLIEST, correction_details
from monitor.recorder.dose_rails import dose_details, weighed
from monitor.recorder.judging import Judging
from monitor.recorder.leaving import LEAVINGS, open_when_leaving
from monitor.recorder.limit_rails import check_limits, limits_changed
from monitor.recorder.order_changes import with_bag
from monitor.recorder.preparing import check_entry
from monitor.recorder.series_check import of_moved
from monitor.recorder.series_orders import adopted, may_adopt
from monitor.recorder.start_check import Asked
from monitor.recorder.stored_guards import FUTURE, STORED_GUARDS
from monitor.recorder.storing_events import Stored, event_as_told, store_event
from monitor.recorder.turn import Turn
from monitor.security.roles import action_of_event, may, spoken
from monitor.store.rows import Act, SessionEventRow
from monitor.ward.admission import difference_of
from monitor.ward.apnoea import notices
from monitor.ward.chairs import Chair
from monitor.ward.course import Course
from monitor.ward.entries import MOVES_THE_RATE, CourseEvent
from monitor.ward.live_session import LiveSession
from monitor.ward.restore import place
from monitor.ward.ward import Ward

NEEDS_REASON = frozenset(
    {SessionEvent.HOLD, SessionEvent.CANCEL, SessionEvent.TRANSFER, SessionEvent.LEAVE_AGAINST_ADVICE,
     SessionEvent.PAUSE_MONITORING, SessionEvent.CHANGE_LIMITS, SessionEvent.OVERRIDE_STOP, SessionEvent.MARK_ARTEFACT,
     SessionEvent.MARK_VALUES,
     SessionEvent.CONFIRM_PATIENT, SessionEvent.CORRECT_ENTRY}
)  # fmt: skip


class Acting:
    """Prepares session events and folds them into the ward once stored."""

    def __init__(self, ward: Ward, judging: Judging, bookings: Bookings) -> None:
        self._ward = ward
        self._judging = judging
        self._bookings = bookings

    def is_running(self, session_id: int) -> bool:
        """Whether the live picture knows this session; one that is over, only the record knows."""
        return session_id in self._ward.sessions()

    def notices(self, session_id: int, mono_s: float) -> tuple[Notice, ...]:
        """What must be known of the session's chair before drug runs; nothing once the session is over."""
        live = self._ward.sessions().get(session_id)
        if live is None:
            return ()
        chair = self._ward.chair(live.chair_id)
        return tuple(Notice(one["id"], one["words"]) for one in notices(chair, live.policy, mono_s))

    def done_before(self, act: SessionAct) -> ActDone | None:
        """What this very request did when it was first made."""
        live = self._ward.session(act.session_id)
        for event in live.course.events:
            if event.request_id == act.request_id:
                if event.event.value != act.event:
                    raise Conflict("This request id belongs to another act.", version_and_state(live))
                return ActDone(event.version, event.to_state.value)
        return None

    def prepare(self, act: SessionAct, turn: Turn) -> Act:
        """Check the act against what stands now; returns what is to be stored."""
        live = self._ward.session(act.session_id)
        event = SessionEvent(act.event)
        _check_role(act, event)
        done = self.done_before(act)
        if done is not None:
            return lambda connection: done  # the same request, stored while this one waited for its turn
        if act.expected_version != live.course.version:
            raise changed_meanwhile(live, act.expected_version)
        to_state = next_state(live.course.state, event)
        act = with_bag(live, act)
        at = min(act.at or turn.now, turn.now)  # a clock that runs ahead times nothing into the future
        self._check(live, act, event, at, turn.now)
        dose, beyond = _dose_of(live, act, event, at)
        details = {**self._details_of(live, act, event, turn.now), **dose}
        row = SessionEventRow(
            session_id=live.id,
            request_id=act.request_id,
            expected_version=act.expected_version,
            event=event.value,
            from_state=live.course.state.value,
            to_state=to_state.value,
            at=at,
            recorded_at=turn.now,
            person_id=act.person.person_id,
            by=act.person.name,
            role=act.person.role,
            reason=act.reason,
            details=details,
        )
        _check_details(row)
        asked = Asked(live, row, turn.now, chair=bool(self._ward.chair(live.chair_id).bed))
        guard = self._guard(event, asked)

        def store(connection: Connection) -> Stored:
            if guard is not None:
                guard(connection)
            if beyond is not None:
                raise beyond
            seen = _seen_in_record(connection, asked, act)
            return store_event(connection, replace(row, details={**details, **seen}), live.policy)

        return store

    def settle(self, act: SessionAct, answer: object, turn: Turn) -> ActDone:
        """Fold the stored event into the live session, with what follows from it for alarms and chairs."""
        if isinstance(answer, ActDone):
            return answer
        if not isinstance(answer, Stored):
            raise TypeError(f"not a stored event: {answer!r}")
        live = self._ward.session(act.session_id)
        if answer.written.replayed or answer.written.version <= live.course.version:
            return ActDone(answer.written.version, answer.written.state)
        event = event_as_told(answer.row, answer.written.version)
        if event.event is SessionEvent.RESCHEDULE:
            self._move(live, event, turn)
        self.happened(live, event, turn, act.person.person_id)
        return ActDone(live.course.version, live.course.state.value)

    def _move(self, live: LiveSession, event: CourseEvent, turn: Turn) -> None:
        """An appointment lies on another chair or time."""
        left = self._ward.chair(live.chair_id)
        live.chair_id = int(str(event.details["chair_id"]))
        live.scheduled_for = datetime.fromisoformat(str(event.details["scheduled_for"]))
        live.simulated = event.details["simulated"] is True
        turn.changed[left.id] = left

    def happened(self, live: LiveSession, event: CourseEvent, turn: Turn, person_id: int | None) -> None:
        """Fold a stored event into the live session, with what follows from it for alarms and chairs."""
        before = live.course.state
        live.course.add(event)
        self._hear(live, event.event, turn, person_id)
        self.follow(live, before, turn)

    def _hear(self, live: LiveSession, event: SessionEvent, turn: Turn, person_id: int | None) -> None:
        """What an event changes in what is heard."""
        chair = self._ward.chair(live.chair_id)
        if event is SessionEvent.PAUSE_AUDIO:
            self._judging.pause_audio(chair, live, turn, person_id)
        elif event is SessionEvent.RESUME_AUDIO:
            self._judging.resume_audio(chair, live, turn, person_id)
        elif event is SessionEvent.CHANGE_LIMITS:
            limits_changed(self._judging, chair, live, turn, person_id)

    def follow(self, live: LiveSession, before: SessionState, turn: Turn) -> None:
        """What a new state means for the chair and its alarms."""
        chair = self._ward.chair(live.chair_id)
        state = live.course.state
        if before is SessionState.SCHEDULED and state is SessionState.PREPARING:
            live.watching_since_mono_s = turn.mono_s
            place(self._ward, live)
        if not live.is_watched and _stopped_watching(live):
            self._judging.close(
                chair, live, turn, f"the session is {state}" if state in FINAL_STATES else "no monitoring"
            )
        turn.changed[chair.id] = chair
        turn.sessions[live.id] = (chair, live)
        if state in FINAL_STATES:
            self._ward.release(live.id)

    def _guard(self, event: SessionEvent, asked: Asked) -> Callable[[Connection], None] | None:
        """What only the record can answer of this event."""
        if event is SessionEvent.RESCHEDULE:
            return self._may_move(asked)
        guard = STORED_GUARDS.get(event)
        return None if guard is None else lambda connection: guard(connection, asked)

    def _may_move(self, asked: Asked) -> Callable[[Connection], None]:
        free = self._bookings.of_move(asked.live, asked.row.details, asked.now)
        fits = of_moved(asked.row, self._bookings.zone)

        def ask(connection: Connection) -> None:
            free(connection)
            fits(connection)

        return ask

    def _details_of(
        self, live: LiveSession, act: SessionAct, event: SessionEvent, now: datetime
    ) -> Mapping[str, object]:
        if event is SessionEvent.RESCHEDULE:
            return self._bookings.moved(live, act, now)
        return _details_of(live, act, event, now)

    def _check(self, live: LiveSession, act: SessionAct, event: SessionEvent, at: datetime, now: datetime) -> None:
        if event is SessionEvent.DISCHARGE:
            raise Refused("A discharge is signed, never only entered.", ("signature",))
        if event in NEEDS_REASON and not (act.reason or "").strip():
            raise Refused("A reason is needed.", ("reason",))
        if act.at is not None and not now - EARLIEST <= act.at <= now + FUTURE:
            raise Refused("The time of an entry must lie within the last 12 hours.", ("at",))
        _check_order(live, event, at)
        chair = self._ward.chair(live.chair_id)
        if event is SessionEvent.CHECK_IN and chair.session is not None:
            raise Conflict(f"Chair {chair.name} is taken by another session.", version_and_state(live))
        if event is SessionEvent.CONFIRM_PATIENT:
            _check_answer(live, chair, act)
        if event is SessionEvent.SYMPTOM:
            check_grade(str(act.details.get("symptom", "")), int(str(act.details.get("grade", GONE))))
        if event is SessionEvent.ADOPT_ORDER:
            may_adopt(live, act.person)
        check_limits(live, act, event)
        check_entry(live, act, event, at)


def _seen_in_record(connection: Connection, asked: Asked, act: SessionAct) -> Mapping[str, object]:
    """What only the record can add to an event."""
    event = SessionEvent(act.event)
    if event is SessionEvent.RECORD_WEIGHT:
        return weighed(connection, asked.live, act)
    if event is SessionEvent.ADOPT_ORDER:
        return adopted(connection, asked.live, act)
    return open_when_leaving(connection, asked) if event in LEAVINGS else {}


def _dose_of(
    live: LiveSession, act: SessionAct, event: SessionEvent, at: datetime
) -> tuple[dict[str, object], Refused | None]:
    """What the rails of dose say; a start is told of them only when nothing else is missing."""
    if event is SessionEvent.CORRECT_ENTRY:
        return {}, None  # asked of what it says instead
    try:
        return dose_details(live, act, event, at), None
    except Refused as refusal:
        if event is not SessionEvent.START:
            raise
        return {}, refusal


def _details_of(live: LiveSession, act: SessionAct, event: SessionEvent, now: datetime) -> Mapping[str, object]:
    """What the event says; of a pause the policy says how long it lasts, and the ward what it silences."""
    if event is SessionEvent.PAUSE_MONITORING:
        return {**act.details, "pause_s": live.policy.freshness.pause_monitoring_s}
    if event is SessionEvent.PAUSE_AUDIO:
        silenced = sorted(state.alarm_id for state in live.states.values() if state.audible)
        return {**act.details, "pause_s": live.policy.signalling.audio_pause_s, "silenced": silenced}
    return correction_details(live, act, now) if event is SessionEvent.CORRECT_ENTRY else act.details


def _stopped_watching(live: LiveSession) -> bool:
    """Whether the last event ended the watching; one after it must not end the alarm of a score entered since."""
    return live.course.state in FINAL_STATES or live.course.events[-1].event is SessionEvent.END_MONITORING


def _check_order(live: LiveSession, event: SessionEvent, at: datetime) -> None:
    """What changes the rate cannot have happened before the last change: the dose given is a sum over them in order."""
    rates = live.course.rates
    if event in MOVES_THE_RATE and rates and at < rates[-1].at:
        raise Refused(f"The rate was changed at {rates[-1].at:%H:%M} UTC; this cannot lie before it.", ("at",))


def _check_answer(live: LiveSession, chair: Chair, act: SessionAct) -> None:
    """An answer is given to the word that was seen: a newer one may say something else."""
    found = difference_of(chair)
    if found is None:
        raise Refused("Nothing the hospital says differs from this session now.", ("said",))
    if act.details.get("said") != found.word.number:
        raise Conflict("The hospital has said something newer of this patient or bed.", version_and_state(live))


def _check_details(row: SessionEventRow) -> None:
    """What cannot be folded must never be stored: the session could not be read again after a restart."""
    if row.event == SessionEvent.CAPTURE_BASELINE and not row.details:
        return  # computed inside the transaction
    try:
        Course().add(event_as_told(row, row.expected_version + 1))
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(f"This entry is not complete: {error}.", ("details",)) from error


def _check_role(act: SessionAct, event: SessionEvent) -> None:
    if not may(act.person, action_of_event(event.value)):
        raise NotAllowed(f"A {spoken(act.person.role)} may not do this: {event.replace('_', ' ')}.")
