"""Entries that were wrong: corrected by a new entry that names them, with nothing erased and the account following."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import Conflict, NotAllowed, Refused
from monitor.store.queries.sessions import session_events
from monitor.store.queries.trail import audit_page
from monitor.ward.course_picture import events_of
from monitor.ward.dose_picture import dose_panel
from tests.recorder.house import House, open_house

ONDANSETRON = {"drug": "ondansetron", "dose": 4.0, "unit": "mg", "route": "iv"}


def listed(house: House, session_id: int) -> dict[object, dict[str, object]]:
    return {one["id"]: one for one in events_of(house.live(session_id).course.events)}


def given_mg(house: House, session_id: int) -> object:
    panel = dose_panel(house.live(session_id), house.clock.now())
    assert panel is not None
    return panel["given_mg"]


def test_a_symptom_is_corrected_by_a_new_entry_and_both_stay_listed(house: House) -> None:
    session_id = house.infusing()
    wrong = house.act(session_id, "symptom", symptom="nausea", grade=3).version
    right = house.act(
        session_id, "correct_entry", corrects=wrong, instead={"symptom": "nausea", "grade": 1}, reason="mistyped"
    ).version
    shown = listed(house, session_id)
    assert (shown[wrong]["stands"], shown[wrong]["corrected_by"], shown[wrong]["words"]) == (False, right, "nausea 3")
    assert (shown[right]["stands"], shown[right]["corrects"], shown[right]["kind"]) == (True, wrong, "symptom")
    assert shown[right]["words"] == "nausea 1, instead of: nausea 3 (mistyped)"
    stored = {one.version: one for one in house.store.read(session_events, session_id)}
    assert stored[wrong].details == {"symptom": "nausea", "grade": 3}  # nothing is erased
    assert house.store.read(audit_page, limit=1)[0].action == "session.correct_entry"


def test_a_symptom_that_is_over_is_said_to_be_gone_and_has_no_grade_of_nothing(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "symptom", symptom="nausea", grade=2)
    over = house.act(session_id, "symptom", symptom="nausea", grade=0).version
    assert listed(house, session_id)[over]["words"] == "nausea is gone"


def test_what_never_happened_is_struck_and_cannot_be_corrected_any_further(house: House) -> None:
    session_id = house.infusing()
    wrong = house.act(session_id, "symptom", symptom="headache", grade=2).version
    struck = house.act(session_id, "correct_entry", corrects=wrong, reason="undone").version
    shown = listed(house, session_id)
    assert not shown[wrong]["stands"]
    assert not shown[struck]["stands"]
    assert shown[struck]["words"] == "Entered in error: headache 2 (undone)"
    with pytest.raises(Refused, match="was struck"):
        house.act(session_id, "correct_entry", corrects=struck, reason="again", instead={"text": "x"})


def test_a_bolus_that_was_not_given_leaves_the_account_and_a_corrected_one_counts_as_corrected(house: House) -> None:
    session_id = house.infusing()
    before = given_mg(house, session_id)
    first = house.act(session_id, "give_bolus", dose_mg=10.0).version
    assert given_mg(house, session_id) == before + 10.0  # type: ignore[operator]
    second = house.act(
        session_id, "correct_entry", corrects=first, instead={"dose_mg": 5.0}, reason="5, not 10"
    ).version
    assert given_mg(house, session_id) == before + 5.0  # type: ignore[operator]
    house.act(session_id, "correct_entry", corrects=second, reason="not given at all")
    assert given_mg(house, session_id) == before


def test_a_wrong_rate_is_corrected_from_when_it_was_charted_and_the_account_follows(house: House) -> None:
    session_id = house.infusing()
    house.wait(600.0)
    wrong = house.act(session_id, "change_rate", rate_ml_per_h=25.0).version
    house.wait(600.0)
    house.act(session_id, "correct_entry", corrects=wrong, instead={"rate_ml_per_h": 52.0}, reason="read it wrongly")
    course = house.live(session_id).course
    assert [step.ml_per_h for step in course.rates] == [52.5, 52.0]
    assert course.rate_ml_per_h == 52.0
    assert given_mg(house, session_id) == pytest.approx(52.5 / 6 + 52.0 / 6, abs=0.02)


def test_a_change_of_rate_on_the_wrong_chair_is_struck_but_a_start_only_gets_another_rate(house: House) -> None:
    session_id = house.infusing()
    start = house.live(session_id).course.version
    wrong = house.act(session_id, "change_rate", rate_ml_per_h=25.0).version
    house.act(session_id, "correct_entry", corrects=wrong, reason="wrong chair")
    assert house.live(session_id).course.rate_ml_per_h == 52.5
    with pytest.raises(Refused, match="say at which rate"):
        house.act(session_id, "correct_entry", corrects=start, reason="no")


def test_a_correction_passes_the_rails_of_the_dose_it_states(house: House) -> None:
    session_id = house.infusing()
    wrong = house.act(session_id, "give_bolus", dose_mg=5.0).version
    beyond = {"corrects": wrong, "instead": {"dose_mg": 28.0}, "reason": "mistyped"}
    with pytest.raises(Refused, match="Beyond the policy's guard rail") as refused:
        house.act(session_id, "correct_entry", **beyond)
    assert "second_person" in refused.value.missing
    house.act(
        session_id,
        "correct_entry",
        **{**beyond, "instead": {"dose_mg": 28.0, "reason": "rescue"}},
        by=house.physician,
        second=house.second_nurse,
    )
    details = house.live(session_id).course.events[-1].details
    assert details["second_person"] == {"person_id": house.second_nurse.person_id, "name": "Second", "role": "nurse"}
    assert details["beyond"]


def test_a_drug_is_corrected_without_its_wrong_entry_counting_as_a_repeated_dose(house: House) -> None:
    session_id = house.infusing()
    wrong = house.act(session_id, "give_medication", **{**ONDANSETRON, "dose": 4.0, "route": "iv"}).version
    at = (house.clock.now() - timedelta(minutes=5)).isoformat()
    with pytest.raises(Refused, match="outside the usual"):
        house.act(session_id, "correct_entry", corrects=wrong, instead={**ONDANSETRON, "dose": 40.0}, reason="mistyped")
    house.act(session_id, "correct_entry", corrects=wrong, instead={**ONDANSETRON, "at": at}, reason="was earlier")
    (given,) = house.live(session_id).course.medications
    assert (given.drug, given.dose, given.at.isoformat()) == ("ondansetron", 4.0, at)
    with pytest.raises(Refused, match="was recorded at"):
        house.act(session_id, "give_medication", **ONDANSETRON)


def test_a_struck_dose_counts_towards_no_total_and_a_corrected_one_counts_as_corrected(house: House) -> None:
    session_id = house.infusing()
    midazolam = {"drug": "midazolam", "dose": 2.0, "unit": "mg", "route": "iv"}
    first = house.act(session_id, "give_medication", **midazolam).version
    second = house.act(session_id, "give_medication", **midazolam, reason="still afraid").version
    more = {**midazolam, "reason": "still afraid"}
    with pytest.raises(Refused, match="6 mg in this session") as refused:
        house.act(session_id, "give_medication", **more)
    assert refused.value.missing == ("second_person",)
    house.act(session_id, "correct_entry", corrects=second, reason="charted twice")
    house.act(session_id, "correct_entry", corrects=first, instead={**midazolam, "dose": 1.0}, reason="misread")
    house.act(session_id, "give_medication", **more)


def test_a_total_beyond_the_policy_is_passed_by_a_physician_or_in_sight_of_one(house: House) -> None:
    session_id = house.infusing()
    much = {"drug": "midazolam", "dose": 6.0, "unit": "mg", "route": "iv", "reason": "fits"}
    with pytest.raises(Refused, match="a physician gives it or confirms it"):
        house.act(session_id, "give_medication", **much, second=house.second_nurse)
    house.act(session_id, "give_medication", **much, second=house.physician)
    details = house.live(session_id).course.events[-1].details
    assert details["second_person"] == {
        "person_id": house.physician.person_id, "name": house.physician.name, "role": "physician"
    }  # fmt: skip
    assert any("the most is 5 mg" in words for words in details["beyond"])
    house.act(session_id, "give_medication", **{**much, "reason": "fits again"}, by=house.physician)


def test_a_waste_is_corrected_and_struck_before_a_witness_again(house: House) -> None:
    session_id = house.infusing()
    wrong = house.act(session_id, "record_waste", waste_mg=5.0, second=house.second_nurse).version
    correction = {"corrects": wrong, "instead": {"waste_mg": 2.0}, "reason": "misread"}
    with pytest.raises(Refused, match="second person"):
        house.act(session_id, "correct_entry", **correction)
    corrected = house.act(session_id, "correct_entry", **correction, second=house.physician).version
    (waste,) = house.live(session_id).course.wastes
    assert (waste.mg, waste.by, waste.witness) == (2.0, "Nurse", "Physician")
    with pytest.raises(Refused, match="second person"):
        house.act(session_id, "correct_entry", corrects=corrected, reason="not thrown away")
    house.act(session_id, "correct_entry", corrects=corrected, reason="not thrown away", second=house.second_nurse)
    assert house.live(session_id).course.wastes == []


def test_a_change_of_rate_gets_the_time_it_was_made_and_the_dose_follows(house: House) -> None:
    session_id = house.infusing()
    house.wait(600)
    changed = house.act(session_id, "change_rate", rate_ml_per_h=20.0).version
    earlier = house.clock.now() - timedelta(minutes=5)
    instead = {"rate_ml_per_h": 20.0, "at": earlier.isoformat()}
    house.act(session_id, "correct_entry", corrects=changed, instead=instead, reason="charted late")
    step = house.live(session_id).course.rates[-1]
    assert (step.ml_per_h, step.at) == (20.0, earlier)


def test_a_change_of_rate_never_passes_its_neighbours(house: House) -> None:
    session_id = house.infusing()
    started = house.live(session_id).course.rates[0]
    house.wait(600)
    first = house.act(session_id, "change_rate", rate_ml_per_h=20.0).version
    house.wait(600)
    house.act(session_id, "change_rate", rate_ml_per_h=15.0)
    house.wait(60)
    for at in (started.at - timedelta(minutes=1), house.clock.now()):
        instead = {"rate_ml_per_h": 20.0, "at": at.isoformat()}
        with pytest.raises(Refused, match="lies after the one at"):
            house.act(session_id, "correct_entry", corrects=first, instead=instead, reason="wrong time")


WRONG: Mapping[str, tuple[dict[str, object], str]] = {
    "no such entry": ({"corrects": 999}, "no such entry"),
    "what moved the session": ({"corrects": 1}, "is not corrected but done again"),
    "another kind of entry": ({"instead": {"text": "calm"}}, "corrects a symptom: say grade, symptom"),
    "a grade that is none": ({"instead": {"symptom": "nausea", "grade": 4}}, "has no grade 4"),
    "no reason": ({"reason": " "}, "reason is needed"),
    "a time to come": ({"instead": {"symptom": "nausea", "grade": 1, "at": "2031-01-01T00:00:00+00:00"}}, "12 hours"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_correction_that_cannot_be_is_refused_with_nothing_stored(house: House, name: str) -> None:
    session_id = house.infusing()
    version = house.act(session_id, "symptom", symptom="nausea", grade=2).version
    more, words = WRONG[name]
    asked: dict[str, object] = {"corrects": version, "reason": "mistyped", **more}
    with pytest.raises(Refused, match=words):
        house.act(session_id, "correct_entry", **asked)
    assert house.live(session_id).course.version == version


def test_whoever_may_not_give_a_drug_may_not_correct_one(house: House) -> None:
    session_id = house.infusing()
    version = house.act(session_id, "give_bolus", dose_mg=5.0).version
    with pytest.raises(NotAllowed):
        house.act(session_id, "correct_entry", corrects=version, reason="no", by=house.discharge_staff)


def test_two_people_correct_one_entry_and_the_second_is_told_who_was_first(house: House) -> None:
    session_id = house.infusing()
    wrong = house.act(session_id, "note", text="calm").version
    house.act(
        session_id, "correct_entry", corrects=wrong, instead={"text": "asleep"}, reason="other", by=house.physician
    )
    with pytest.raises(Conflict, match="Physician has corrected this entry already"):
        house.act(session_id, "correct_entry", corrects=wrong, instead={"text": "awake"}, reason="other")


def test_who_acted_on_an_older_picture_is_told_who_changed_what_and_sends_it_again(house: House) -> None:
    session_id = house.infusing()
    seen = house.live(session_id).course.version
    house.act(session_id, "change_rate", rate_ml_per_h=40.0, by=house.second_nurse)
    with pytest.raises(Conflict, match="Second acted first") as conflict:
        house.act(session_id, "symptom", symptom="nausea", grade=1, version=seen)
    (change,) = conflict.value.current["changes"]  # type: ignore[misc]
    assert (change["by"], change["words"]) == ("Second", "Rate 40.0 mL/h")
    house.act(session_id, "symptom", symptom="nausea", grade=1, version=conflict.value.current["version"])
    assert [one["event"] for one in listed(house, session_id).values()][-2:] == ["change_rate", "symptom"]


def test_after_a_restart_the_same_entries_stand(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        session_id = house.infusing()
        wrong = house.act(session_id, "give_bolus", dose_mg=10.0).version
        house.act(session_id, "correct_entry", corrects=wrong, instead={"dose_mg": 5.0}, reason="mistyped")
        before = listed(house, session_id)
    with open_house(tmp_path) as house:
        assert [bolus.mg for bolus in house.live(session_id).course.boluses] == [5.0]
        assert listed(house, session_id) == before
