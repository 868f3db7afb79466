"""Another order while the drug runs: signed, for the whole infusion, and the pump goes on until somebody sets it."""

import json

import pytest

from monitor.clinical.session import EventRefused
from monitor.errors import NotAllowed, Refused
from monitor.security.signature_check import broken_signatures
from monitor.ward.dose_picture import dose_panel
from monitor.ward.due import due_list
from tests.recorder.house import House
from tests.recorder.test_signatures import tamper

FASTER = {"dose_mg_per_kg": 0.75, "over_min": 40.0}


def panel(house: House, session_id: int) -> dict[str, object]:
    found = dose_panel(house.live(session_id), house.clock.now())
    assert found is not None
    return found


def due(house: House, session_id: int) -> list[str]:
    live = house.live(session_id)
    return [one.words for one in due_list(live, house.chair(), house.clock.now())]


def test_a_changed_order_is_followed_from_then_on_and_the_rate_stays_until_it_is_set(house: House) -> None:
    session_id = house.infusing()
    house.wait(600)
    house.act(session_id, "change_order", by=house.physician, **FASTER)
    found = panel(house, session_id)
    assert (found["ordered_mg"], found["ordered_rate_ml_per_h"]) == (52.5, 78.75)
    assert (found["rate_ml_per_h"], found["rate_differs"]) == (52.5, True)
    assert [(one["amount"], one["ordered_by"]) for one in found["orders_before"]] == [(0.5, "Physician")]  # type: ignore[attr-defined]
    assert "Order changed: set 78.8 mL/h" in due(house, session_id)
    house.act(session_id, "change_rate", rate_ml_per_h=78.8)
    assert not panel(house, session_id)["rate_differs"]
    assert not [words for words in due(house, session_id) if words.startswith("Order changed")]


def test_what_was_planned_before_the_change_stays_planned(house: House) -> None:
    session_id = house.infusing()
    house.wait(1200)  # 17.5 mg at 52.5 mg/h
    house.act(session_id, "change_order", by=house.physician, **FASTER)
    assert panel(house, session_id)["planned_mg"] == 17.5
    house.wait(1200)  # and 26.25 mg at 78.75 mg/h
    assert panel(house, session_id)["planned_mg"] == 43.75


def test_the_bag_that_hangs_is_no_matter_of_a_changed_order(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "change_order", by=house.physician, concentration_mg_per_ml=2.0, **FASTER)
    assert panel(house, session_id)["concentration_mg_per_ml"] == 1.0


def test_a_changed_order_is_signed_and_its_signature_verifies(house: House) -> None:
    session_id = house.infusing()
    done = house.act(session_id, "change_order", by=house.physician, request_id="again", **FASTER)
    assert house.act(session_id, "change_order", by=house.physician, request_id="again", **FASTER) == done
    _, signed = house.desk.signatures(session_id)  # after the first order
    assert (signed["meaning"], signed["printed_name"], signed["verified"]) == ("order changed", "Physician", True)
    text = json.loads(str(signed["record"]))
    assert text["version"] == done.version
    assert text["details"]["dose_mg_per_kg"] == 0.75
    keys = house.desk._signing.seal.public
    assert house.read(lambda connection: broken_signatures(connection, keys)) == []
    tamper(house, "UPDATE discharge_signatures SET record = replace(record, '0.75', '0.7')")
    broken = house.read(lambda connection: broken_signatures(connection, keys))
    assert "signature 2 of session 1 does not verify" in str(broken)


def test_only_a_physician_changes_an_order_and_only_while_the_infusion_is_not_over(house: House) -> None:
    session_id = house.prepared()
    with pytest.raises(EventRefused):
        house.act(session_id, "change_order", by=house.physician, **FASTER)
    house.act(session_id, "start", rate_ml_per_h=52.5)
    with pytest.raises(NotAllowed):
        house.act(session_id, "change_order", **FASTER)
    house.act(session_id, "hold", reason="nausea")
    house.act(session_id, "change_order", by=house.physician, **FASTER)
    assert not panel(house, session_id)["rate_differs"]  # nothing runs: whoever resumes sets the rate
    house.act(session_id, "end_infusion")
    with pytest.raises(EventRefused):
        house.act(session_id, "change_order", by=house.physician, **FASTER)


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"rate_mg_per_kg_h": 2.5, "over_min": 40.0}, ("reason", "second_person")),
        ({"dose_mg_per_kg": 0.9, "over_min": 10.0}, ("reason", "second_person")),
        ({"dose_mg_per_kg": 0.2, "over_min": 20.0}, ("reason",)),  # 14 mg in all, and 17.5 mg were given
    ],
)
def test_the_guard_rails_hold_for_a_changed_order_too(
    house: House, changed: dict[str, float], missing: tuple[str, ...]
) -> None:
    session_id = house.infusing()
    house.wait(1200)
    with pytest.raises(Refused) as refused:
        house.act(session_id, "change_order", by=house.physician, **changed)
    assert refused.value.missing == missing
    house.act(
        session_id, "change_order", by=house.physician, reason="agreed", second=house.second_nurse, **changed
    )  # fmt: skip
    assert house.live(session_id).course.events[-1].details["beyond"]


def test_a_weight_changed_before_the_start_asks_for_check_and_clearance_anew_and_the_figures_follow(
    house: House,
) -> None:
    session_id = house.prepared()
    house.act(session_id, "record_weight", weight_kg=76.0)
    with pytest.raises(Refused) as refused:
        house.act(session_id, "start", rate_ml_per_h=57.0)
    assert refused.value.missing == ("second_check", "physician_clearance")
    assert panel(house, session_id)["ordered_mg"] == 38.0
