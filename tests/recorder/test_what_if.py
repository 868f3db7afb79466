"""A stored session under another policy: the alarms of the record beside those it would have had."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clinical.policy.policy import ClinicPolicy, parse_policy
from monitor.errors import Refused
from monitor.recorder.replaying import Replay, stored_session, stored_steps
from monitor.recorder.what_if import WhatIf, told, what_if
from tests.recorder.house import CODES, POLICY, POLICY_TEXT, House, open_house
from tests.recorder.test_replaying import SOURCES, an_afternoon

TIGHTER = parse_policy(
    POLICY_TEXT.replace("medium = { limit = 92, persist_s = 30 }", "medium = { limit = 92, persist_s = 1 }")
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture(scope="module")
def afternoon(house: House) -> int:
    session_id = an_afternoon(house)
    house.turn()
    return session_id


def judged(house: House, session_id: int, policy: ClinicPolicy) -> WhatIf:
    stored = house.store.read(stored_session, session_id, house.clock.now())
    return what_if(stored, POLICY, policy, SOURCES, CODES)


def test_under_its_own_policy_every_alarm_is_in_both_and_alike(house: House, afternoon: int) -> None:
    found = judged(house, afternoon, POLICY)
    assert found.repeats_record
    assert len(found.pairs) > 4
    assert all(pair.is_same for pair in found.pairs)
    assert {step.alarm for step in stored_steps(found.stored.alarms)} == set(range(1, len(found.pairs) + 1))


def test_under_a_tighter_policy_what_came_earlier_or_anew_is_told_and_the_record_is_not_touched(
    house: House, afternoon: int
) -> None:
    before = house.store.read(stored_session, afternoon, house.clock.now()).alarms
    said = told(judged(house, afternoon, TIGHTER))
    assert said["repeats_record"] is True, "that is asked of the session's own policy"
    assert said["own_policy"] != said["other_policy"]
    (desaturation,) = (one for one in said["alarms"] if "spo2_low" in str(one) and one["where"] != "now")
    assert desaturation["where"] == "both"
    assert not desaturation["same"]
    assert desaturation["now_later_s"] < -5
    assert house.store.read(stored_session, afternoon, house.clock.now()).alarms == before


def test_the_own_judging_that_does_not_repeat_the_record_is_said(
    house: House, afternoon: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Replay.run

    def without_the_first(self: Replay) -> object:
        found = run(self)
        found.steps = [step for step in found.steps if step.alarm != 1]
        return found

    monkeypatch.setattr(Replay, "run", without_the_first)
    found = judged(house, afternoon, POLICY)
    assert not found.repeats_record
    assert [pair for pair in found.pairs if pair.now is None]


def test_a_session_nobody_was_checked_in_to_is_refused_and_one_without_values_rings_for_silence(tmp_path: Path) -> None:
    with open_house(tmp_path) as empty:
        session_id = empty.plan("2", in_h=1)
        with pytest.raises(Refused, match="nothing was judged"):
            judged(empty, session_id, POLICY)
        empty.act(session_id, "check_in")
        for _ in range(60):
            empty.tick(5)
        empty.turn()
        found = told(judged(empty, session_id, POLICY))
    assert found["readings"] == 0
    assert found["still_running"] is True
    assert found["repeats_record"] is True
    assert timedelta(seconds=found["watched_s"]) >= timedelta(minutes=5)
