"""How an alarm was heard before a restart, read from its own record. Law: in doubt it is heard, and calls from near."""

from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.alarms.calling import NEW_SIGNALS
from monitor.clinical.alarms.table import CALLS, AlarmEventName, Reach
from monitor.store.queries.alarms import AlarmRecord

_HEARD = NEW_SIGNALS | {AlarmEventName.RETURNED, AlarmEventName.RESOUNDED, AlarmEventName.ACKNOWLEDGED}
_TIMED = NEW_SIGNALS | {AlarmEventName.ACKNOWLEDGED, AlarmEventName.REMINDED}


@dataclass(frozen=True, slots=True)
class Hearing:
    """Whether a person has paused its sound, whom it has called, and since when it waits for a person."""

    silenced: bool
    reach: Reach
    waiting_since_at: datetime


def hearing(alarm: AlarmRecord) -> Hearing:
    """Fold an alarm's events as `calling` and `pausing` moved its state."""
    silenced, reach, since_at = False, Reach.STATION, alarm.raised_at
    for told in alarm.events:
        event = AlarmEventName(told.event)
        if event in _TIMED:
            since_at = told.at
        if event is AlarmEventName.AUDIO_PAUSED:
            silenced = True
        elif event in _HEARD:
            silenced = False
        reach = Reach.STATION if event is AlarmEventName.ACKNOWLEDGED else CALLS.get(event, reach)
    return Hearing(silenced, reach, since_at)
