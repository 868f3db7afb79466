"""The [dosing] and [prediction] tables: what they say, and what they refuse."""

import pytest

from monitor.clinical.policy.policy import PolicyRefused, parse_policy
from tests.clinical.bedside import POLICY, TEXT

# CLINICAL.md §1.1, §1.2, written down a second time.
SAID = {
    "dosing.rate": (2, "mg/kg/h"),
    "dosing.bolus": (0.35, "mg/kg"),
    "dosing.total": (3, "mg/kg"),
    "dosing.guideline.rate_low": (0.5, "mg/kg/h"),
    "dosing.guideline.rate_high": (2, "mg/kg/h"),
    "dosing.guideline.total": (80, "mg"),
    "dosing.guideline.longer_than": (2, "h"),
    "dosing.guideline.bolus": (0.35, "mg/kg"),
    "dosing.bounds.concentration_high": (100, "mg/mL"),
    "dosing.bounds.rate_high": (7, "mg/kg/h"),
    "dosing.typical.dose": (0.5, "mg/kg"),
    "dosing.typical.rate": (0.75, "mg/kg/h"),
    "prediction.clear_below": (50, "ng/mL"),
}


def test_the_shipped_policy_says_what_the_clinical_page_says_of_doses() -> None:
    written = {one.name: (one.value, one.unit) for one in POLICY.quantities}
    assert {name: written[name] for name in SAID} == SAID
    assert POLICY.dosing.guideline.longer_than_min == 120
    assert POLICY.dosing.bounds["over_min"].words == "1 to 1440 min"
    assert sorted(POLICY.prediction.models) == ["clements250", "domino"]


FAULTS = [
    ('weight_low = { value = 20,', 'weight_low = { value = 350,', "bounds: “weight_low” is not below “weight_high”"),
    ('rate_step = { value = 2,', 'rate_step = { value = 1,', "“rate_step” must be more than 1"),
    ('weight_high = { value = 180,', 'weight_high = { value = 351,', "weight_kg 35 to 351 kg goes beyond"),
    ('weight_low = { value = 35,', 'weight_low = { value = 19,', "dosing.usual: weight_kg 19 to 180 kg goes beyond"),
    ('rate_high = { value = 7,', 'rate_high = { value = 1.9,', "the hard rail “rate” 2 lies outside what can be"),
    ('ordered_bolus_high = { value = 2,', 'ordered_bolus_high = { value = 0.3,', "hard rail “bolus” 0.35 lies outside"),
    ('dose_low = { value = 0.01,', 'dose_low = { value = 4,', "the hard rail “total” 3 lies outside"),
    ("longer_than = { value = 2, unit = \"h\"", "longer_than = { value = 2, unit = \"mg\"", "unit “mg” is not s or"),
    ('tolerance = { value = 2, unit = "mL"', 'tolerance = { value = 2, unit = "mg"', "the unit “mg” is not mL"),
    ('[dosing.pump]', '[dosing.pump]\ntyop = 1', "dosing.pump: “tyop” is not known here"),
    ('[dosing.typical]', '[dosing.typical]\ntyop = 1', "dosing.typical: “tyop” is not known here"),
    ('[dosing.guideline]', '[dosing.guideline]\ntyop = 1', "dosing.guideline: “tyop” is not known here"),
    ('[dosing.usual]', '[dosing.usual]\ntyop = 1', "dosing.usual: “tyop” is not known here"),
    ('[dosing.bounds]', '[dosing.bounds]\ntyop = 1', "dosing.bounds: “tyop” is not known here"),
    ('model = "domino"', 'model = "dominoes"', "no parameter set “dominoes”, only clements250, domino"),
    ('clear_below = { value = 50,', 'clear_below = { value = 0,', "“clear_below” must be more than 0 ng/mL"),
    ('v1 = { value = 0.063,', 'v1 = { value = 0,', "models.domino: every volume and rate must be more"),
    ('k31 = { value = 0.0146,', 'k31 = { value = 0.2470,', "two compartments with the same return rate are one"),
    ('k31 = { value = 0.0146,', 'k13b = { value = 0.0146,', "prediction.models.domino: “k31” is missing"),
    ('title = "Clements 250"', 'title = "Clements 250"\ntyop = 1', "models.clements250: “tyop” is not known here"),
    ('[prediction]', '[prediction]\ntyop = 1', "prediction: “tyop” is not known here"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "sentence"), FAULTS, ids=[row[1][:40] for row in FAULTS])
def test_a_dose_table_that_protects_nobody_is_refused(right: str, wrong: str, sentence: str) -> None:
    assert right in TEXT
    with pytest.raises(PolicyRefused) as refused:
        parse_policy(TEXT.replace(right, wrong, 1))
    assert sentence in str(refused.value)


def test_the_edges_of_a_table_are_allowed() -> None:
    for right, wrong in (
        ("rate_step = { value = 2,", "rate_step = { value = 1.01,"),
        ("weight_high = { value = 180,", "weight_high = { value = 350,"),
        ("rate_high = { value = 7,", "rate_high = { value = 2,"),
    ):
        assert right in TEXT
        parse_policy(TEXT.replace(right, wrong, 1))
