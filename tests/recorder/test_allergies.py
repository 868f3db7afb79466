"""A patient's allergies through the spine: known to the running session at once, after a restart, and to the guards."""

from collections.abc import Mapping

import pytest

from monitor.clinical.dosing.allergies import Allergies, AllergyStatus, Said
from monitor.errors import NotAllowed, Refused
from monitor.recorder.acts import Actor
from monitor.recorder.allergy_record import StateAllergy
from tests.recorder.house import House

MIDAZOLAM: Mapping[str, object] = {"drug": "midazolam", "dose": 1.0, "unit": "mg", "route": "iv"}


def state(
    house: House, said: Said, substance: str = "", by: Actor | None = None, withdraws: int | None = None
) -> Allergies:
    return house.desk.state_allergy(
        StateAllergy(house.patient_id, said, substance, "", "", "", withdraws, "asked again", by or house.nurse)
    )


def test_a_drug_is_given_without_a_word_while_nobody_asked_and_the_entry_says_so(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "give_medication", **MIDAZOLAM)
    assert house.live(session_id).course.events[-1].details["allergies"] == "allergies not asked: unknown"


def test_an_allergy_is_known_to_the_running_session_at_once_and_its_drug_needs_a_physician(house: House) -> None:
    session_id = house.infusing()
    state(house, Said.ALLERGY, "benzodiazepines")
    assert house.live(session_id).allergies.status is AllergyStatus.LISTED
    with pytest.raises(Refused, match="recorded as allergic to benzodiazepines") as refused:
        house.act(session_id, "give_medication", **MIDAZOLAM)
    assert refused.value.missing == ("reason", "second_person")
    house.act(session_id, "give_medication", **MIDAZOLAM, reason="fits, watched", second=house.physician)
    assert "allergic" in str(house.live(session_id).course.events[-1].details["beyond"])


def test_who_is_allergic_to_ketamine_gets_it_only_from_a_physician_before_a_second_person(house: House) -> None:
    session_id = house.infusing()
    state(house, Said.ALLERGY, "Ketamine")
    with pytest.raises(Refused) as refused:
        house.act(session_id, "give_bolus", dose_mg=5.0)
    assert refused.value.missing == ("physician", "reason", "second_person")


def test_two_people_who_contradict_each_other_are_told(house: House) -> None:
    state(house, Said.ALLERGY, "latex")
    with pytest.raises(Refused, match="Withdraw what is wrong first"):
        state(house, Said.NONE_KNOWN, by=house.second_nurse)


def test_what_was_withdrawn_stays_in_the_record_and_every_statement_is_audited(house: House) -> None:
    (latex,) = state(house, Said.ALLERGY, "latex").listed
    assert state(house, Said.WITHDRAWN, withdraws=latex.id).status is AllergyStatus.UNKNOWN
    assert state(house, Said.NONE_KNOWN).status is AllergyStatus.NONE_KNOWN


def test_a_display_may_not_say_what_somebody_is_allergic_to(house: House) -> None:
    with pytest.raises(NotAllowed):
        state(house, Said.NONE_KNOWN, by=Actor(None, "Wall", "station_display"))
