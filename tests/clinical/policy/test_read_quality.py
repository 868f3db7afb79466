"""The [quality] table of a policy text: what is read, and what is refused."""

import pytest

from monitor.clinical.policy.policy import PolicyRefused, parse_policy
from monitor.clinical.policy.read_quality import StepPolicy
from monitor.clinical.vitals import Vital
from tests.clinical.bedside import POLICY, TEXT


def test_the_shipped_policy_names_every_lengthening_and_no_other_rule_has_one() -> None:
    assert {rule.id: rule.extra_s for rule in POLICY.rules if rule.extra_s} == {
        "spo2_low": 10.0,
        "spo2_desaturation": 15.0,
        "rr_low": 10.0,
        "rr_high": 10.0,
    }
    assert POLICY.rules_by_id["rr_low"].extra_s == 10.0
    assert {rule.id for rules in POLICY.rules_by_vital.values() for rule in rules if rule.extra_s == 15.0} == {
        "spo2_desaturation"
    }


def test_the_shipped_evidence_is_what_the_page_says() -> None:
    quality = POLICY.quality
    assert quality.steps == {
        Vital.SPO2: StepPolicy(4, 1),
        Vital.RR: StepPolicy(6, 1),
        Vital.HR: StepPolicy(30, 10),
        Vital.PR: StepPolicy(30, 10),
    }
    assert (quality.believed_after_s, quality.disagree_by_per_min, quality.disagree_for_s) == (20, 20, 5)
    assert (quality.agree_within_per_min, quality.perfusion_low_percent) == (10, 0.3)
    assert (quality.probe_on_cuff_limb, quality.cuff_for_s, quality.alarm_after_s) == (False, 60, 120)


EXTRA = 'spo2_desaturation = { value = 15, unit = "s"'


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        (EXTRA, EXTRA.replace("15", "21"), "quality.extra.spo2_desaturation.value", "21 s is written"),
        (EXTRA, EXTRA.replace("spo2_desaturation", "apnoea"), "quality.extra.apnoea", "may not wait longer"),
        (EXTRA, EXTRA.replace("spo2_desaturation", "apnoea_etco2"), "quality.extra.apnoea_etco2", "may not wait"),
        (EXTRA, EXTRA.replace("spo2_desaturation", "sbp_high"), "quality.extra.sbp_high", "may not wait longer"),
        (EXTRA, EXTRA.replace("spo2_desaturation", "spo2_lo"), "quality.extra.spo2_lo", "there is no rule “spo2_lo”"),
        ("[quality.step.rr]", "[quality.step.nibp_sys]", "quality.step.nibp_sys", "is not measured all the time"),
        ("[quality.step.rr]", "[quality.step.breath]", "quality.step.breath", "is not measured all the time"),
        (
            'jump = { value = 4, unit = "%"',
            'jump = { value = 0, unit = "%"',
            "quality.step.spo2.jump.value",
            "0: every",
        ),
        ('jump = { value = 4, unit = "%"', 'jump = { value = 4, unit = "/h"', "quality.step.spo2.jump.unit", "/h"),
        ("agree_within = { value = 10", "agree_within = { value = 20", "quality.agree_within", "20 is not below"),
        ("probe_on_cuff_limb = false", 'probe_on_cuff_limb = "no"', "quality.probe_on_cuff_limb", "no"),
        ("believed_after = { value = 20", "believed_after = { value = 61", "quality.believed_after.value", "61 s"),
    ],
)
def test_a_quality_table_that_makes_no_sense_is_refused(old: str, new: str, path: str, words: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(PolicyRefused) as refused:
        parse_policy(TEXT.replace(old, new))
    assert [fault.path for fault in refused.value.faults] == [path]
    assert words in str(refused.value)


def test_a_lengthening_of_a_rule_that_cannot_be_read_is_no_second_fault() -> None:
    text = TEXT.replace('id = "rr_high"\nvital = "rr"', 'id = "rr_high"\nvital = "rrr"')
    with pytest.raises(PolicyRefused) as refused:
        parse_policy(text)
    assert [fault.path for fault in refused.value.faults] == ["rule[rr_high].vital"]


def test_a_lengthening_of_exactly_the_most_is_accepted() -> None:
    policy = parse_policy(TEXT.replace(EXTRA, EXTRA.replace("15", "20")))
    assert policy.rules_by_id["spo2_desaturation"].extra_s == 20
