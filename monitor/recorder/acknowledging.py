"""Acknowledging an alarm. Law: it names what was seen, and silences nothing newer or worse; stored before it counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.alarms.acknowledging import acknowledge
from monitor.clinical.alarms.table import AlarmEvent, AlarmPriority, AlarmStage, Judgement
from monitor.errors import Conflict, NotAllowed, NotFound
from monitor.recorder.acts import AcknowledgeAct
from monitor.recorder.judging import Judging
from monitor.recorder.turn import Turn
from monitor.security.roles import Action, require
from monitor.store.audit import append
from monitor.store.inserts import insert_acknowledgement
from monitor.store.queries.alarms import alarms
from monitor.store.rows import AcknowledgementRow, Act, AuditEntry
from monitor.ward.live_session import LiveSession
from monitor.ward.shown import Seen, ShownAlarm
from monitor.ward.ward import Ward


@dataclass(frozen=True, slots=True)
class _Prepared:
    at: datetime
    saw: str


class Acknowledging:
    """Prepares acknowledgements and applies them once stored."""

    def __init__(self, ward: Ward, judging: Judging) -> None:
        self._ward = ward
        self._judging = judging

    def prepare(self, act: AcknowledgeAct, turn: Turn) -> Act:
        """Check what was seen against what stands now."""
        require(act.person, Action.ACKNOWLEDGE)
        live, alarm = self._find(act)
        if alarm.stage_is_standing:
            self._judge(live, alarm, act, turn.now)  # refuses what is worse or another by now
        elif alarm.priority.rank > _priority(act).rank:
            raise Conflict(f"{alarm.words} became {alarm.priority.upper()} before it ended; look again.")
        if alarm.stage is AlarmStage.ACKNOWLEDGED and alarm.seen is not None and alarm.seen.by == act.person.name:
            known = _Prepared(alarm.seen.at, alarm.seen.saw)
            return lambda connection: known  # acknowledging twice changes nothing
        row = AcknowledgementRow(
            alarm_id=alarm.id,
            at=turn.now,
            person_id=act.person.person_id,
            by=act.person.name,
            priority_seen=act.priority,
            value_seen=act.value,
        )
        audit = AuditEntry(
            at=turn.now,
            actor=act.person.name,
            action="alarm.acknowledge",
            object=f"alarm {alarm.id}",
            person_id=act.person.person_id,
            facts={"session": live.id, "rule": alarm.rule_id, "priority_seen": act.priority, "value_seen": act.value},
        )

        def store(connection: Connection) -> _Prepared:
            if insert_acknowledgement(connection, row):
                append(connection, audit)
            return _Prepared(turn.now, saw(alarm, act.value))

        return store

    def settle(self, act: AcknowledgeAct, answer: object, turn: Turn) -> dict[str, object]:
        """Apply it to the alarm as it stands now; an alarm that got worse meanwhile goes on signalling."""
        if not isinstance(answer, _Prepared):
            raise TypeError(f"not a stored acknowledgement: {answer!r}")
        live, alarm = self._find(act)
        seen = Seen(act.person.name, answer.at, answer.saw)
        chair = self._ward.chair(live.chair_id)
        if alarm.stage_is_standing:
            judgement = self._judge(live, alarm, act, answer.at)
            self._judging.apply(chair, live, judgement, turn, act.person.person_id)
        live.mark_seen(alarm.id, seen)
        turn.changed[chair.id] = chair
        turn.sessions[live.id] = (chair, live)
        return {"id": alarm.id, "state": alarm.stage.value, "acknowledged": {"by": seen.by, "saw": seen.saw}}

    def _find(self, act: AcknowledgeAct) -> tuple[LiveSession, ShownAlarm]:
        live = self._ward.session(act.session_id)
        alarm = live.alarms.get(act.alarm_id)
        if alarm is None:
            raise NotFound("This alarm has ended and was seen; nothing is left to acknowledge.")
        return live, alarm

    def _judge(self, live: LiveSession, alarm: ShownAlarm, act: AcknowledgeAct, at: datetime) -> Judgement:
        return acknowledge(live.states, alarm.rule_id, alarm.id, _priority(act), act.value, at)


def _priority(act: AcknowledgeAct) -> AlarmPriority:
    try:
        return AlarmPriority(act.priority)
    except ValueError as error:
        raise NotAllowed("The priority seen is one of high, medium and low.") from error


def seen_before(connection: Connection, act: AcknowledgeAct) -> dict[str, object]:
    """The answer to the same acknowledgement of an alarm that is over by now; empty when there was none."""
    found = next((one for one in alarms(connection, act.session_id) if one.id == act.alarm_id), None)
    for seen in () if found is None else found.acknowledgements:
        if (seen.by, seen.priority_seen, seen.value_seen) == (act.person.name, act.priority, act.value):
            words = "" if found is None or found.latest is None else found.latest.words
            shown = words if seen.value_seen is None else f"{seen.value_seen:g}"
            return {"id": act.alarm_id, "state": "normal", "acknowledged": {"by": seen.by, "saw": shown}}
    return {}


def saw(alarm: ShownAlarm, value: float | None) -> str:
    """What a person saw, as it is shown afterwards."""
    return alarm.words if value is None else f"{value:g}"


__all__ = ["Acknowledging", "AlarmEvent", "saw"]
