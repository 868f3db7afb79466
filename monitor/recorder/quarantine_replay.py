"""Refused messages read once more, after a mapping, a binding or a source's setting was mended.

Law: the way of a late message: parse, read, whose; the device's time is kept, nothing is live and no alarm is raised.
Every try is recorded with who, when and what came of it; what was charted once is not charted again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.errors import Conflict, NotFound
from monitor.hl7.peers import WRONG_PEER
from monitor.recorder.acts import ReplayQuarantine
from monitor.recorder.reading_again import ReadAgain, ReadingAgain, holds_something
from monitor.recorder.rows_of import unassigned_row
from monitor.recorder.striking import strike
from monitor.recorder.turn import Turn
from monitor.store.audit import append
from monitor.store.inserts import insert_unassigned
from monitor.store.later import LateActRow, LateMessage, insert_late
from monitor.store.queries.chairs import chairs_then
from monitor.store.queries.later import entries_of_act, replays_of, session_at
from monitor.store.queries.merges import hospital_ids_of
from monitor.store.queries.patients import patient
from monitor.store.queries.refused import quarantined, waiting_in_quarantine
from monitor.store.requests import made_for, remember
from monitor.store.rows import Act, AuditEntry
from monitor.ward.unplaced import OTHER_CHAIR_THEN, OTHER_PATIENT
from monitor.ward.ward import Spoken, Ward

AT_ONCE = 500
DONE = ("charted", "unassigned", "nothing")  # after one of these a message is not replayed again

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Replaying:
    """Looks refused messages up, and prepares the act that replays them."""

    ward: Ward
    reading: ReadingAgain

    def look(self, connection: Connection, act: ReplayQuarantine) -> tuple[ReadAgain, ...]:
        """Read the messages again; runs in a native thread. Raises NotFound."""
        if act.quarantine_id is not None:
            kept = quarantined(connection, act.quarantine_id)
            if kept is None:
                raise NotFound("There is no such refused message.")
            found = [kept]
        else:
            found = waiting_in_quarantine(connection, act.of_reason or "", DONE, AT_ONCE)
        return tuple(self.reading.read(one.id, one.received_at, one.peer, one.raw) for one in found)

    def replay(self, act: ReplayQuarantine, messages: tuple[ReadAgain, ...], turn: Turn) -> Act:
        """The stored act; it answers what came of each message."""
        whose = {one.id: self._whose(one) for one in messages}

        def store(connection: Connection) -> Json:
            before = made_for(connection, act.request)
            if before is not None:
                return _told(connection, before)
            done = {
                number
                for number, replays in replays_of(connection, whose).items()
                if any(one.outcome in DONE for one in replays)
            }
            if act.quarantine_id in done:
                raise Conflict("This message was replayed before; what came of it stands in the list.")
            fates = [_fate(connection, one, whose[one.id]) for one in messages if one.id not in done]
            row = LateActRow(
                "replayed", None, None, turn.now, act.person.person_id, act.person.name, act.note or "replay"
            )
            act_id, _ = insert_late(connection, row, fates)
            remember(connection, act.request, act_id)
            about = "quarantine" if act.quarantine_id is None else f"quarantine {act.quarantine_id}"
            facts = {"messages": len(fates), "charted": sum(one.outcome == "charted" for one in fates)}
            append(
                connection,
                AuditEntry(turn.now, act.person.name, "quarantine.replay", about, act.person.person_id, facts),
            )
            return _told(connection, act_id)

        return store

    def replayed(self, messages: tuple[ReadAgain, ...], answer: object, turn: Turn) -> Json:
        """What is answered; of the live picture only what was taken back changes."""
        if not isinstance(answer, dict):
            raise TypeError(f"not an answer of a replay: {answer!r}")
        charted = {one["quarantine_id"]: one["chair_id"] for one in answer["outcomes"] if one["outcome"] == "charted"}
        for one in messages:
            if one.device is not None and one.device.withdrawals and one.id in charted:
                strike(self.ward.chair(charted[one.id]), one.device.withdrawals, turn)
        return answer

    def _whose(self, one: ReadAgain) -> Spoken | str:
        if one.device is None:
            return one.refusal
        return self.ward.whose(one.device.bed, one.device.device_id, one.device.source)


def _fate(connection: Connection, one: ReadAgain, whose: Spoken | str) -> LateMessage:
    """What becomes of one message."""
    device = one.device
    if device is None:
        return LateMessage("refused", one.refusal, quarantine_id=one.id)
    if one.of_wrong_peer:
        return LateMessage("refused", WRONG_PEER, quarantine_id=one.id)
    if device.admission is not None:
        words = "an admission is not replayed: it might undo a newer one; have the hospital send it again"
        return LateMessage("refused", words, quarantine_id=one.id)
    if not holds_something(device):
        return LateMessage("nothing", "it holds nothing to chart", quarantine_id=one.id)
    return _nobodys(connection, one, whose) if isinstance(whose, str) else _charted(connection, one, whose)


def _charted(connection: Connection, one: ReadAgain, whose: Spoken) -> LateMessage:
    """On the chair it speaks for, in the session that sat there when it was measured."""
    chair_id, at = whose.chair.id, one.newest_at or one.received_at
    if not _was_there(connection, one, chair_id):
        return _nobodys(connection, one, OTHER_CHAIR_THEN)
    span = session_at(connection, chair_id, at)
    if span is not None and not _is_theirs(connection, one, span.session.patient_id, simulated=span.session.simulated):
        return _nobodys(connection, one, f"{OTHER_PATIENT} then")
    session_id = None if span is None else span.session.id
    return LateMessage(
        outcome="charted",
        quarantine_id=one.id,
        chair_id=chair_id,
        session_id=session_id,
        readings=one.readings(chair_id, session_id),
        device_alarms=one.alarms(chair_id, session_id),
        pump_events=one.pump_events(chair_id, session_id),
        withdrawals=one.withdrawals(chair_id, session_id),
    )


def _nobodys(connection: Connection, one: ReadAgain, reason: str) -> LateMessage:
    if one.device is not None:
        insert_unassigned(connection, unassigned_row(one.device, one.raw, one.received_at, one.peer, reason))
    return LateMessage("unassigned", reason, quarantine_id=one.id)


def _was_there(connection: Connection, one: ReadAgain, chair_id: int) -> bool:
    """Whether nothing says that what sent it spoke for another chair then; what was unknown then is today's chair's."""
    if one.device is None:
        return False
    then: set[int] = set()
    at: datetime = one.received_at
    for identifier in (one.device.bed, one.device.device_id):
        if identifier:
            then |= chairs_then(connection, identifier, at)
    return then <= {chair_id}


def _is_theirs(connection: Connection, one: ReadAgain, patient_id: int, *, simulated: bool) -> bool:
    device = one.device
    if device is None or (device.simulated and not simulated):
        return False
    own = patient(connection, patient_id).hospital_id
    return not device.patient_known or device.patient_id in hospital_ids_of(connection, own)


def _told(connection: Connection, act_id: int) -> Json:
    entries = entries_of_act(connection, act_id)
    return {
        "id": act_id,
        "replayed": len(entries),
        "outcomes": [
            {
                "quarantine_id": one.quarantine_id,
                "outcome": one.outcome,
                "detail": one.detail,
                "values": one.charted,
                "chair_id": one.chair_id,
                "session_id": one.session_id,
            }
            for one in entries
        ],
    }
