"""One measurement, one signal. Law: rules of one group raised by the same measurement are all recorded; the worst of
them is heard, the others are not heard again beside it.

Source: CLINICAL.md §2.6 "Grouping".
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.clinical.alarms.table import AlarmEvent, AlarmStage, AlarmState


def one_signal_a_group(events: Sequence[AlarmEvent], states: Mapping[str, AlarmState]) -> tuple[AlarmEvent, ...]:
    """The same events, without `signal` where a companion speaks; `states` are those after the events."""
    rising = {event.rule_id for event in events if event.signal}
    speaking = [state for rule_id, state in states.items() if state.group and rule_id not in rising]
    silent: set[int] = set()
    for place, event in sorted(
        enumerate(events), key=lambda pair: -pair[1].priority.rank
    ):  # stable: first of the worst
        if not event.signal:
            continue
        state = states[event.rule_id]
        if any(_speaks_for(companion, state, event) for companion in speaking):
            silent.add(place)
        else:
            speaking.append(state)
    return tuple(replace(event, signal=False) if place in silent else event for place, event in enumerate(events))


def _speaks_for(companion: AlarmState, state: AlarmState, event: AlarmEvent) -> bool:
    """Whether the companion was heard for the same measurement, as loudly, and nobody has acknowledged it."""
    return (
        bool(state.group)
        and companion.group == state.group
        and companion.stage is AlarmStage.ACTIVE
        and companion.audible
        and companion.heard_for is not None
        and companion.heard_for == state.heard_for
        and companion.priority is not None
        and companion.priority.rank >= event.priority.rank
    )
