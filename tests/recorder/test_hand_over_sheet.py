"""What goes along with a patient: from the record, each value with its time and age, and what is not known said so."""

from datetime import datetime, timedelta
from typing import Any

from monitor.store.queries.sessions import session_events
from tests.recorder.house import House


def sheet(house: House, session_id: int) -> dict[str, Any]:
    return dict(house.desk.hand_over_sheet(session_id))


def of(vitals: list[dict[str, Any]], vital: str) -> dict[str, Any]:
    return next(one for one in vitals if one["vital"] == vital)


def test_values_go_with_their_time_and_age_and_are_those_before_the_patient_left(house: House) -> None:
    session_id = house.infusing()
    house.vitals(hr=88.0, spo2=95.0, nibp_sys=150.0, nibp_dia=90.0)
    house.wait(600)
    house.act(session_id, "transfer", reason="chest pain", service="emergency", how="ambulance", person="Dr. Ruiz")
    left_at = house.clock.now()
    house.wait(3600)
    told = sheet(house, session_id)
    assert told["as_of"] == left_at.isoformat()
    assert (of(told["vitals"], "hr")["value"], of(told["vitals"], "hr")["age_s"]) == (88.0, 600.0)
    assert (told["state"], told["leaving"]["service"], told["leaving"]["person"]) == (
        "transferred", "emergency", "Dr. Ruiz",
    )  # fmt: skip
    assert {"time", "awake"} <= {one["id"] for one in told["open_criteria"]}
    assert told["patient"]["hospital_id"]


def test_a_value_that_was_marked_or_doubted_is_not_the_last_one_and_it_is_said(house: House) -> None:
    session_id = house.infusing()
    house.vitals(spo2=95.0)
    house.wait(60)
    marked_at = house.clock.now()
    house.vitals(spo2=71.0)
    house.wait(60)
    house.act(
        session_id, "mark_values", reason="probe off", vital="spo2",
        from_at=(marked_at - timedelta(seconds=5)).isoformat(), to_at=(marked_at + timedelta(seconds=5)).isoformat(),
    )  # fmt: skip
    spo2 = of(sheet(house, session_id)["vitals"], "spo2")
    assert (spo2["value"], spo2["doubted_since"]) == (95.0, True)


def test_the_dose_drugs_and_adverse_events_are_those_that_stand(house: House) -> None:
    session_id = house.infusing()
    house.wait(1200)
    wrong = house.act(session_id, "give_medication", drug="ondansetron", dose=4.0, unit="mg", route="iv").version
    house.act(session_id, "correct_entry", corrects=wrong, reason="not given")
    house.act(session_id, "give_medication", drug="ondansetron", dose=4.0, unit="mg", route="po", reason="by mouth")
    house.act(
        session_id, "record_adverse_event", term="vomiting", grade=2, relation="probable", action="treated", serious=[],
    )  # fmt: skip
    told = sheet(house, session_id)
    assert [(one["drug"], one["route"]) for one in told["medications"]] == [("ondansetron", "po")]
    assert [(one["title"], one["open"]) for one in told["adverse_events"]] == [("Vomiting", True)]
    assert told["drug"]["given_mg"] > 0
    assert told["drug"]["predicted"]["words"] == "predicted, not measured"
    assert datetime.fromisoformat(told["drug"]["started_at"])


def test_before_the_infusion_no_drug_is_told_and_allergies_nobody_asked_are_unknown(house: House) -> None:
    session_id = house.prepared()
    told = sheet(house, session_id)
    assert told["drug"] is None
    assert told["allergies"]["status"] == "unknown"
    assert told["leaving"] is None


def test_the_open_criteria_are_those_stored_when_the_patient_left_and_not_those_of_a_later_policy(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "transfer", reason="chest pain", service="emergency", how="ambulance")
    [gone] = [one for one in house.store.read(session_events, session_id) if one.event == "transfer"]
    assert sheet(house, session_id)["open_criteria"] == gone.details["open_criteria"]
