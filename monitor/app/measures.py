"""What /metrics asks the running server for when it is asked. Law: numbers of the whole clinic, never of one chair."""

from collections import Counter
from functools import partial

from monitor.clinical.alarms.table import AlarmPriority
from monitor.counters import Counters
from monitor.recorder.recorder import Recorder
from monitor.recorder.writing import Writer
from monitor.ward.ward import Ward


def measure(counters: Counters, recorder: Recorder, writer: Writer, ward: Ward) -> None:
    """Have the gauges look at the server themselves."""
    counters.frames_waiting.set_function(lambda: recorder.frames_waiting)
    counters.committed_age_s.set_function(lambda: writer.committed_age_s)
    for priority in AlarmPriority:
        counters.alarms_standing.labels(priority.value).set_function(partial(_standing, ward, priority))


def _standing(ward: Ward, priority: AlarmPriority) -> float:
    shown = (alarm.priority for chair in ward if chair.session is not None for alarm in chair.session.shown())
    return float(Counter(shown)[priority])
