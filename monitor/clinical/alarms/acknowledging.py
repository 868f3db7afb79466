"""What persons and ends do to alarms.

Laws
1. An acknowledgement names what it saw, and is refused when something worse or another alarm stands.
2. Acknowledging twice changes nothing and is no fault.
3. Neither a restart nor the end of a session makes an alarm vanish without an event.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from monitor.clinical.alarms.calling import nearest
from monitor.clinical.alarms.stepping import ended, event_of, moved
from monitor.clinical.alarms.table import (
    AlarmCause,
    AlarmEvent,
    AlarmEventName,
    AlarmPriority,
    AlarmStage,
    AlarmState,
    Judgement,
)
from monitor.errors import Conflict


class AcknowledgementRefused(Conflict):
    """The alarm is not what the person saw; `current` says what stands now."""

    code = "acknowledgement_refused"


def acknowledge(
    states: Mapping[str, AlarmState],
    rule_id: str,
    alarm_id: str,
    seen_priority: AlarmPriority,
    seen_value: float | None,
    at: datetime,
) -> Judgement:
    """A person has seen this alarm at this priority and value; raises AcknowledgementRefused when it is worse now."""
    state = states.get(rule_id)
    if state is None or not state.stands or state.alarm_id != alarm_id:
        raise AcknowledgementRefused("This alarm has ended or is another one now; look again.", _current(state))
    priority = state.priority or seen_priority
    if priority.rank > seen_priority.rank:
        raise AcknowledgementRefused(
            f"{state.words} is now {priority.upper()}; you saw it as {seen_priority.upper()}.", _current(state)
        )
    stage = moved(state, AlarmCause.ACKNOWLEDGED)
    if stage is state.stage:
        return Judgement({})
    known = nearest(replace(state, stage=stage))
    told = replace(
        event_of(known, AlarmEventName.ACKNOWLEDGED, at, "acknowledged by a person", acknowledged=True),
        value=seen_value,
    )
    if stage is AlarmStage.NORMAL:
        over = event_of(known, AlarmEventName.ENDED, at, "acknowledged after it was over", acknowledged=True)
        return Judgement({rule_id: known}, (told, over))
    return Judgement({rule_id: known}, (told,))


def _current(state: AlarmState | None) -> dict[str, object]:
    if state is None:
        return {}
    return {
        "id": state.alarm_id,
        "state": str(state.stage),
        "priority": None if state.priority is None else str(state.priority),
        "value": state.value,
        "words": state.words,
    }


def close_all(states: Mapping[str, AlarmState], at: datetime, cause: str) -> Judgement:
    """The session is over: every alarm that stands ends, with this cause, seen or not."""
    changed: dict[str, AlarmState] = {}
    events: list[AlarmEvent] = []
    for state in states.values():
        if state.stage is AlarmStage.NORMAL:
            continue
        over, event = ended(state, moved(state, AlarmCause.CLOSED), at, cause)
        changed[state.rule_id] = over
        if state.stands:
            events.append(event)
    return Judgement(changed, tuple(events))


def after_restart(state: AlarmState, now_mono_s: float, waited_s: float = 0.0) -> AlarmState:
    """A state read back from the record: monotonic seconds of another run mean nothing, progress waits for a value.

    `waited_s` is how long it has waited for a person by the record: the ladder goes on from there.
    """
    return replace(
        state, value_mono_s=now_mono_s, fresh_until_mono_s=now_mono_s, waiting_since_mono_s=now_mono_s - waited_s
    )
