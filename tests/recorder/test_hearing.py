"""What is heard of an alarm: pauses, calls, reminders, stored with the alarm and known again after a restart."""

from pathlib import Path

import pytest

from monitor.clinical.alarms.table import Reach
from monitor.errors import Refused
from monitor.store.queries.alarms import alarms
from monitor.ward.shown import ShownAlarm
from tests.recorder.house import House, open_house
from tests.recorder.test_acknowledging import seen


def a_high_pressure(house: House) -> int:
    """A running session with one unacknowledged High alarm."""
    session_id = house.infusing()
    house.vitals(hr=72, spo2=97, rr=14, nibp_sys=185, nibp_dia=80)
    return session_id


def shown(house: House, session_id: int) -> ShownAlarm:
    return next(alarm for alarm in house.live(session_id).shown() if alarm.rule_id == "sbp_high")


def keep_alive(house: House, seconds: int) -> None:
    """Time passes while the monitor goes on sending."""
    for _ in range(seconds):
        house.tick(1)
        if house.clock.passed_s % 5 == 0:
            house.vitals(hr=72, spo2=97, rr=14)


def told(house: House, session_id: int) -> list[tuple[str, str, int | None]]:
    record = house.read(lambda connection: alarms(connection, session_id))
    found = next(alarm for alarm in record if alarm.rule_id == "sbp_high")  # type: ignore[attr-defined]
    return [(event.event, event.cause, event.person_id) for event in found.events]


def test_a_call_is_stored_shown_and_in_the_heartbeat_until_somebody_answers(house: House) -> None:
    session_id = a_high_pressure(house)
    assert house.publisher._picture.calls() == []
    keep_alive(house, 31)
    assert shown(house, session_id).reach is Reach.ALL_STATIONS
    keep_alive(house, 30)
    (call,) = house.publisher._picture.calls()
    assert (call["chair"], call["station"], call["reach"]) == ("1", "A", "physician")
    assert [event for event, _, _ in told(house, session_id)] == ["raised", "called_all_stations", "called_physician"]
    alarm = shown(house, session_id)
    house.desk.acknowledge(seen(house, session_id, alarm))
    assert house.publisher._picture.calls() == []
    assert shown(house, session_id).reach is Reach.STATION


def test_a_sound_pause_is_an_act_of_a_person_recorded_with_what_it_silenced_and_ends_by_itself(house: House) -> None:
    session_id = a_high_pressure(house)
    house.act(session_id, "pause_audio")
    alarm = shown(house, session_id)
    assert alarm.silenced
    event = house.live(session_id).course.events[-1]
    assert event.details == {"pause_s": 120, "silenced": [alarm.id]}
    tile = house.publisher._picture.tile(house.chair())
    assert tile["audio"] == {"priority": None, "paused_until_at": "2026-03-02T09:02:00+00:00"}
    assert ("Sound paused, ends", 120.0) in [(due["words"], due["due_s"]) for due in tile["due"]]
    keep_alive(house, 119)
    assert shown(house, session_id).silenced
    keep_alive(house, 2)
    assert not shown(house, session_id).silenced
    assert house.publisher._picture.tile(house.chair())["audio"] == {"priority": "high", "paused_until_at": None}
    stored = told(house, session_id)
    assert ("audio_paused", "sound paused for 120 s by a person", house.nurse.person_id) in stored
    assert ("resounded", "the sound pause is over", None) in stored


def test_a_new_alarm_breaks_through_a_sound_pause(house: House) -> None:
    session_id = a_high_pressure(house)
    house.act(session_id, "pause_audio")
    for _ in range(25):
        house.wait(1)
        house.vitals(hr=125, spo2=97, rr=14)
    assert house.publisher._picture.tile(house.chair())["audio"]["priority"] == "medium"
    assert shown(house, session_id).silenced


def test_a_person_ends_a_sound_pause_and_a_pause_of_monitoring(house: House) -> None:
    session_id = a_high_pressure(house)
    house.act(session_id, "pause_audio")
    house.act(session_id, "resume_audio", by=house.second_nurse)
    house.turn()
    assert not shown(house, session_id).silenced
    assert ("resounded", "a person ended the sound pause", house.second_nurse.person_id) in told(house, session_id)
    house.act(session_id, "pause_monitoring", reason="toilet")
    head = house.publisher._picture.head(house.live(session_id), house.chair())
    assert head["paused_until_at"] == "2026-03-02T09:10:00+00:00"
    house.act(session_id, "resume_monitoring")
    assert house.publisher._picture.head(house.live(session_id), house.chair())["paused_until_at"] is None


def test_no_sound_is_paused_where_nothing_is_judged(house: House) -> None:
    session_id = house.plan()
    with pytest.raises(Refused):
        house.act(session_id, "pause_audio")


def test_a_restart_forgets_neither_the_pause_nor_whom_an_alarm_has_called(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        session_id = a_high_pressure(house)
        keep_alive(house, 40)
        house.act(session_id, "pause_audio")
        house.turn()
        clock = house.clock
    clock.passed_s += 5
    with open_house(tmp_path, clock=clock) as again:
        alarm = shown(again, session_id)
        assert (alarm.silenced, alarm.reach) == (True, Reach.ALL_STATIONS)
        keep_alive(again, 14)
        assert shown(again, session_id).reach is Reach.ALL_STATIONS
        keep_alive(again, 2)
        assert shown(again, session_id).reach is Reach.PHYSICIAN, "60 s after the signal, not after the restart"
        keep_alive(again, 110)
        assert not shown(again, session_id).silenced, "the pause ended by itself after the restart"


def test_after_a_restart_a_reminder_comes_by_the_time_of_the_acknowledgement(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        session_id = a_high_pressure(house)
        house.desk.acknowledge(seen(house, session_id, shown(house, session_id)))
        keep_alive(house, 60)
        clock = house.clock
    with open_house(tmp_path, clock=clock) as again:
        keep_alive(again, 58)
        assert "reminded" not in [event for event, _, _ in told(again, session_id)]
        keep_alive(again, 4)
        assert "reminded" in [event for event, _, _ in told(again, session_id)]
        alarm = shown(again, session_id)
        assert alarm.seen is not None, "a reminder takes no acknowledgement back"
