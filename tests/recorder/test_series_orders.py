"""The order of a series: signed once it is accepted, taken over by people, never by itself."""

from dataclasses import replace

import pytest

from monitor.clinical.dosing.allergies import Said
from monitor.errors import Conflict, NotAllowed, Refused
from monitor.recorder.allergy_record import StateAllergy
from monitor.ward.dose_picture import dose_panel
from tests.recorder.consulted import ORDERED, consult, open_series, order_series, plan_in
from tests.recorder.house import House

STRONGER = {**ORDERED, "dose_mg_per_kg": 0.75}


@pytest.fixture
def series_id(house: House) -> int:
    found = open_series(house)
    consult(house, series_id=found)
    return found


def orders(house: House, series_id: int) -> list[dict[str, object]]:
    found = house.desk.series_orders(series_id)["orders"]
    assert isinstance(found, list)
    return found


def adopt(house: House, session_id: int, number: int, **changes: object) -> None:
    house.act(session_id, "adopt_order", **{"by": house.physician, "series_order": number, **ORDERED, **changes})


def test_nothing_is_ordered_for_a_series_that_no_consultation_accepts(house: House) -> None:
    series_id = open_series(house)
    with pytest.raises(Refused, match="before a consultation has accepted") as refused:
        order_series(house, series_id)
    assert refused.value.missing == ("consultation",)
    consult(house, {"decision": "defer", "reason": "staging"}, series_id=series_id)
    with pytest.raises(Refused):
        order_series(house, series_id)


def test_an_order_is_signed_and_the_last_one_stands_beside_the_older(house: House, series_id: int) -> None:
    first = order_series(house, series_id)
    second = order_series(house, series_id, STRONGER)
    newest, older = orders(house, series_id)
    assert (newest["id"], newest["replaces"], older["id"]) == (second, first, first)
    assert all(one["verified"] for one in (newest, older))
    assert newest["ordered"] == STRONGER
    assert newest["figures"] is None  # nobody was weighed yet
    with pytest.raises(Conflict, match="Physician signed an order"):
        order_series(house, series_id, seen_id=first)


def test_only_a_physician_orders_and_the_same_request_orders_once(house: House, series_id: int) -> None:
    with pytest.raises(NotAllowed):
        order_series(house, series_id, person=house.nurse)
    first = order_series(house, series_id, request_id="once", seen_id=None)
    assert order_series(house, series_id, request_id="once", seen_id=None) == first
    assert len(orders(house, series_id)) == 1


def test_beyond_the_rails_an_order_of_a_series_needs_its_reason_and_a_second_person(
    house: House, series_id: int
) -> None:
    fast = {**ORDERED, "dose_mg_per_kg": 0.9, "over_min": 10.0}
    with pytest.raises(Refused) as refused:
        order_series(house, series_id, fast)
    assert refused.value.missing == ("reason", "second_person")
    order_series(house, series_id, fast, reason="refractory", second_person=house.second_nurse)
    assert orders(house, series_id)[0]["override_reason"] == "refractory"
    with pytest.raises(Refused):
        order_series(house, series_id, {**ORDERED, "dose_mg_per_kg": 35.0}, reason="x", second_person=house.nurse)


def test_an_allergy_to_the_drug_asks_for_a_second_person_whatever_the_dose(house: House, series_id: int) -> None:
    house.desk.state_allergy(
        StateAllergy(house.patient_id, Said.ALLERGY, "ketamine", "rash", "", "", None, "", house.nurse)
    )
    with pytest.raises(Refused) as refused:
        order_series(house, series_id)
    assert refused.value.missing == ("reason", "second_person")


def test_a_session_takes_the_order_over_only_by_a_person_and_its_own_weight_counts(
    house: House, series_id: int
) -> None:
    number = order_series(house, series_id)
    session_id = plan_in(house, series_id)
    house.act(session_id, "check_in")
    house.act(session_id, "record_weight", weight_kg=80.0)
    assert house.live(session_id).course.order is None
    adopt(house, session_id, number)
    panel = dose_panel(house.live(session_id), house.clock.now())
    assert panel is not None
    assert (panel["ordered_mg"], panel["ordered_by"]) == (40.0, "Physician")
    assert house.live(session_id).course.events[-1].details["series_order"] == number
    with pytest.raises(Refused, match="Physician ordered this"):
        house.act(session_id, "second_check", by=house.physician)
    house.act(session_id, "second_check", by=house.second_nurse)


def test_what_stands_is_taken_over_and_nothing_else(house: House, series_id: int) -> None:
    older = order_series(house, series_id)
    newest = order_series(house, series_id, STRONGER)
    session_id = plan_in(house, series_id)
    house.act(session_id, "check_in")
    for number, ordered in ((older, ORDERED), (newest, ORDERED), (older, STRONGER)):
        with pytest.raises(Conflict, match="that stands is another"):
            adopt(house, session_id, number, **ordered)
    adopt(house, session_id, newest, **STRONGER)


def test_a_session_of_no_series_has_none_to_take_over(house: House, series_id: int) -> None:
    number = order_series(house, series_id)
    session_id = house.plan()
    house.act(session_id, "check_in")
    with pytest.raises(Refused, match="no order of a series"):
        adopt(house, session_id, number)


def test_a_nurse_takes_it_over_only_where_the_policy_says_so(house: House, series_id: int) -> None:
    number = order_series(house, series_id)
    session_id = plan_in(house, series_id)
    house.act(session_id, "check_in")
    with pytest.raises(NotAllowed, match="only a physician take over"):
        adopt(house, session_id, number, by=house.nurse)
    live = house.live(session_id)
    live.policy = replace(live.policy, series=replace(live.policy.series, nurse_adopts_order=True))
    adopt(house, session_id, number, by=house.nurse)
    order = house.live(session_id).course.order
    assert order is not None
    assert order.mark.by == "Nurse"
    assert order.of_series is not None
    assert order.of_series.by == "Physician"
    for one in (house.nurse, house.physician):  # neither who took it over nor who ordered it checks it
        with pytest.raises(Refused, match="a second person checks it"):
            house.act(session_id, "second_check", by=one)


def test_figures_are_those_of_the_last_weight(house: House, series_id: int) -> None:
    order_series(house, series_id)
    session_id = plan_in(house, series_id)
    house.act(session_id, "check_in")
    house.act(session_id, "record_weight", weight_kg=80.0)
    told = house.desk.series_orders(series_id)
    assert told["weight"]["kg"] == 80.0  # type: ignore[index]
    figures = orders(house, series_id)[0]["figures"]
    assert isinstance(figures, dict)
    assert (figures["total_mg"], figures["rate_ml_per_h"]) == (40.0, 60.0)
