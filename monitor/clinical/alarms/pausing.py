"""The sound pause of one chair: what it silences, what breaks through, how it ends.

Laws
1. It silences what signals at this moment and nothing else: a new alarm, and one that gets worse, is heard.
2. It ends by itself after the policy's time, or when a person ends it; then what is still there is heard again.
3. It is no acknowledgement: what is shown stays, and the ladder goes on climbing.
4. It is recorded with each alarm it silenced, and so is its end.

Source: CLINICAL.md §3.4 (AUDIO PAUSED: audio off, visual on, at most 2 min, countdown shown), DESIGN.md "Time".
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from monitor.clinical.alarms.stepping import event_of
from monitor.clinical.alarms.table import AlarmEvent, AlarmEventName, AlarmPriority, AlarmState, Judgement

ENDED_BY_TIME = "the sound pause is over"
ENDED_BY_A_PERSON = "a person ended the sound pause"


def pause_audio(states: Mapping[str, AlarmState], at: datetime, pause_s: float) -> Judgement:
    """A person pauses the sound of everything that signals now."""
    changed: dict[str, AlarmState] = {}
    events: list[AlarmEvent] = []
    for state in states.values():
        if state.audible:
            changed[state.rule_id] = silenced = replace(state, silenced=True)
            cause = f"sound paused for {pause_s:g} s by a person"
            events.append(event_of(silenced, AlarmEventName.AUDIO_PAUSED, at, cause))
    return Judgement(changed, tuple(events))


def resume_audio(states: Mapping[str, AlarmState], at: datetime, cause: str) -> Judgement:
    """The pause is over: what it silenced and is still there signals again."""
    changed: dict[str, AlarmState] = {}
    events: list[AlarmEvent] = []
    for state in states.values():
        if state.silenced:
            changed[state.rule_id] = heard = replace(state, silenced=False)
            if heard.audible:
                events.append(event_of(heard, AlarmEventName.RESOUNDED, at, cause, signal=True))
    return Judgement(changed, tuple(events))


def sounding(states: Iterable[AlarmState]) -> AlarmPriority | None:
    """The one priority a station sounds for this chair now: the highest that is heard; None for silence."""
    heard = [state.priority for state in states if state.audible and state.priority is not None]
    return max(heard, key=lambda priority: priority.rank, default=None)
