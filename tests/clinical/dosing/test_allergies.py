"""What is known of allergies: asked, listed, or nobody knows; and which drugs a listed one means."""

from dataclasses import replace

import pytest

from monitor.clinical.dosing.allergies import (
    NOT_ASKED,
    AllergyStatement,
    AllergyStatus,
    Said,
    check_statement,
    meant,
    standing_allergies,
)
from monitor.clinical.dosing.medication import Given, medication_rails
from monitor.clinical.dosing.rails import RailLevel
from monitor.errors import Refused
from tests.clinical.preparation.before import POLICY, START

PENICILLIN = AllergyStatement(1, Said.ALLERGY, "Penicillin", "rash", "", "", None, "", START, "Nurse")
NONE_KNOWN = replace(PENICILLIN, id=2, said=Said.NONE_KNOWN, substance="", reaction="")
WITHDRAWN = replace(NONE_KNOWN, id=3, said=Said.WITHDRAWN, withdraws=1, reason="it was her sister")


def test_nobody_asked_is_unknown_and_not_none() -> None:
    assert (NOT_ASKED.status, NOT_ASKED.words) == (AllergyStatus.UNKNOWN, "allergies not asked: unknown")
    assert standing_allergies([NONE_KNOWN]).status is AllergyStatus.NONE_KNOWN


def test_an_allergy_said_after_none_known_is_listed() -> None:
    stands = standing_allergies([NONE_KNOWN, replace(PENICILLIN, id=3)])
    assert (stands.status, stands.words) == (AllergyStatus.LISTED, "Penicillin (rash)")


def test_when_the_last_allergy_is_withdrawn_nothing_is_known_until_somebody_says_none() -> None:
    assert standing_allergies([PENICILLIN, WITHDRAWN]).status is AllergyStatus.UNKNOWN
    assert standing_allergies([PENICILLIN, WITHDRAWN, replace(NONE_KNOWN, id=4)]).status is AllergyStatus.NONE_KNOWN


@pytest.mark.parametrize(
    ("said", "substance", "withdraws", "reason", "missing"),
    [
        (Said.NONE_KNOWN, "", None, "", "said"),
        (Said.ALLERGY, " penicillin ", None, "", "substance"),
        (Said.ALLERGY, " ", None, "", "substance"),
        (Said.WITHDRAWN, "", 9, "wrong", "withdraws"),
        (Said.WITHDRAWN, "", 1, " ", "reason"),
    ],
)
def test_a_statement_that_contradicts_what_stands_is_refused(
    said: Said, substance: str, withdraws: int | None, reason: str, missing: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_statement(standing_allergies([PENICILLIN]), said, substance, withdraws, reason)
    assert refused.value.missing == (missing,)


@pytest.mark.parametrize(
    ("substance", "drug"),
    [
        ("Penicillin", "penicillin v"),
        ("benzodiazepines", "midazolam"),
        ("Midazolam", "midazolam"),
        ("KETAMINE", "ketamine"),
    ],
)
def test_a_drug_is_meant_by_its_name_or_by_its_family(substance: str, drug: str) -> None:
    stands = standing_allergies([replace(PENICILLIN, substance=substance)])
    rule = POLICY.medications.drugs.get(drug)
    assert meant(stands, drug, () if rule is None else rule.allergens)
    assert not meant(stands, "paracetamol", ())


def test_a_drug_the_patient_is_allergic_to_asks_for_a_physician_and_names_reaction_and_who_said_so() -> None:
    stands = standing_allergies([replace(PENICILLIN, substance="benzodiazepine")])
    dose = Given("midazolam", 1.0, "mg", "iv", START, "Nurse")
    (rail,) = medication_rails(POLICY.medications, dose, [], stands)
    assert rail.level is RailLevel.PHYSICIAN
    assert rail.words == "Midazolam: the patient is recorded as allergic to benzodiazepine (rash), said by Nurse"
