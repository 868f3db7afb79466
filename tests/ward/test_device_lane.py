"""The lane of what devices told: in their words, by their time while it can be, and never closed by us."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.store.queries.alarms import DeviceAlarmRecord
from monitor.store.queries.pump_events import PumpEventRecord
from monitor.ward.device_alarm_log import spans
from monitor.ward.device_lane import MOST, device_lane, device_name

AT = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def said(seconds: float, phase: str | None, code: str = "9") -> DeviceAlarmRecord:
    at = after(seconds)
    return DeviceAlarmRecord(1, 1, 1, "WARD^B1", code, "DESAT", phase, "high", at, at + timedelta(seconds=1))


def pump(number: int, seconds: float, kind: str, **more: object) -> PumpEventRecord:
    at = after(seconds)
    made = PumpEventRecord(
        number, 1, 1, "^PUMP", "7", kind, "", "", at, at, at, False, None, None, None, None, None, None, None
    )
    return replace(made, **more)  # type: ignore[arg-type]


def lane(
    alarms: list[DeviceAlarmRecord] | None = None, pumps: list[PumpEventRecord] | None = None, from_s: float = -60
) -> list[dict[str, object]]:
    return device_lane(spans(alarms or []), pumps or [], AT, after(from_s), after(3600))


def test_nothing_told_is_an_empty_lane() -> None:
    assert lane() == []


def test_an_alarm_whose_end_was_not_said_stays_open_and_is_seen_in_every_later_window() -> None:
    (mark,) = lane([said(0, "start")], from_s=3000)
    assert (mark["to_at"], mark["open"]) == (None, True)
    assert lane([said(0, "start"), said(9, "end")], from_s=3000) == []


def test_what_is_merely_repeated_lasts_until_it_was_said_last() -> None:
    (mark,) = lane([said(0, None), said(30, None)])
    assert (mark["at"], mark["to_at"], mark["open"]) == (AT.isoformat(), after(30).isoformat(), False)


@pytest.mark.parametrize("wrong_s", [-40_000_000.0, 7200.0])
def test_an_alarm_of_a_device_whose_clock_cannot_be_right_stands_when_it_was_received(wrong_s: float) -> None:
    begun, ended = (
        replace(said(seconds + wrong_s, phase), received_at=after(seconds))
        for seconds, phase in ((60, "start"), (75, "end"))
    )
    (mark,) = lane([begun, ended])
    assert (mark["at"], mark["to_at"]) == (after(60).isoformat(), after(75).isoformat())


def test_alarms_and_pumps_stand_in_one_order_with_the_name_of_their_device() -> None:
    marks = lane([said(20, "start")], [pump(1, 10, "start"), pump(2, 30, "other", words="door open")])
    assert [(one["kind"], one["device"], one["words"]) for one in marks] == [
        ("pump", "PUMP", "started"),
        ("alarm", "WARD", "DESAT"),
        ("pump", "PUMP", "door open"),
    ]
    assert len({one["id"] for one in marks}) == 3


def test_a_pump_state_is_a_mark_of_what_changed_and_none_when_nothing_did() -> None:
    told = lane(
        pumps=[
            pump(1, 0, "facts", infusing=True, programmed_ml_per_h=45.0, drug="Ketamine"),
            pump(2, 5, "facts", infusing=True, programmed_ml_per_h=45.0),
            pump(3, 9, "facts", infusing=False, programmed_ml_per_h=45.0, not_delivering_reason="occlusion"),
        ]
    )
    assert [one["words"] for one in told] == [
        "programmed 45 mL/h, infusing, drug Ketamine",
        "not infusing, occlusion",
    ]


def test_of_more_than_a_lane_can_hold_the_newest_are_shown_and_the_others_counted() -> None:
    pumps = [pump(number, number, "start") for number in range(MOST + 7)]
    first, *others = lane(pumps=pumps)
    assert (first["kind"], first["words"]) == (
        "left_out",
        "7 earlier device events are in the record and its exports only",
    )
    assert [one["id"] for one in others] == [f"device-pump-{number}" for number in range(7, MOST + 7)]


@pytest.mark.parametrize(
    ("source", "device", "name"),
    [("WARD^B1^L", "x", "WARD"), ("^0018^EUI", "x", "0018"), ("", "P7", "P7"), ("^^", None, "unnamed device")],
)
def test_a_device_is_known_by_the_first_part_of_its_name_that_says_anything(
    source: str, device: str | None, name: str
) -> None:
    assert device_name(source, device) == name
