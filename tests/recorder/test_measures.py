"""What /metrics tells of a running server: numbers of the whole clinic as they are when asked."""

import math

from monitor.app.measures import measure
from tests.recorder.house import House
from tests.recorder.test_acknowledging import desaturated


def told(house: House, name: str, **labels: str) -> float:
    value = house.counters.registry.get_sample_value(name, labels)
    assert value is not None, name
    return value


def test_readings_alarms_and_quarantine_are_counted_as_they_stand(house: House) -> None:
    measure(house.counters, house.recorder, house.writer, house.ward)
    assert math.isnan(told(house, "reading_committed_age_seconds")), "none ever came"
    assert told(house, "alarms_standing", priority="high") == 0

    desaturated(house, 86.0)
    assert 0 <= told(house, "reading_committed_age_seconds") < 5
    assert told(house, "commit_readings_count") >= 32
    standing = sum(told(house, "alarms_standing", priority=priority) for priority in ("high", "medium", "low"))
    assert standing == sum(len(chair.session.shown()) for chair in house.ward if chair.session is not None) > 0
    assert told(house, "frames_waiting") == 0

    house.send(b"MSH|^~\\&|MON|WARD|||20260302090000||ORU^R01|q1|P|9.9\r")
    assert told(house, "messages_quarantined_total") == 1
