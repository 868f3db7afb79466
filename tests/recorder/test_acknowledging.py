"""Acknowledging: it names what was seen and silences nothing newer or worse; stored before it counts."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.clinical.alarms.table import AlarmPriority, AlarmStage
from monitor.errors import Conflict, NotAllowed, NotFound, NotRecording
from monitor.recorder.acts import AcknowledgeAct, Actor
from monitor.ward.shown import ShownAlarm
from tests.recorder.house import House, open_house


def desaturated(house: House, spo2: float = 91.0) -> tuple[int, ShownAlarm]:
    """A running session with a standing SpO2 alarm."""
    session_id = house.infusing()
    breathe(house, spo2, seconds=32)
    return session_id, alarm_of(house, session_id)


def breathe(house: House, spo2: float, seconds: int = 20) -> None:
    for _ in range(seconds):
        house.wait(1)
        house.vitals(hr=72, spo2=spo2, rr=14)


def alarm_of(house: House, session_id: int) -> ShownAlarm:
    return next(alarm for alarm in house.live(session_id).shown() if alarm.vital == "spo2")


def seen(house: House, session_id: int, alarm: ShownAlarm, **changes: object) -> AcknowledgeAct:
    act = AcknowledgeAct(session_id, alarm.id, alarm.priority.value, alarm.value, house.nurse)
    return replace(act, **changes)  # type: ignore[arg-type]


def acknowledgements(house: House) -> int:
    return int(str(house.read(lambda c: c.execute(text("select count(*) from acknowledgements")).scalar())))


def test_what_was_seen_is_stored_and_shown(house: House) -> None:
    session_id, alarm = desaturated(house)
    answer = house.desk.acknowledge(seen(house, session_id, alarm))
    assert answer["state"] == "acknowledged"
    shown = alarm_of(house, session_id)
    assert shown.seen is not None
    assert (shown.seen.by, shown.stage) == ("Nurse", AlarmStage.ACKNOWLEDGED)
    assert acknowledgements(house) == 1


def test_what_became_worse_meanwhile_goes_on_signalling(house: House) -> None:
    session_id, alarm = desaturated(house)
    assert alarm.priority is not AlarmPriority.HIGH
    stale = seen(house, session_id, alarm)
    breathe(house, 88, seconds=23)
    with pytest.raises(Conflict):
        house.desk.acknowledge(stale)
    shown = alarm_of(house, session_id)
    assert (shown.priority, shown.stage, shown.seen) == (AlarmPriority.HIGH, AlarmStage.ACTIVE, None)
    assert acknowledgements(house) == 0


def test_an_acknowledged_alarm_that_becomes_worse_is_unseen_again(house: House) -> None:
    session_id, alarm = desaturated(house)
    house.desk.acknowledge(seen(house, session_id, alarm))
    breathe(house, 88, seconds=23)
    shown = alarm_of(house, session_id)
    assert (shown.priority, shown.stage, shown.seen) == (AlarmPriority.HIGH, AlarmStage.ACTIVE, None)


def test_an_escalation_that_overtakes_a_slow_acknowledgement_is_not_silenced_by_it(house: House) -> None:
    session_id, alarm = desaturated(house)
    house.as_impatient_as_a_server()
    gate, write = threading.Event(), house.store.write
    house.store.write = lambda batch: (gate.wait(20), write(batch))[1]  # type: ignore[method-assign]
    refusals: list[Exception] = []

    def acknowledge() -> None:
        try:
            house.desk.acknowledge(seen(house, session_id, alarm))
        except (Conflict, NotRecording) as refusal:
            refusals.append(refusal)

    task = threading.Thread(target=acknowledge)
    task.start()
    breathe(house, 88, seconds=23)  # judged while the acknowledgement's commit hangs
    assert alarm_of(house, session_id).priority is AlarmPriority.HIGH
    gate.set()
    task.join(20)
    assert [type(refusal).__name__ for refusal in refusals] == ["AcknowledgementRefused"]
    shown = alarm_of(house, session_id)
    assert (shown.stage, shown.seen) == (AlarmStage.ACTIVE, None)


def test_a_message_of_an_ended_alarm_that_had_become_worse_is_not_taken_away_by_what_was_seen_before(
    house: House,
) -> None:
    session_id, alarm = desaturated(house)
    stale = seen(house, session_id, alarm)
    breathe(house, 88, seconds=23)
    breathe(house, 98, seconds=21)  # so sudden a recovery is questionable until it has lasted 20 s
    live = house.live(session_id)
    assert [one.id for one in live.messages()] == [alarm.id]
    with pytest.raises(Conflict):
        house.desk.acknowledge(stale)
    house.desk.acknowledge(replace(stale, priority="high"))
    assert alarm.id not in live.alarms
    with pytest.raises(NotFound):
        house.desk.acknowledge(stale)


@pytest.mark.parametrize("role", ["discharge_staff", "pharmacist", "administrator", "station_display", "nobody"])
def test_who_is_not_at_the_bedside_acknowledges_nothing(house: House, role: str) -> None:
    session_id, alarm = desaturated(house)
    with pytest.raises(NotAllowed):
        house.desk.acknowledge(seen(house, session_id, alarm, person=Actor(house.nurse.person_id, "X", role)))
    with pytest.raises(NotAllowed):
        house.desk.acknowledge(seen(house, session_id, alarm, priority="purple"))
    assert alarm_of(house, session_id).stage is AlarmStage.ACTIVE


def test_what_stood_stands_again_after_a_restart_seen_or_unseen(folder: Path) -> None:
    with open_house(folder) as house:
        session_id, alarm = desaturated(house)
        house.desk.acknowledge(seen(house, session_id, alarm))
        breathe(house, 91, seconds=1)
        clock = house.clock
    clock.passed_s += 30
    with open_house(folder, clock=clock) as house:
        again = alarm_of(house, session_id)
        assert (again.id, again.stage, again.priority) == (alarm.id, AlarmStage.ACKNOWLEDGED, alarm.priority)
        assert again.seen is not None
        house.tick(2)  # time alone, and silence, end nothing
        assert alarm_of(house, session_id).id == alarm.id
        breathe(house, 88, seconds=23)
        assert alarm_of(house, session_id).stage is AlarmStage.ACTIVE
        clock = house.clock
    with open_house(folder, clock=clock) as house:
        worse = alarm_of(house, session_id)
        assert (worse.stage, worse.priority, worse.seen) == (AlarmStage.ACTIVE, AlarmPriority.HIGH, None)
        breathe(house, 98)
        assert all(one.vital != "spo2" for one in house.live(session_id).shown())
        assert [one.id for one in house.live(session_id).messages()] == [alarm.id]


def test_a_technical_condition_that_stood_is_not_ended_by_a_restart(folder: Path) -> None:
    with open_house(folder) as house:
        session_id = house.infusing()
        house.vitals(seconds_ago=7200, hr=70)
        house.tick(1)
        clock = house.clock
    with open_house(folder, clock=clock) as house:
        house.tick(2)
        assert "clock_wrong" in {alarm.rule_id for alarm in house.live(session_id).shown()}
