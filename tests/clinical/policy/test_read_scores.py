"""The score rules of a policy are read whole, or refused with a sentence that names the place."""

import pytest

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.policy import PolicyRefused, parse_policy
from monitor.clinical.session import LIVE_STATES, SessionState
from tests.clinical.bedside import POLICY, TEXT

# CLINICAL.md §2.6, rows "on entry" and "on set".
TABLE = {
    "moaas_deep": ("moaas", "low", {"medium": 3, "high": 2}),
    "rass_sedated": ("rass", "low", {"medium": -3, "high": -4}),
    "rass_agitated": ("rass", "high", {"medium": 2, "high": 3}),
    "pain": ("nrs", "high", {"medium": 7}),
    "news2": ("news2", "high", {"medium": 5, "high": 7}),
}


def test_the_shipped_score_rules_say_what_the_table_says():
    read = {
        rule.id: (rule.kind, rule.direction, {str(level.priority): level.limit for level in rule.levels})
        for rule in POLICY.score_rules
    }
    assert read == TABLE
    rules = {rule.id: rule for rule in POLICY.score_rules}
    assert rules["pain"].above_baseline == 2
    assert rules["pain"].phases == {SessionState.INFUSING, SessionState.HELD, SessionState.OBSERVING}
    assert rules["moaas_deep"].stop_infusion_at == 1
    assert rules["moaas_deep"].phases == LIVE_STATES
    assert rules["news2"].any_three is AlarmPriority.MEDIUM
    assert all(level.source and level.mark in "VMD" for rule in POLICY.score_rules for level in rule.levels)
    assert all(level.inclusive and level.persist_s == 0 for rule in POLICY.score_rules for level in rule.levels)


def test_a_level_may_have_a_source_of_its_own():
    text = TEXT.replace("medium = { limit = 3 }", 'medium = { limit = 3, source = "ours", mark = "M" }')
    level = parse_policy(text).score_rules_of("moaas")[0].levels[0]
    assert (level.source, level.mark) == ("ours", "M")


def test_a_rule_switched_off_judges_nothing_and_is_shown():
    policy = parse_policy(TEXT.replace('id = "pain"', 'id = "pain"\noff = true\noff_reason = "scored on paper"'))
    assert policy.score_rules_of("nrs") == ()
    assert len(policy.score_rules) == len(POLICY.score_rules)


REFUSED = [
    ('kind = "moaas"', 'kind = "phq9"', "“phq9” is written"),
    ('kind = "moaas"', 'kind = "confirmations"', "“confirmations” is written"),
    ('id = "rass_sedated"', 'id = "moaas_deep"', "score_rule[moaas_deep].id: this id is used twice"),
    ('id = "rass_sedated"', 'id = "spo2_low"', "score_rule[spo2_low].id: this id is used twice"),
    ("high = { limit = 2 }", "high = { limit = 4 }", "its levels are inverted (3 before 4)"),
    ("high = { limit = 2 }", "high = { limit = 3 }", "its levels are inverted (3 before 3)"),
    ("high = { limit = 7 }", "high = { limit = 5 }", "its levels are inverted (5 before 5)"),
    ("high = { limit = 2 }", "high = { limit = -1 }", "-1 is written; accepted: a whole number from 0 to 5"),
    ("high = { limit = -4 }", "high = { limit = -6 }", "-6 is written; accepted: a whole number from -5 to 4"),
    ("medium = { limit = 7 }", "medium = { limit = 11 }", "11 is written; accepted: a whole number from 0 to 10"),
    ("high = { limit = 7 }", "high = { limit = 21 }", "21 is written; accepted: a whole number from 0 to 20"),
    ("medium = { limit = 3 }", "medium = { limit = 2.5 }", "2.5 is written; accepted: a whole number"),
    ("stop_infusion_at = 1", "stop_infusion_at = 9", "9 is written; accepted: a whole number from 0 to 5"),
    ("medium = { limit = 7 }", "", "at least one level"),
    ("above_baseline = 2", "above_baseline = -2", "a number of at least 0"),
    ("above_baseline = 2", "above_base = 2", "above_base: this key is not known here"),
    ("medium = { limit = 7 }", "medium = { limit = 7, step = 2 }", "medium.step: this key is not known here"),
    ('any_three = "medium"', 'any_three = "low"', "“low” is written; accepted: medium or high"),
    ("above_baseline = 2", 'any_three = "medium"', "“any_three” is for NEWS2"),
    ('kind = "news2"\ndirection = "high"', 'kind = "news2"\ndirection = "low"', "“any_three” is for NEWS2, high"),
    (
        'kind = "news2"\ndirection = "high"',
        'kind = "news2"\ndirection = "up"',
        "“up” is written; accepted: high",
    ),
    ('"held", "observing"] # before', '"held", "resting"] # before', "“resting” is written"),
    ("near_nibp = { value = 60,", "near_nibp = { value = 0,", "0 s is written; accepted: at least 1 s"),
    ("set_max_age = { value = 20,", "set_max_age = { value = 0,", "0 s is written; accepted: at least 1 s"),
    ("[scores]", "[scores]\nramsay_min = 3", "scores.ramsay_min: this key is not known here"),
]


@pytest.mark.parametrize(("old", "new", "words"), REFUSED)
def test_what_could_not_alarm_as_it_reads_is_refused(old, new, words):
    assert old in TEXT
    with pytest.raises(PolicyRefused) as refused:
        parse_policy(_within_scores(old, new))
    assert words in refused.value.message
    assert len({fault.path.partition(".")[0] for fault in refused.value.faults}) == 1  # and nothing of another rule


def _within_scores(old, new):
    """Only the part of the text about scores is changed: other rules have the same lines."""
    begin = TEXT.index("[[score_rule]]")
    return TEXT[:begin] + TEXT[begin:].replace(old, new, 1)


def test_an_absolute_least_above_a_baseline_mirrors_where_low_is_bad():
    text = _within_scores("stop_infusion_at = 1", "stop_infusion_at = 1\nabove_baseline = 2")
    (rule,) = parse_policy(text).score_rules_of("moaas")
    assert rule.limits({"moaas": 4}) == (2, 2)
    assert rule.limits({"moaas": 5}) == (3, 2)
    assert rule.limits({}) == (3, 2)
