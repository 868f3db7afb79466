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
    ('weight_low = { value = 20,', 'weight_low = { value = 350,', "weight_low: 350 is not below weight_high 350"),
    ('rate_step = { value = 2,', 'rate_step = { value = 1,', "rate_step.value: 1 is written; accepted: more than 1"),
    ('weight_high = { value = 180,', 'weight_high = { value = 351,', "weight_kg 35 to 351 kg goes beyond"),
    ('weight_low = { value = 35,', 'weight_low = { value = 19,', "weight_low: weight_kg 19 to 180 kg goes beyond"),
    ('rate_high = { value = 7,', 'rate_high = { value = 1.9,', "dosing.rate.value: the hard rail 2 lies"),
    ('ordered_bolus_high = { value = 2,', 'ordered_bolus_high = { value = 0.3,', "the hard rail 0.35 lies"),
    ('dose_low = { value = 0.01,', 'dose_low = { value = 4,', "dosing.total.value: the hard rail 3 lies"),
    ("longer_than = { value = 2, unit = \"h\"", "longer_than = { value = 2, unit = \"mg\"", "“mg” is written"),
    ('tolerance = { value = 2, unit = "mL"', 'tolerance = { value = 2, unit = "mg"', "“mg” is written; accepted: mL"),
    ('[dosing.pump]', '[dosing.pump]\ntyop = 1', "dosing.pump.tyop: this key is not known here"),
    ('[dosing.typical]', '[dosing.typical]\ntyop = 1', "dosing.typical.tyop: this key is not known"),
    ('[dosing.guideline]', '[dosing.guideline]\ntyop = 1', "dosing.guideline.tyop: this key is not"),
    ('[dosing.usual]', '[dosing.usual]\ntyop = 1', "dosing.usual.tyop: this key is not known here"),
    ('[dosing.bounds]', '[dosing.bounds]\ntyop = 1', "dosing.bounds.tyop: this key is not known here"),
    ('model = "domino"', 'model = "dominoes"', "“dominoes” is written; accepted: clements250 or domino"),
    ('clear_below = { value = 50,', 'clear_below = { value = 0,', "0 is written; accepted: a number, 1 to 10000 ng/mL"),
    ('v1 = { value = 0.063,', 'v1 = { value = 0,', "domino.v1.value: 0 is written; accepted: more than 0"),
    ('k31 = { value = 0.0146,', 'k31 = { value = 0.2470,', "two compartments have the same return rate"),
    ('k31 = { value = 0.0146,', 'k13b = { value = 0.0146,', "prediction.models.domino.k13b: this key is not known"),
    ('title = "Clements 250"', 'title = "Clements 250"\ntyop = 1', "models.clements250.tyop: this key is not known"),
    ("[prediction.models.", "[prediction.modles.", "prediction.modles: this key is not known here"),
    ('[prediction]', '[prediction]\ntyop = 1', "prediction.tyop: this key is not known here"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "sentence"), FAULTS, ids=[row[1][:40] for row in FAULTS])
def test_a_dose_table_that_protects_nobody_is_refused(right: str, wrong: str, sentence: str) -> None:
    assert right in TEXT
    with pytest.raises(PolicyRefused) as refused:
        parse_policy(TEXT.replace(right, wrong, 2 if "modles" in wrong else 1))
    assert sentence in str(refused.value)


def test_the_edges_of_a_table_are_allowed() -> None:
    for right, wrong in (
        ("rate_step = { value = 2,", "rate_step = { value = 1.01,"),
        ("weight_high = { value = 180,", "weight_high = { value = 350,"),
        ("rate_high = { value = 7,", "rate_high = { value = 2,"),
    ):
        assert right in TEXT
        parse_policy(TEXT.replace(right, wrong, 1))
