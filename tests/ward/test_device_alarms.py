"""What the devices themselves alarm about, as a chair shows it: in their words, until they say that it is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.hl7.device_message import DeviceAlarm
from monitor.store.queries.alarms import DeviceAlarmRecord
from monitor.ward.device_alarms import MOST_STANDING, DeviceAlarms, device_alarms_picture

AT = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)


def said(phase: str | None = None, *, code: str = "196670", channel: str | None = None, **more: str) -> DeviceAlarm:
    return DeviceAlarm(code, more.pop("text", "SpO2 LOW"), phase, "high", channel, AT, **more)


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def words(alarms: DeviceAlarms) -> list[object]:
    return [one["words"] for one in device_alarms_picture(alarms, AT)]


def test_one_that_started_stands_through_any_silence_until_its_end_is_said() -> None:
    alarms = DeviceAlarms()
    assert alarms.hear("MON", None, [said("start")], AT)
    assert not alarms.hear("MON", None, [], after(7200))
    assert device_alarms_picture(alarms, after(7200))[0]["age_s"] == 7200.0
    assert alarms.hear("MON", None, [said("end")], after(7201))
    assert words(alarms) == []


def test_an_inactive_state_is_an_end() -> None:
    alarms = DeviceAlarms()
    alarms.hear("MON", None, [said("start")], AT)
    alarms.hear("MON", None, [said("update", state="inactive")], after(5))
    assert words(alarms) == []


def test_the_end_of_one_ends_no_other_condition_channel_or_pump_of_the_rack() -> None:
    alarms = DeviceAlarms()
    others = [said("start", channel="b"), said("start", code="7", channel="a")]
    alarms.hear("RACK", "pump 1", [said("start", channel="a"), *others], AT)
    alarms.hear("RACK", "pump 2", [said("start", channel="a")], AT)
    alarms.hear("RACK", "pump 1", [said("end", channel="a")], after(1))
    assert len(alarms.standing) == 3


def test_one_that_reports_repeat_is_gone_when_the_device_reports_without_it() -> None:
    alarms = DeviceAlarms()
    alarms.hear("MON", None, [said(text="** HR HIGH")], AT)
    assert not alarms.hear("OTHER", None, [], after(61))
    assert not alarms.hear("MON", None, [], after(60))
    assert words(alarms) == ["** HR HIGH"], "how often it is repeated is not known yet"
    assert alarms.hear("MON", None, [], after(61))
    assert words(alarms) == []


REPEATED = [
    # (seconds between two words, it stands so many seconds after the last, and is gone after so many)
    (1, 10, 11),
    (3, 10, 11),
    (5, 15, 16),
    (30, 90, 91),
]


@pytest.mark.parametrize(("every", "stands", "gone"), REPEATED)
def test_how_long_one_that_is_repeated_outlives_its_last_word_follows_from_how_often_it_is_said(
    every: int, stands: int, gone: int
) -> None:
    alarms = DeviceAlarms()
    for number in range(4):
        alarms.hear("MON", None, [said(text="** HR HIGH")], after(every * number))
    last = 3 * every
    assert not alarms.hear("MON", None, [], after(last + stands))
    assert words(alarms) == ["** HR HIGH"]
    assert alarms.hear("MON", None, [], after(last + gone))
    assert words(alarms) == []


def test_pages_are_told_of_what_changed_and_from_time_to_time_that_it_is_still_said() -> None:
    alarms = DeviceAlarms()
    alarms.hear("MON", None, [said("start")], AT)
    assert alarms.hear("MON", None, [said("update", audio="audio-paused")], after(1))
    assert not alarms.hear("MON", None, [said("update", audio="audio-paused")], after(2))
    assert alarms.hear("MON", None, [said("update", audio="audio-paused")], after(11))
    (shown,) = device_alarms_picture(alarms, after(12))
    assert (shown["since_at"], shown["age_s"], shown["audio"]) == (AT.isoformat(), 1.0, "audio-paused")


def test_a_device_that_invents_conditions_fills_no_memory() -> None:
    alarms = DeviceAlarms()
    for number in range(MOST_STANDING * 3):
        alarms.hear("MON", None, [said("start", code=str(number), text=str(number))], after(number))
    assert len(alarms.standing) == MOST_STANDING
    assert words(alarms)[0] == str(MOST_STANDING * 3 - 1)
    assert len(alarms.left_out) == MOST_STANDING * 2


def test_the_least_urgent_gives_way_and_is_counted_until_its_end_is_said() -> None:
    alarms = DeviceAlarms()
    low = DeviceAlarm("low", "Battery", "start", "low", None, AT)
    alarms.hear("MON", None, [low], AT)
    alarms.hear("MON", None, [said("start", code=str(n)) for n in range(MOST_STANDING)], after(1))
    assert "Battery" not in words(alarms)
    assert len(alarms.left_out) == 1
    alarms.hear("MON", None, [replace(low, phase="end")], after(2))
    assert not alarms.left_out


def test_another_monitor_takes_its_own_alarms_away_and_leaves_the_pumps() -> None:
    alarms = DeviceAlarms()
    alarms.hear("MON", None, [said("start")], AT)
    alarms.hear("PUMP", None, [said("start", text="Holder Open")], AT)
    alarms.forget("MON")
    assert words(alarms) == ["Holder Open"]


def recorded(seconds: float, phase: str | None, text: str = "Holder Open", code: str = "9") -> DeviceAlarmRecord:
    return DeviceAlarmRecord(1, 1, 1, "PUMP", code, text, phase, "high", after(seconds), after(seconds))


def test_what_the_record_does_not_know_to_be_over_stands_again_after_a_restart_and_its_end_ends_it() -> None:
    alarms = DeviceAlarms()
    alarms.stand_again(
        [recorded(0, "start"), recorded(5, "update"), recorded(6, "start", "Air", "3"), recorded(9, "end", "Air", "3")],
        {"PUMP": after(900)},
    )
    (shown,) = device_alarms_picture(alarms, after(10))
    assert (shown["words"], shown["since_at"], shown["heard_again"]) == ("Holder Open", AT.isoformat(), False)
    assert alarms.hear("PUMP", "pump 1", [said("end", code="9", channel="barrel")], after(11))
    assert words(alarms) == []


def test_two_starts_and_one_end_of_an_older_record_leave_one_standing() -> None:
    alarms = DeviceAlarms()
    alarms.stand_again([recorded(0, "start"), recorded(1, "start"), recorded(2, "end")], {})
    assert words(alarms) == ["Holder Open"]


def test_a_record_that_knows_the_channel_pairs_start_and_end_by_it() -> None:
    alarms = DeviceAlarms()
    rows = [("start", "a"), ("start", "b"), ("start", "b"), ("end", "b")]
    alarms.stand_again([replace(recorded(n, phase), source_channel=of) for n, (phase, of) in enumerate(rows)], {})
    assert len(alarms.standing) == 1
    assert {key[3] for key in alarms.standing} == {"a"}


def test_one_that_was_repeated_when_the_server_stopped_stands_again_until_the_device_reports_without_it() -> None:
    alarms = DeviceAlarms()
    repeated = [recorded(second, None, "** HR HIGH", "4") for second in range(5)]
    alarms.stand_again(repeated, {"PUMP": after(5)})
    (shown,) = device_alarms_picture(alarms, after(600))
    assert (shown["age_s"], shown["heard_again"]) == (596.0, False), "nothing was heard: it stands and says its age"
    assert alarms.hear("PUMP", None, [], after(601))
    assert words(alarms) == []


def test_one_that_was_no_longer_repeated_before_the_server_stopped_is_over() -> None:
    alarms = DeviceAlarms()
    alarms.stand_again([recorded(second, None, "** HR HIGH", "4") for second in range(5)], {"PUMP": after(30)})
    assert words(alarms) == []
