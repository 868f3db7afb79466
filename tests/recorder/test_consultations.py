"""Consultations: refused with every gap, signed, replaced by new ones, and what a start asks of them."""

import json
import sqlite3

import pytest

from monitor.errors import Conflict, NotAllowed, NotFound, Refused
from monitor.recorder.acts import Actor
from monitor.security.signature_check import broken_signatures
from tests.recorder.consulted import ACCEPTS, consult, open_series, plan_in
from tests.recorder.house import POLICY, House
from tests.recorder.test_signatures import tamper

DEFERS = {"decision": "defer", "reason": "staging first"}


def signed(house: House) -> list[dict[str, object]]:
    found = house.desk.consultations(house.patient_id)["consultations"]
    assert isinstance(found, list)
    return found


def broken(house: House) -> object:
    keys = house.desk._signing.seal.public
    return house.read(lambda connection: broken_signatures(connection, keys))


def missing(house: House, session_id: int) -> list[str]:
    gate = house.desk.preparation(session_id)["missing"]
    return [one["id"] for one in gate]  # type: ignore[index,attr-defined]


def test_what_is_not_complete_is_refused_with_everything_that_is_missing_and_nothing_is_kept(house: House) -> None:
    with pytest.raises(Refused) as refused:
        consult(house, {**ACCEPTS, "expectations": ["off_label"], "teams": {}})
    assert set(refused.value.missing) >= {"expectations.temporary_relief", "teams.oncology", "teams.pain"}
    assert signed(house) == []


def test_a_signed_consultation_says_everything_and_verifies(house: House) -> None:
    risky = {**ACCEPTS, "risks": {**ACCEPTS["risks"], "hypersensitivity": {"answer": "present", "note": "a rash"}}}  # type: ignore[dict-item]
    number = consult(house, risky)
    (one,) = signed(house)
    assert (one["id"], one["verified"], one["printed_name"], one["meaning"]) == (
        number, True, "Physician", "consultation",
    )  # fmt: skip
    assert one["stops"] == ["hypersensitivity"]
    text = json.loads(str(one["record"]))
    assert (text["patient"], text["paper"], text["said"]["decision"]) == (house.patient_id, "consultation", "accept")
    assert text["policy"]["sha256"]
    assert broken(house) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("record = replace(record, '\"accept\"', '\"defer\"')", "was changed"),
        ("patient_id = patient_id + 1", "another patient"),
        ("series_id = 1", "another series"),
        ("paper = 'series_order'", "another paper"),
        ("printed_name = 'Somebody'", "beside it"),
        ("signature = zeroblob(64)", "was changed"),
    ],
)
def test_whoever_changes_a_consultation_behind_the_product_is_found(house: House, change: str, why: str) -> None:
    open_series(house)
    consult(house)
    tamper(house, f"UPDATE signed_papers SET {change}")
    found = str(broken(house))
    assert "paper 1 of patient" in found
    assert why in found


def test_a_consultation_that_was_taken_away_is_told_of_by_the_trail(house: House) -> None:
    consult(house)
    tamper(house, "DELETE FROM signed_papers")
    assert "paper 1 is missing" in str(broken(house))


def test_nobody_writes_over_a_consultation(house: House) -> None:
    consult(house)
    connection = sqlite3.connect(house.store.engines.write.url.database or "")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE signed_papers SET record = '{}'")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM signed_papers")
    connection.close()


def test_a_correction_replaces_and_is_made_once(house: House) -> None:
    first = consult(house)
    second = consult(house, DEFERS, replaces_id=first)
    assert [(one["id"], one["replaced_by"]) for one in signed(house)] == [(second, None), (first, second)]
    with pytest.raises(Refused):
        consult(house, DEFERS, replaces_id=first)


def test_who_did_not_see_the_newest_consultation_signs_nothing(house: House) -> None:
    first = consult(house)
    with pytest.raises(Conflict, match="Physician signed a consultation") as conflict:
        consult(house, DEFERS, seen_id=None)
    assert conflict.value.current == {"id": first}
    assert len(signed(house)) == 1


def test_the_same_request_twice_is_one_consultation_and_anothers_request_is_a_conflict(house: House) -> None:
    first = consult(house, request_id="once")
    assert consult(house, request_id="once") == first
    assert len(signed(house)) == 1
    other = Actor(house.second_nurse.person_id, "Second", "physician")
    with pytest.raises(Conflict):
        consult(house, request_id="once", person=other)


def test_only_a_physician_who_is_a_person_signs_one(house: House) -> None:
    with pytest.raises(NotAllowed):
        consult(house, person=house.nurse)
    with pytest.raises(NotAllowed):
        consult(house, person=Actor(None, "program", "physician"))


def test_a_risk_the_policy_does_not_know_and_a_series_of_nobody_are_refused(house: House) -> None:
    with pytest.raises(Refused, match="no item “moon”"):
        consult(house, {**ACCEPTS, "risks": {"moon": {"answer": "clear"}}})
    with pytest.raises(NotFound):
        consult(house, series_id=99)


def test_a_session_of_a_series_starts_only_once_a_consultation_accepts_and_no_longer_when_it_is_taken_back(
    house: House,
) -> None:
    series_id = open_series(house)
    session_id = plan_in(house, series_id)
    assert "consultation" in missing(house, session_id)
    first = consult(house, series_id=series_id)
    assert "consultation" not in missing(house, session_id)
    consult(house, DEFERS, series_id=series_id, replaces_id=first)
    assert "consultation" in missing(house, session_id)
    house.act(session_id, "check_in")
    with pytest.raises(Refused, match="an accepted consultation") as refused:
        house.act(session_id, "start", rate_ml_per_h=52.5, by=house.physician)
    assert "consultation" in refused.value.missing


def test_a_session_of_no_series_asks_for_no_consultation(house: House) -> None:
    assert "consultation" not in missing(house, house.plan())


def test_the_consultations_risks_stand_beside_the_screening_of_the_day_and_answer_nothing(house: House) -> None:
    series_id = open_series(house)
    item = POLICY.screening[0].id
    risks = {**ACCEPTS["risks"], item: {"answer": "present", "note": "seen in 2024"}}  # type: ignore[dict-item]
    consult(house, {**ACCEPTS, "risks": risks}, series_id=series_id)
    consult(house, {**ACCEPTS, "decision": "defer", "reason": "another series"}, series_id=open_series(house))
    session_id = plan_in(house, series_id)
    told = house.desk.preparation(session_id)
    beside = told["consultation"]
    assert isinstance(beside, dict)
    assert (beside["id"], beside["answers"][item]) == (1, {"answer": "present", "note": "seen in 2024"})
    assert {one["result"] for one in told["screening"]} <= {"unanswered", "not_applicable"}  # type: ignore[attr-defined]
    assert house.desk.preparation(house.plan(in_h=30))["consultation"]["id"] == 2  # type: ignore[index]
