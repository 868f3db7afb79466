"""Unassigned messages given to a session or a chair later, by a named person.

Law: never by guess and never twice; nothing of it is live, no alarm is raised, and no gate is opened by it. A session
of another known patient refuses outright; an identifier nobody knows needs a reason of its own.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.errors import NotFound, Refused
from monitor.recorder.acts import AssignUnassigned
from monitor.recorder.reading_again import ReadAgain, ReadingAgain, holds_something
from monitor.recorder.striking import strike
from monitor.recorder.turn import Turn
from monitor.store.audit import append
from monitor.store.later import LateActRow, LateMessage, insert_late
from monitor.store.queries.later import SessionTime, entries_of_act, time_of
from monitor.store.queries.merges import hospital_ids_of
from monitor.store.queries.patients import patient, patient_by_hospital_id
from monitor.store.queries.refused import waiting_unassigned
from monitor.store.queries.sessions import session_head
from monitor.store.requests import made_for, remember
from monitor.store.rows import Act, AuditEntry
from monitor.ward.ward import Ward

AT_ONCE = 1000  # messages an act; the answer says how many remain

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an act found: the messages as they read now, and how many more wait."""

    messages: tuple[ReadAgain, ...]
    remaining: int


@dataclass(frozen=True, slots=True)
class Assigning:
    """Looks messages up, and prepares the act that assigns them."""

    ward: Ward
    reading: ReadingAgain

    def look(self, connection: Connection, act: AssignUnassigned) -> Waiting:
        """Read the oldest waiting messages again; runs in a native thread."""
        found, remaining = waiting_unassigned(connection, act.whose, AT_ONCE)
        read = tuple(self.reading.read(one.id, one.received_at, one.peer, one.raw) for one in found)
        return Waiting(read, remaining)

    def assign(self, act: AssignUnassigned, waiting: Waiting, turn: Turn) -> Act:
        """The stored act; it answers how many messages found their place, and why others did not."""
        if act.chair_id is not None:
            self.ward.chair(act.chair_id)

        def store(connection: Connection) -> Json:
            before = made_for(connection, act.request)
            if before is not None:
                return _told(connection, before, Placed(), waiting)
            if not waiting.messages:
                raise Refused("There is no unassigned message of this device that still waits.", ("source", "bed"))
            placed = _placed(connection, act, waiting)
            row = LateActRow(
                *("assigned", act.chair_id, act.session_id, turn.now, act.person.person_id, act.person.name),
                *(act.reason, act.override_reason),
            )
            act_id, _ = insert_late(connection, row, placed.messages)
            remember(connection, act.request, act_id)
            facts = {"messages": len(placed.messages), "override": act.override_reason is not None}
            about = f"chair {act.chair_id}" if act.session_id is None else f"session {act.session_id}"
            append(
                connection,
                AuditEntry(turn.now, act.person.name, "readings.assign", about, act.person.person_id, facts),
            )
            return _told(connection, act_id, placed, waiting)

        return store

    def assigned(self, act: AssignUnassigned, waiting: Waiting, answer: object, turn: Turn) -> Json:
        """Have an open page of the session look again; what was taken back leaves the screen."""
        if not isinstance(answer, dict):
            raise TypeError(f"not an answer of an assignment: {answer!r}")
        live = None if act.session_id is None else self.ward.sessions().get(act.session_id)
        if live is not None:
            turn.sessions[live.id] = (self.ward.chair(live.chair_id), live)
        chair_id = act.chair_id if live is None else live.chair_id
        for one in waiting.messages:
            if chair_id is not None and one.device is not None and one.device.withdrawals:
                strike(self.ward.chair(chair_id), one.device.withdrawals, turn)
        return answer


@dataclass(frozen=True, slots=True)
class Placed:
    """The messages that have found their place, and how many have not: measured outside the session, or unreadable."""

    messages: tuple[LateMessage, ...] = ()
    outside: int = 0
    unreadable: int = 0


def _placed(connection: Connection, act: AssignUnassigned, waiting: Waiting) -> Placed:
    span = None if act.session_id is None else _session(connection, act.session_id)
    chair_id = span.session.chair_id if span is not None else act.chair_id
    if chair_id is None:
        raise Refused("Say which chair or which session.", ("chair_id", "session_id"))
    placed, outside, unreadable = [], 0, 0
    for one in waiting.messages:
        if one.device is None or not holds_something(one.device):
            unreadable += 1
        elif span is not None and one.newest_at is not None and not span.holds(one.newest_at):
            outside += 1
        else:
            if span is not None:
                _require_same_patient(connection, act, span, one)
            placed.append(
                LateMessage(
                    outcome="charted",
                    unassigned_id=one.id,
                    chair_id=chair_id,
                    session_id=act.session_id,
                    readings=one.readings(chair_id, act.session_id),
                    device_alarms=one.alarms(chair_id, act.session_id),
                    pump_events=one.pump_events(chair_id, act.session_id),
                    withdrawals=one.withdrawals(chair_id, act.session_id),
                )
            )
    return Placed(tuple(placed), outside, unreadable)


def _session(connection: Connection, session_id: int) -> SessionTime:
    head = session_head(connection, session_id)
    if head is None:
        raise NotFound("There is no such session.")
    span = time_of(connection, head)
    if span is None:
        raise Refused("Nobody has checked this patient in yet: nothing can have been measured in it.", ("check_in",))
    return span


def _require_same_patient(connection: Connection, act: AssignUnassigned, span: SessionTime, one: ReadAgain) -> None:
    device = one.device
    if device is None:
        return
    if device.simulated and not span.session.simulated:
        raise Refused("These readings are simulated; the session is a real patient's.", ("session_id",))
    if not device.patient_known or device.patient_id is None:
        return
    if device.patient_id in hospital_ids_of(connection, patient(connection, span.session.patient_id).hospital_id):
        return
    known = patient_by_hospital_id(connection, device.patient_id)
    if known is not None and known.id != span.session.patient_id:
        raise Refused(
            "These messages name another patient of this clinic; they are not this session's.", ("session_id",)
        )
    if known is None and not act.override_reason:
        raise Refused(
            "These messages name a patient identifier that is not this patient's. If they are, say why.",
            ("override_reason",),
        )


def _told(connection: Connection, act_id: int, placed: Placed, waiting: Waiting) -> Json:
    entries = entries_of_act(connection, act_id)
    return {
        "id": act_id,
        "assigned": len(entries),
        "values": sum(entry.charted for entry in entries),
        "outside": placed.outside,
        "unreadable": placed.unreadable,
        "remaining": waiting.remaining,
        "last_id": max((one.id for one in waiting.messages), default=None),
    }
