"""Who is called when nobody answers, and who is reminded of what they acknowledged.

Laws
1. The ladder is a plain timer on the monotonic clock, from the signal on; only an acknowledgement, or the end, stops
   it: a sound pause does not, a latch does not.
2. It climbs and never goes down; a worse priority starts its timer anew and keeps whom it has reached.
3. A reminder is one more signal of an alarm that is acknowledged and still present; the acknowledgement stands.
4. What pause_monitoring keeps quiet calls nobody and reminds nobody.

Source: DESIGN.md "Time" (escalation of an unacknowledged High), CLINICAL.md §3.5 (re-alarm 2 or 3 min), §3.6.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from monitor.clinical.alarms.stepping import event_of
from monitor.clinical.alarms.table import CALLS, AlarmEvent, AlarmEventName, AlarmPriority, AlarmState, Reach
from monitor.clinical.policy.parts import SignallingPolicy

NEW_SIGNALS = frozenset({AlarmEventName.RAISED, AlarmEventName.ESCALATED})
_NAME_OF_CALL = {reach: name for name, reach in CALLS.items()}
Put = Callable[[AlarmState, AlarmEvent | None], None]


def waits_anew(state: AlarmState, event: AlarmEvent | None, now_mono_s: float) -> AlarmState:
    """The state with its timer started when the event is a new or a worse signal; any other event leaves it alone."""
    if event is None or event.event not in NEW_SIGNALS:
        return state
    return replace(state, waiting_since_mono_s=now_mono_s)


def judge_waiting(
    states: Iterable[AlarmState], policy: SignallingPolicy, at: datetime, now_mono_s: float, put: Put
) -> None:
    """Climb the ladders and give the reminders that are due; a timer that was never started starts now."""
    for state in states:
        if not state.stands or state.quiet:
            continue
        if state.waiting_since_mono_s is None:
            put(replace(state, waiting_since_mono_s=now_mono_s), None)
            continue
        waited_s = now_mono_s - state.waiting_since_mono_s
        if state.unacknowledged:
            _call(state, policy, waited_s, at, put)
        else:
            _remind(state, policy, waited_s, at, now_mono_s, put)


def _call(state: AlarmState, policy: SignallingPolicy, waited_s: float, at: datetime, put: Put) -> None:
    for rung in policy.ladder.get(_priority(state), ()):
        if rung.after_s <= waited_s and rung.reach.rank > state.reach.rank:
            state = replace(state, reach=rung.reach)
            cause = f"nobody acknowledged it for {rung.after_s:g} s"
            put(state, event_of(state, _NAME_OF_CALL[rung.reach], at, cause, signal=True))


def _remind(
    state: AlarmState, policy: SignallingPolicy, waited_s: float, at: datetime, now_mono_s: float, put: Put
) -> None:
    every_s = policy.reminder_s.get(_priority(state), 0.0)
    if 0 < every_s <= waited_s:
        state = replace(state, waiting_since_mono_s=now_mono_s)
        cause = f"still present {every_s:g} s after the acknowledgement or the last reminder"
        put(state, event_of(state, AlarmEventName.REMINDED, at, cause, acknowledged=True, signal=True))


def _priority(state: AlarmState) -> AlarmPriority:
    return state.priority or AlarmPriority.LOW


def nearest(state: AlarmState) -> AlarmState:
    """The state as it is when a person has answered: nobody else is called, its sound is nobody's any more."""
    return replace(state, reach=Reach.STATION, silenced=False, waiting_since_mono_s=None)
