"""A drug beside the infusion: name, unit, usual dose, total, interval, and one dose charted twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.clinical.dosing.medication import Given, MedicationRefused, check_name, medication_rails
from monitor.clinical.dosing.rails import RailLevel
from monitor.clinical.policy.preparation_parts import Override
from tests.clinical.preparation.before import POLICY, START

WAITS = tuple(POLICY.discharge.waits_s)
MIDAZOLAM = Given("midazolam", 1.0, "mg", "iv", START, "Nurse")
HOURS = [timedelta(hours=hours) for hours in (1, 2, 3)]


def given(**changes: object) -> Given:
    return replace(MIDAZOLAM, **changes)


def asked(one: Given, before: Sequence[Given] = ()) -> dict[str, RailLevel]:
    """What is asked about, by the field it is about."""
    return {rail.field: rail.level for rail in medication_rails(POLICY.medications, one, before)}


@pytest.mark.parametrize("dose", [0.5, 1.0, 2.0])
def test_a_usual_dose_passes(dose: float) -> None:
    assert asked(given(dose=dose)) == {}


@pytest.mark.parametrize(
    ("changes", "field"), [({"dose": 0.49}, "dose"), ({"dose": 2.01}, "dose"), ({"route": "po"}, "route")]
)
def test_an_unusual_dose_or_route_asks_for_a_reason(changes: dict[str, object], field: str) -> None:
    assert asked(given(**changes)) == {field: RailLevel.SOFT}


@pytest.mark.parametrize(("changes", "missing"), [({"unit": "ug"}, "unit"), ({"drug": "midazolam iv"}, "drug")])
def test_a_wrong_unit_or_another_spelling_is_refused_whoever_says_why(changes: dict[str, object], missing: str) -> None:
    with pytest.raises(MedicationRefused) as refused:
        check_name(POLICY.medications, given(**changes), WAITS)
    assert refused.value.missing == (missing,)


@pytest.mark.parametrize(("minutes", "twice"), [(0, True), (9.9, True), (-9.9, True), (10, False), (-10, False)])
def test_the_same_drug_twice_within_minutes_is_asked_about(minutes: float, twice: bool) -> None:
    assert ("drug" in asked(MIDAZOLAM, [given(at=START - timedelta(minutes=minutes))])) is twice
    assert asked(MIDAZOLAM, [given(drug="ondansetron")]) == {}


def test_more_of_one_drug_in_a_session_than_the_policy_allows_asks_for_a_physician() -> None:
    before = [given(dose=2.0, at=START - HOURS[0]), given(dose=2.0, at=START - HOURS[1])]
    assert asked(MIDAZOLAM, before) == {}  # 5 mg is the most, and not more than the most
    (rail,) = medication_rails(POLICY.medications, given(dose=1.5), before)
    assert rail.level is RailLevel.PHYSICIAN
    assert rail.words == "Midazolam 5.5 mg in this session with this dose; the most is 5 mg (unverified)"


def test_a_total_of_tenths_is_not_a_hair_more_than_it_is() -> None:
    tenths = [given(drug="glycopyrrolate", dose=0.1, at=START - timedelta(hours=n)) for n in range(1, 8)]
    assert asked(given(drug="glycopyrrolate", dose=0.1), tenths) == {}


@pytest.mark.parametrize(("minutes", "soon"), [(1.9, True), (-1.9, True), (2, False), (-2, False)])
def test_two_doses_too_close_are_asked_about_also_when_charted_late(minutes: float, soon: bool) -> None:
    before = [given(at=START - timedelta(minutes=minutes)), given(at=START - HOURS[0])]
    assert ("at" in asked(MIDAZOLAM, before)) is soon


def test_the_policy_says_who_may_pass() -> None:
    policy = replace(POLICY.medications, beyond_most=Override.SECOND_PERSON, too_soon=Override.PHYSICIAN)
    rails = medication_rails(policy, given(dose=2.0), [given(dose=4.0, at=START - timedelta(minutes=1))])
    levels = {rail.field: rail.level for rail in rails}
    assert (levels["dose"], levels["at"]) == (RailLevel.SECOND_PERSON, RailLevel.PHYSICIAN)


def test_a_drug_the_policy_does_not_know_is_recorded() -> None:
    assert asked(given(drug="paracetamol", dose=1000.0)) == {}
