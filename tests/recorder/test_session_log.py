"""The log of a stored session says what the record says, and says what is missing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.errors import NotFound
from monitor.recorder.acts import AcknowledgeAct
from monitor.recorder.session_log import recorded_log
from monitor.store.rows import Batch, ReadingRow, WithdrawalRow
from tests.recorder.house import POLICY, START_AT, House
from tests.recorder.test_signing import at_the_door, ready_record, sign  # noqa: F401


def log(house: House, session_id: int) -> dict[str, Any]:
    house.turn()
    return house.store.read(recorded_log, session_id, lambda _, sha256: POLICY, house.clock.now())


def vital(told: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in told["vitals"] if one["vital"] == name)


def test_extremes_time_beyond_and_the_answer_to_an_alarm_are_those_of_the_bedside(house: House) -> None:
    session_id = house.infusing()
    for spo2 in (97.0, *[88.0] * 8, 87.0, 88.0):
        house.tick(5)
        house.vitals(hr=74.0, spo2=spo2, rr=14.0)
    alarm = next(one for one in house.live(session_id).shown() if one.rule_id == "spo2_low")
    house.desk.acknowledge(AcknowledgeAct(session_id, alarm.id, alarm.priority.value, alarm.value, house.nurse))
    house.tick(5)
    house.vitals(hr=74.0, spo2=97.0, rr=14.0)
    told = log(house, session_id)
    low = vital(told, "spo2")
    assert (low["lowest"]["value"], low["below_s"], low["above_s"]) == (87.0, 50.0, 0)
    assert datetime.fromisoformat(low["lowest"]["at"]) == START_AT + timedelta(seconds=50)
    answer = next(one for one in told["alarms"] if one["rule"] == "spo2_low")
    seen = datetime.fromisoformat(answer["answered_at"]) - datetime.fromisoformat(answer["became_at"])
    assert (answer["answered_by"], answer["answer_s"]) == ("Nurse", seen.total_seconds())
    assert told["answer_times"]["high"] | {"median_s": 0, "longest_s": 0} == {
        "count": 1, "answered": 1, "within_30_s": 1, "within_60_s": 1, "within_120_s": 1, "median_s": 0, "longest_s": 0,
    }  # fmt: skip
    events = [one["event"] for one in told["events"] if one["kind"] == "alarm" and one["alarm"] == answer["id"]]
    assert events[0] == "raised"
    assert "acknowledged" in events
    assert told["session"]["over"] is False


def test_what_was_taken_back_marked_or_doubted_counts_in_no_extreme_and_is_told(house: House) -> None:
    session_id, start = house.infusing(), house.clock.now()
    chair = house.live(session_id).chair_id

    def row(seconds: float, questionable: bool = False, **values: float) -> ReadingRow:
        at = start + timedelta(seconds=seconds)
        doubted = frozenset(values) if questionable else frozenset()
        return ReadingRow(chair, session_id, "MON", at, at, at, values, questionable=doubted)

    gone = WithdrawalRow(chair, session_id, "MON", "hr", "", start + timedelta(seconds=3), start + timedelta(seconds=9))
    rows = (row(1, hr=70.0), row(2, hr=180.0), row(3, hr=190.0), row(4, questionable=True, hr=30.0), row(5, hr=72.0))
    house.store.write(Batch(readings=rows, withdrawals=(gone,)))
    house.wait(20)
    times = {"from_at": (start + timedelta(seconds=2)).isoformat(), "to_at": (start + timedelta(seconds=2)).isoformat()}
    house.act(session_id, "mark_values", reason="patient moved", vital="hr", **times)
    told = log(house, session_id)
    rate = vital(told, "hr")
    assert (rate["highest"]["value"], rate["doubted_lowest"]["value"]) == (74.0, 30.0)
    assert (rate["struck"], rate["questionable"]) == (2, 1)
    values = {(one["event"], one["stands"]) for one in told["events"] if one["kind"] == "value"}
    assert values == {("withdrawn", False), ("questionable", True)}


def test_the_discharge_is_told_as_it_was_signed_whatever_would_be_judged_now(
    at_the_door: tuple[House, int],  # noqa: F811
) -> None:
    house, session_id = at_the_door
    house.desk.sign_discharge(sign(house, session_id))
    house.wait(90_000)  # by now no reading would be fresh
    told = log(house, session_id)
    criteria = told["discharge"]["criteria"]
    assert {one["result"] for one in criteria} == {"met"}
    assert all(one["title"] != one["id"] and one["evidence"] for one in criteria)
    assert told["session"]["until_at"] == told["discharge"]["evaluated_at"]
    assert told["dose"]["dose"]["given_mg"] == pytest.approx(35, abs=0.1)
    assert {one["title"] for one in told["scores"]} >= {"Aldrete", "Pain NRS", "CADSS-6"}


def test_a_session_that_was_cancelled_or_only_planned_says_that_nothing_was(house: House) -> None:
    session_id = house.plan()
    house.act(session_id, "cancel", reason="fever")
    told = log(house, session_id)
    assert (told["session"]["state"], told["session"]["over"], told["vitals"]) == ("cancelled", True, [])
    assert (told["alarms"], told["discharge"], told["dose"]["dose"]) == ([], None, None)
    assert told["session"]["from_at"] == told["session"]["until_at"]
    planned = log(house, house.plan("2", in_h=24))
    assert (planned["session"]["state"], planned["events"]) == ("scheduled", [])
    with pytest.raises(NotFound):
        log(house, 99)


def test_one_value_is_an_extreme_and_the_silence_after_it_is_told(house: House) -> None:
    session_id = house.plan()
    house.act(session_id, "check_in")
    house.vitals(spo2=96.0)
    house.wait(300)
    told = log(house, session_id)
    [only] = told["vitals"]
    assert (only["lowest"], only["count"], only["measured_s"]) == (only["highest"], 1, 10)
    assert [(one["name"], one["to_at"], one["length_s"]) for one in told["silences"]] == [("SpO₂", None, 300)]
