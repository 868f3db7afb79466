"""The pump panel: what the pump says of itself beside the record, with its age; what it did not say is no number."""

from collections.abc import Mapping

from monitor.ward.picture import Picture
from monitor.ward.pump_panel import pump_panel
from tests.recorder.house import POLICY, House
from tests.recorder.pump_frames import STOP, pump_event, pump_state


def shown(house: House, session_id: int) -> Mapping[str, object] | None:
    live = house.live(session_id)
    return pump_panel(live, house.ward.chair(live.chair_id), house.clock.now())


def infusing(house: House) -> int:
    session_id = house.infusing()
    house.wait(1)
    return session_id


def test_a_session_whose_pump_has_said_nothing_has_no_panel(house: House) -> None:
    assert shown(house, infusing(house)) is None


def test_what_the_pump_says_stands_beside_what_is_recorded_and_what_it_does_not_say_is_null(house: House) -> None:
    session_id = infusing(house)
    house.send(pump_state(house.clock.now(), drug="Ketamine", weight_kg=70))
    told = shown(house, session_id)
    assert told is not None
    pumps = told["pumps"]
    assert isinstance(pumps, list)
    assert [(one["drug"], one["weight_kg"]) for one in pumps] == [("Ketamine", 70)]
    assert (told["rate_ml_per_h"], told["volume_ml"], told["concentration_mg_per_ml"]) == (None, None, None)
    recorded = told["recorded"]
    assert isinstance(recorded, dict)
    assert recorded["weight_kg"] == 70
    assert recorded["rate_ml_per_h"] == 52.5
    assert told["differing"] == []


def test_from_how_many_percent_the_second_check_marks_another_number_is_the_policys(house: House) -> None:
    live = house.live(house.prepared())
    said = Picture(house.ward, POLICY, house.clock).session(live, house.ward.chair(live.chair_id))["compared"]
    assert said == {
        "check_percent": POLICY.dosing.pump.check_percent,
        "start_percent": POLICY.dosing.pump.start_percent,
    }
    assert said["check_percent"] == 5


def test_its_age_grows_while_it_is_silent_and_says_when_it_is_too_old_to_be_shown(house: House) -> None:
    session_id = infusing(house)
    house.send(pump_state(house.clock.now(), drug="Midazolam"))
    house.wait(45)
    told = shown(house, session_id)
    assert told is not None
    assert (told["age_s"], told["old_after_s"], told["missing_after_s"]) == (45, 10, 30)
    assert told["differing"] == ["pump's drug is Midazolam, not ketamine"]  # silence ends no difference


def test_a_pump_that_stopped_says_so_and_since_when(house: House) -> None:
    session_id = infusing(house)
    house.send(pump_event(STOP, house.clock.now()))
    told = shown(house, session_id)
    assert told is not None
    pumps = told["pumps"]
    assert isinstance(pumps, list)
    assert (pumps[0]["runs"], pumps[0]["since_at"]) == (False, house.clock.now().isoformat())
