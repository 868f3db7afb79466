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
    ("old", "new", "words"),
    [
        (EXTRA, EXTRA.replace("15", "21"), "quality.extra: “spo2_desaturation” is lengthened by 21 s; at most 20 s"),
        (EXTRA, EXTRA.replace("spo2_desaturation", "apnoea"), "the delay of “apnoea” may not be lengthened"),
        (EXTRA, EXTRA.replace("spo2_desaturation", "apnoea_etco2"), "the delay of “apnoea_etco2” may not be"),
        (EXTRA, EXTRA.replace("spo2_desaturation", "sbp_high"), "the delay of “sbp_high” may not be lengthened"),
        (EXTRA, EXTRA.replace("spo2_desaturation", "spo2_lo"), "quality.extra: there is no rule “spo2_lo”"),
        ("[quality.step.rr]", "[quality.step.nibp_sys]", "“nibp_sys” is no vital that is measured all the time"),
        ("[quality.step.rr]", "[quality.step.breath]", "“breath” is no vital that is measured all the time"),
        ('jump = { value = 4, unit = "%"', 'jump = { value = 0, unit = "%"', "with a jump of 0 every value"),
        ('jump = { value = 4, unit = "%"', 'jump = { value = 4, unit = "/min"', "the unit “/min” is not %"),
        ("agree_within = { value = 10", "agree_within = { value = 20", "rates that agree must be closer"),
        ("probe_on_cuff_limb = false", 'probe_on_cuff_limb = "no"', "must be true or false"),
        ("believed_after = {", "believed = {", "“believed_after” is missing"),
        ("[quality.extra]", "[quality.extras]", "“extra” is missing"),
    ],
)
def test_a_quality_table_that_makes_no_sense_is_refused(old: str, new: str, words: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(PolicyRefused, match=words):
        parse_policy(TEXT.replace(old, new))


def test_a_lengthening_of_exactly_the_most_is_accepted() -> None:
    policy = parse_policy(TEXT.replace(EXTRA, EXTRA.replace("15", "20")))
    assert policy.rules_by_id["spo2_desaturation"].extra_s == 20
