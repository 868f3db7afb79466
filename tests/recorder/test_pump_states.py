"""What a pump tells of itself beside the record: a difference is said and raised; the session itself never moves."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clinical.session import SessionState
from monitor.ward.dose_picture import account, dose_panel
from tests.recorder.house import House, open_house
from tests.recorder.pump_frames import COMPLETE, START, STOP, pump_event, pump_state

GRACE_S = 121
Said = Callable[[House], bytes]


def panel(house: House, session_id: int) -> Mapping[str, object]:
    told = dose_panel(house.live(session_id), house.clock.now())
    assert told is not None
    pump = told["pump"]
    assert isinstance(pump, dict)
    return pump


def raised(house: House, session_id: int) -> bool:
    return "dose_discrepancy" in {alarm.rule_id for alarm in house.live(session_id).shown()}


def infusing(house: House) -> int:
    session_id = house.infusing()
    house.wait(1)
    return session_id


@pytest.mark.parametrize(
    ("drug", "differs"),
    [("Ketamine", False), ("KETAMIN 1mg/ml", False), ("S-ketamine", False), ("Ketanest S", False), ("B1", False),
     ("Midazolam", True), ("Sodium chloride", True)],
)  # fmt: skip
def test_another_drug_is_said_only_when_it_clearly_is_another(house: House, drug: str, *, differs: bool) -> None:
    session_id = infusing(house)
    house.send(pump_state(house.clock.now(), drug=drug))
    house.tick()
    assert panel(house, session_id)["differing"] == ([f"pump's drug is {drug}, not ketamine"] if differs else [])
    assert raised(house, session_id) is differs


@pytest.mark.parametrize(("weight_kg", "differs"), [(70, False), (73, False), (67, False), (74, True), (60, True)])
def test_another_weight_is_said_beyond_the_tolerance(house: House, weight_kg: float, *, differs: bool) -> None:
    session_id = infusing(house)
    house.send(pump_state(house.clock.now(), weight_kg=weight_kg))
    house.tick()
    words = [f"pump set for {weight_kg} kg, recorded 70 kg"] if differs else []
    assert panel(house, session_id)["differing"] == words
    assert raised(house, session_id) is differs


@pytest.mark.parametrize(
    "says",
    [
        lambda house: pump_event(STOP, house.clock.now()),
        lambda house: pump_event(COMPLETE, house.clock.now()),
        lambda house: pump_state(house.clock.now(), running=False),
    ],
    ids=["stop", "complete", "not infusing"],
)
def test_a_pump_that_stopped_while_drug_is_recorded_to_run_is_raised_after_the_grace(house: House, says: Said) -> None:
    session_id = infusing(house)
    house.send(says(house))
    house.tick()
    assert not raised(house, session_id), "the record has two minutes to follow"
    house.wait(GRACE_S)
    house.tick()
    assert raised(house, session_id)
    assert house.live(session_id).course.state is SessionState.INFUSING, "the pump moves no session"
    house.send(pump_event(START, house.clock.now()))
    house.tick()
    assert not raised(house, session_id)


def test_a_pump_that_runs_while_held_is_raised_and_ends_with_its_stop(house: House) -> None:
    session_id = infusing(house)
    house.send(pump_event(START, house.clock.now()))
    house.act(session_id, "hold", reason="nausea")
    house.wait(GRACE_S)
    house.tick()
    assert not raised(house, session_id), "a word from before the hold says nothing of it"
    house.send(pump_state(house.clock.now(), running=True))
    house.tick()
    assert panel(house, session_id)["differing"] == ["pump runs, recorded as not running"]
    assert raised(house, session_id)
    assert house.live(session_id).course.state is SessionState.HELD
    house.wait(5)
    house.send(pump_event(STOP, house.clock.now()))
    house.tick()
    assert not raised(house, session_id)


def test_a_stop_that_comes_late_or_was_overtaken_changes_nothing_live(house: House) -> None:
    session_id = infusing(house)
    house.wait(60)
    house.send(pump_state(house.clock.now(), running=True))
    now = house.clock.now()
    house.send(pump_event(STOP, now - timedelta(seconds=30), sent_at=now))  # a backlog
    house.send(pump_event(STOP, now - timedelta(seconds=4), sent_at=now))  # overtaken
    house.wait(GRACE_S)
    house.tick()
    assert not raised(house, session_id)


def test_after_a_restart_it_stands_as_before(folder: Path) -> None:
    with open_house(folder) as house:
        session_id = infusing(house)
        house.send(pump_state(house.clock.now(), drug="Ketamine", weight_kg=60, running=True))
        house.send(pump_event(STOP, house.clock.now() + timedelta(seconds=1)))
        house.wait(GRACE_S)
        house.tick()
        before, clock = panel(house, session_id), house.clock
        assert raised(house, session_id)
    with open_house(folder, clock=clock) as again:
        assert panel(again, session_id) == before
        again.tick()
        assert raised(again, session_id)


def test_the_account_tells_the_pumps_events_beside_what_was_recorded(house: House) -> None:
    session_id = infusing(house)
    at = house.clock.now()
    for code in (START, START, STOP):
        house.send(pump_event(code, at))
    told = account(house.live(session_id), house.clock.now())["pump_events"]
    assert told == [
        {"at": at.isoformat(), "source": "PUMP^X", "kind": kind, "words": f"pump deliv {kind}"}
        for kind in ("start", "stop")
    ]
