"""Doses at the bedside: guard rails, a second person, waste, the pump's own totals, the prediction."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clinical.dosing.rails import OutOfBounds
from monitor.clinical.vitals import Vital
from monitor.errors import Refused
from monitor.recorder.acts import Actor
from monitor.store.queries.sessions import session_events
from monitor.store.queries.trail import audit_page
from monitor.ward.dose_picture import account, dose_panel
from tests.recorder.house import House, open_house

ORDER = {"dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0}
BEYOND = {
    "a large bolus": ("give_bolus", {"dose_mg": 28.0}, "bolus 0.40 mg/kg > 0.35"),
    "a fast rate": ("change_rate", {"rate_ml_per_h": 145.0}, "rate 2.07 mg/kg/h > 2"),
}


def last_details(house: House, session_id: int) -> Mapping[str, object]:
    return house.store.read(session_events, session_id)[-1].details


# --- rails ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BEYOND)
def test_beyond_a_hard_rail_a_physician_acts_with_a_reason_and_a_second_person(house: House, name: str) -> None:
    event, details, words = BEYOND[name]
    session_id = house.infusing()
    physician, second = house.physician, house.second_nurse
    attempts = (
        ({}, ("physician", "reason", "second_person")),
        ({"reason": "asked to", "second": second}, ("physician",)),
        ({"by": physician, "second": second}, ("reason",)),
        ({"by": physician, "reason": "  ", "second": second}, ("reason",)),
        ({"by": physician, "reason": "rescue"}, ("second_person",)),
        ({"by": physician, "reason": "rescue", "second": physician}, ("second_person",)),
        ({"by": physician, "reason": "rescue", "second": house.discharge_staff}, ("second_person",)),
    )
    version = house.live(session_id).course.version
    for more, missing in attempts:
        with pytest.raises(Refused) as refused:
            house.act(session_id, event, **details, **more)
        assert refused.value.missing == missing
    assert house.live(session_id).course.version == version  # nothing half-applies
    house.act(session_id, event, **details, by=physician, reason="rescue", second=second)
    stored = last_details(house, session_id)
    assert stored["second_person"] == {"person_id": second.person_id, "name": "Second", "role": "nurse"}
    assert words in stored["beyond"]


def test_the_trail_names_the_second_person_too(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "record_waste", waste_mg=3.0, second=house.second_nurse)
    entry = house.store.read(audit_page, limit=1)[0]
    assert entry.action == "session.record_waste"
    assert entry.facts["second_person_id"] == house.second_nurse.person_id


def test_a_soft_rail_asks_whoever_acts_for_a_reason_and_writes_it_down(house: House) -> None:
    session_id = house.infusing()
    with pytest.raises(Refused, match=r"rate_ml_per_h 110 mL/h, 52.5 before") as refused:
        house.act(session_id, "change_rate", rate_ml_per_h=110.0)
    assert refused.value.missing == ("reason",)
    house.act(session_id, "change_rate", rate_ml_per_h=110.0, reason="pain, patient calm")
    assert last_details(house, session_id)["beyond"] == ["rate_ml_per_h 110 mL/h, 52.5 before"]
    house.act(session_id, "change_rate", rate_ml_per_h=50.0)  # back down: nobody is asked
    assert "beyond" not in last_details(house, session_id)


def test_whoever_slows_down_a_rate_beyond_the_rails_is_not_stopped_but_a_resume_is(house: House) -> None:
    session_id = house.infusing()
    fast = {"by": house.physician, "reason": "rescue", "second": house.second_nurse}
    house.act(session_id, "change_rate", rate_ml_per_h=160.0, **fast)
    house.act(session_id, "change_rate", rate_ml_per_h=150.0)  # still above 2 mg/kg/h, but less than before
    house.act(session_id, "hold", reason="nausea")
    with pytest.raises(Refused) as refused:
        house.act(session_id, "resume", rate_ml_per_h=145.0)
    assert refused.value.missing == ("physician", "reason", "second_person")


NO_DOSE = [
    ("record_weight", {"weight_kg": 700.0}, "weight_kg is 700 kg; accepted is 20 to 350 kg"),
    ("record_weight", {"weight_kg": -70.0}, "weight_kg is -70 kg"),
    ("record_order", {**ORDER, "dose_mg_per_kg": -0.5}, "dose_mg_per_kg is -0.5 mg/kg"),
    ("record_order", {**ORDER, "dose_mg_per_kg": 35.0}, "It looks like mg, not mg/kg"),
    ("record_order", {**ORDER, "concentration_mg_per_ml": 101.0}, "accepted is 0.05 to 100 mg/mL"),
    ("start", {"rate_ml_per_h": 0.0}, "rate_ml_per_h is 0 mL/h; accepted is 0.1 to 1200 mL/h"),
    ("give_bolus", {"dose_mg": 501.0}, "dose_mg is 501 mg"),
    ("change_rate", {"rate_ml_per_h": 1201.0}, "rate_ml_per_h is 1201 mL/h"),
    ("record_waste", {"waste_mg": -1.0}, "waste_mg is -1 mg"),
]


@pytest.mark.parametrize(("event", "details", "words"), NO_DOSE)
def test_what_is_no_dose_is_refused_whoever_enters_it(
    house: House, event: str, details: dict[str, object], words: str
) -> None:
    running = event in ("give_bolus", "change_rate", "record_waste")
    session_id = house.infusing() if running else house.prepared()
    version = house.live(session_id).course.version
    with pytest.raises(OutOfBounds, match=words) as refused:
        house.act(session_id, event, by=house.physician, reason="it is right", second=house.second_nurse, **details)
    assert refused.value.missing == (next(name for name in details if name in refused.value.message),)
    assert house.live(session_id).course.version == version


def test_an_order_beyond_the_rails_is_refused_before_anybody_was_weighed_too(house: House) -> None:
    session_id = house.plan()
    wrong = {**ORDER, "dose_mg_per_kg": 9.0}
    with pytest.raises(Refused) as refused:
        house.act(session_id, "record_order", by=house.physician, **wrong)
    assert refused.value.missing == ("reason", "second_person")


@pytest.mark.parametrize("wrong", [{}, {"rate_mg_per_kg_h": 0.75, "dose_mg_per_kg": 0.5}])
def test_an_order_carries_exactly_one_amount(house: House, wrong: dict[str, object]) -> None:
    session_id = house.plan()
    with pytest.raises(Refused, match="exactly one of"):
        house.act(session_id, "record_order", by=house.physician, over_min=40.0, concentration_mg_per_ml=1.0, **wrong)


@pytest.mark.parametrize("amount", [{"dose_mg_per_kg": 0.5}, {"rate_mg_per_kg_h": 0.75}, {"rate_mcg_per_kg_min": 12.5}])
def test_an_order_stays_as_it_was_written_and_means_the_same(house: House, amount: dict[str, float]) -> None:
    session_id = house.prepared()
    house.act(
        session_id, "record_order", by=house.physician, **amount, over_min=40.0, concentration_mg_per_ml=1.0,
        bolus_mg_per_kg=0.1, bag_ml=50.0,
    )  # fmt: skip
    panel = dose_panel(house.live(session_id), house.clock.now())
    assert panel is not None
    assert {panel["form"]: panel["amount"]} == amount
    wanted = {"ordered_mg": 42.0, "ordered_rate_ml_per_h": 52.5, "ordered_bolus_mg": 7.0, "prepared_mg": 50.0}
    assert {name: panel[name] for name in wanted} == wanted
    assert panel["guideline"] == {
        "rate_low_mg_per_kg_h": 0.5, "rate_high_mg_per_kg_h": 2, "rate_inside": True,
        "total_mg": 80, "total_inside": False, "longer_than_min": 120, "duration_inside": False,
        "bolus_mg_per_kg": 0.35, "bolus_inside": True,
    }  # fmt: skip


def test_what_was_given_counts_towards_the_largest_total_of_a_session(house: House) -> None:
    session_id = house.infusing()  # 52.5 mg/h for 70 kg: 3 mg/kg after 4 hours
    house.wait(3600 * 3.8)
    house.act(session_id, "give_bolus", dose_mg=10.0, at=house.clock.now() - timedelta(hours=1))
    with pytest.raises(Refused, match=r"total 3.04 mg/kg > 3"):
        house.act(session_id, "give_bolus", dose_mg=3.5)


def test_a_weight_that_is_not_last_times_asks_why(house: House) -> None:
    first = house.infusing()
    house.act(first, "transfer", reason="to the ward")
    second = house.plan("2")
    house.act(second, "check_in")
    with pytest.raises(Refused, match="weight_kg 80 kg, 70 kg the last time") as refused:
        house.act(second, "record_weight", weight_kg=80.0)
    assert refused.value.missing == ("reason",)
    assert house.live(second).course.weight_kg is None
    house.act(second, "record_weight", weight_kg=80.0, reason="ascites")
    assert last_details(house, second)["beyond"] == ["weight_kg 80 kg, 70 kg the last time"]
    house.act(second, "record_weight", weight_kg=76.0)


# --- waste ------------------------------------------------------------------------------------------------------------


def test_waste_needs_a_witness_and_is_counted_against_what_was_prepared(house: House) -> None:
    session_id = house.infusing()
    house.wait(1200)
    house.act(session_id, "end_infusion")
    with pytest.raises(Refused) as refused:
        house.act(session_id, "record_waste", waste_mg=17.5)
    assert refused.value.missing == ("second_person",)
    house.act(session_id, "record_waste", waste_mg=17.0, second=house.physician)
    told = account(house.live(session_id), house.clock.now())
    panel = told["dose"]
    assert isinstance(panel, dict)
    assert (panel["prepared_mg"], panel["given_mg"], panel["wasted_mg"], panel["unaccounted_mg"]) == (35, 17.5, 17, 0.5)
    assert told["wastes"] == [{"at": house.clock.now().isoformat(), "mg": 17.0, "by": "Nurse", "witness": "Physician"}]


def test_the_account_stops_at_the_end_and_is_told_line_by_line(house: House) -> None:
    session_id = house.infusing()
    house.wait(600)
    house.act(session_id, "give_bolus", dose_mg=7.0)
    house.wait(600)
    house.act(session_id, "end_infusion")
    house.wait(3600)
    lines = account(house.live(session_id), house.clock.now())["intervals"]
    assert isinstance(lines, list)
    assert [(one["mg"], one["bolus_mg"], one["total_mg"]) for one in lines] == [(8.75, 0, 8.75), (15.75, 7, 24.5)]
    assert lines[-1]["total_mg_per_kg"] == 0.35


def test_before_there_is_an_order_there_is_no_account(house: House) -> None:
    assert account(house.live(house.plan()), house.clock.now())["dose"] is None


# --- the pump ---------------------------------------------------------------------------------------------------------


def pump(house: House, session_id: int) -> Mapping[str, object]:
    panel = dose_panel(house.live(session_id), house.clock.now())
    assert panel is not None
    assert isinstance(panel["pump"], dict)
    return panel["pump"]


def standing(house: House, session_id: int) -> dict[str, str]:
    return {one.rule_id: one.priority.value for one in house.live(session_id).shown()}


def test_a_pump_that_agrees_is_shown_and_raises_nothing(house: House) -> None:
    session_id = house.prepared()
    house.vitals(pump_volume=120.0, hr=74.0)
    house.wait(1)
    house.act(session_id, "start", rate_ml_per_h=52.5)
    house.wait(1200)
    house.vitals(pump_volume=137.5, pump_dose=17.5, pump_rate=52.5, pump_concentration=1.0, hr=74.0)
    house.tick()
    told = pump(house, session_id)
    assert (told["discrepancy"], told["differing"], told["notes"]) == (False, [], [])
    totals = told["totals"]
    assert isinstance(totals, dict)
    assert (totals["pump_volume"]["pump"], totals["pump_volume"]["recorded"]) == (17.5, 17.5)
    assert (totals["pump_dose"]["off"], totals["pump_dose"]["percent"]) == (0, 0)
    assert "dose_discrepancy" not in standing(house, session_id)


def test_a_pump_that_gave_more_than_recorded_rings_low_until_record_and_pump_agree(house: House) -> None:
    session_id = house.infusing()
    house.wait(1200)
    house.vitals(pump_volume=25.0, hr=74.0)
    house.tick()
    assert standing(house, session_id)["dose_discrepancy"] == "low"
    assert pump(house, session_id)["differing"] == ["pump 25.0 mL, recorded 17.5 mL"]
    house.wait(30)
    house.vitals(hr=74.0)  # silence of the pump clears nothing
    house.tick()
    assert "dose_discrepancy" in standing(house, session_id)
    house.act(session_id, "give_bolus", dose_mg=7.5, at=house.clock.now() - timedelta(seconds=60))  # it was a bolus
    house.tick()
    assert "dose_discrepancy" not in standing(house, session_id)
    assert pump(house, session_id)["discrepancy"] is False


def test_a_pump_that_was_reset_is_compared_since_then_and_that_is_said(house: House) -> None:
    session_id = house.infusing()
    house.wait(1200)
    house.vitals(pump_volume=17.5, hr=74.0)
    house.wait(60)
    house.vitals(pump_volume=0.0, hr=74.0)
    house.wait(600)
    house.vitals(pump_volume=8.75, hr=74.0)
    house.tick()
    told = pump(house, session_id)
    assert told["discrepancy"] is False
    assert told["notes"] == ["the pump's total went back from 17.5 to 0 mL at 09:21 UTC; compared since then"]


def test_another_rate_or_concentration_than_recorded_is_a_difference_too(house: House) -> None:
    session_id = house.infusing()
    house.wait(60)
    house.vitals(pump_rate=105.0, hr=74.0)
    assert pump(house, session_id)["differing"] == []  # the record has two minutes to follow
    house.wait(61)
    house.vitals(pump_rate=105.0, pump_concentration=2.0, hr=74.0)
    assert pump(house, session_id)["differing"] == [
        "pump runs at 105 mL/h, recorded 52.5 mL/h",
        "pump set for 2 mg/mL, ordered 1 mg/mL",
    ]


def test_an_implausible_total_says_nothing(house: House) -> None:
    session_id = house.infusing()
    house.wait(600)
    house.vitals(pump_volume=-3.0, hr=74.0)
    assert house.live(session_id).pump.totals == {}


def test_after_a_restart_the_pump_is_compared_as_before(folder: Path) -> None:
    with open_house(folder) as house:
        session_id = house.prepared()
        house.vitals(pump_volume=120.0, hr=74.0)
        house.wait(1)
        house.act(session_id, "start", rate_ml_per_h=52.5)
        for volume in (125.0, 3.0, 15.0):
            house.wait(600)
            house.vitals(pump_volume=volume, hr=74.0)
        before, clock = dict(house.live(session_id).pump.totals), house.clock
        assert pump(house, session_id)["discrepancy"] is True
    with open_house(folder, clock=clock) as again:
        assert again.live(session_id).pump.totals == before
        assert Vital.PUMP_VOLUME in before
        again.tick()
        assert "dose_discrepancy" in standing(again, session_id)


# --- the prediction ---------------------------------------------------------------------------------------------------


def test_a_prediction_says_that_it_is_one(house: House) -> None:
    session_id = house.prepared()
    panel = dose_panel(house.live(session_id), house.clock.now())
    assert panel is not None
    assert panel["predicted"] is None  # nothing given, nothing predicted
    house.act(session_id, "start", rate_ml_per_h=52.5)
    house.wait(40 * 60)
    told = dose_panel(house.live(session_id), house.clock.now())
    assert told is not None
    predicted = told["predicted"]
    assert isinstance(predicted, dict)
    assert (predicted["words"], predicted["model"]) == ("predicted, not measured", "domino")
    assert (predicted["plasma_ng_ml"], predicted["effect_site_ng_ml"]) == (240.3, 238.3)
    assert predicted["ahead_ng_ml"][0] == 238.3
    assert predicted["ahead_ng_ml"][30] > 238.3
    assert predicted["clear_at"] is None  # while drug runs
    house.act(session_id, "end_infusion")
    ended = dose_panel(house.live(session_id), house.clock.now())
    assert ended is not None
    clear_at = ended["predicted"]["clear_at"]  # type: ignore[index]
    assert clear_at[:16] == "2026-03-02T10:09"


def test_the_expected_time_of_discharge_waits_for_the_drugs_effect_and_no_criterion_does(house: House) -> None:
    """A large late bolus keeps the effect site above the level for longer than the hour after the end."""
    session_id = house.infusing()
    house.wait(40 * 60)
    for _ in range(4):
        house.act(session_id, "give_bolus", dose_mg=24.0, reason="x")
    house.act(session_id, "end_infusion")
    panel = dose_panel(house.live(session_id), house.clock.now())
    assert panel is not None
    clear_at = str(panel["predicted"]["clear_at"])  # type: ignore[index]
    assert clear_at > (house.clock.now() + timedelta(minutes=60)).isoformat()
    seen = house.desk.discharge(session_id)
    assert "prediction" not in str(seen["criteria"])


SECOND = Actor(None, "lab (program)", "nurse")


def test_a_program_without_a_person_is_nobodys_second_person(house: House) -> None:
    session_id = house.infusing()
    with pytest.raises(Refused):
        house.act(session_id, "record_waste", waste_mg=3.0, second=SECOND)
