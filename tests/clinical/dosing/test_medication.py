"""A drug beside the infusion: its name, its unit, its usual dose, and the second entry of one dose."""

from datetime import timedelta

import pytest

from monitor.clinical.dosing.medication import Given, MedicationRefused, check_medication
from tests.clinical.preparation.before import POLICY, START

WAITS = tuple(POLICY.discharge.waits_s)
MIDAZOLAM = Given("midazolam", 1.0, "mg", "iv", START, "Nurse")


def given(**changes) -> Given:
    return Given(**{name: changes.get(name, getattr(MIDAZOLAM, name)) for name in MIDAZOLAM.__slots__})


def check(one: Given, before=(), *, has_reason: bool = False) -> None:
    check_medication(POLICY.medications, one, before, has_reason=has_reason, waits=WAITS)


def refused_for(one: Given) -> tuple[str, ...]:
    """What is missing to record this dose without a reason; nothing when it passes."""
    try:
        check(one)
    except MedicationRefused as refused:
        return refused.missing
    return ()


@pytest.mark.parametrize("dose", [0.5, 1.0, 2.0])
def test_a_usual_dose_passes(dose):
    assert refused_for(given(dose=dose)) == ()


@pytest.mark.parametrize("changes", [{"dose": 0.49}, {"dose": 2.01}, {"route": "po"}])
def test_an_unusual_dose_or_route_needs_a_reason_and_is_never_forbidden(changes):
    with pytest.raises(MedicationRefused) as refused:
        check(given(**changes))
    assert refused.value.missing == ("reason",)
    check(given(**changes), has_reason=True)


@pytest.mark.parametrize(("changes", "missing"), [({"unit": "ug"}, "unit"), ({"drug": "midazolam iv"}, "drug")])
def test_a_wrong_unit_or_another_spelling_is_refused_with_any_reason(changes, missing):
    with pytest.raises(MedicationRefused) as refused:
        check(given(**changes), has_reason=True)
    assert refused.value.missing == (missing,)


@pytest.mark.parametrize(("minutes", "asked"), [(0, True), (9.9, True), (-9.9, True), (10, False), (-10, False)])
def test_the_same_drug_twice_within_minutes_is_asked_about(minutes, asked):
    before = [given(at=START - timedelta(minutes=minutes))]
    if asked:
        with pytest.raises(MedicationRefused, match="was recorded at"):
            check(MIDAZOLAM, before)
    else:
        check(MIDAZOLAM, before)
    check(MIDAZOLAM, [given(drug="ondansetron")])


def test_a_drug_the_policy_does_not_know_is_recorded():
    assert refused_for(given(drug="paracetamol", dose=1000.0)) == ()
