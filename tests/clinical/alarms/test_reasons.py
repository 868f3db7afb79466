"""Why did it ring? The answer of the pinned policy, for a rule, a level, and for the equipment."""

from dataclasses import replace

import pytest

from monitor.clinical.alarms.own_limits import in_force, with_change
from monitor.clinical.alarms.reasons import Reason, reason_of, score_level_words
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.rules import Direction
from tests.clinical.bedside import POLICY, START

LOW, MEDIUM, HIGH = AlarmPriority.LOW, AlarmPriority.MEDIUM, AlarmPriority.HIGH


def test_a_limit_says_what_it_asks_when_it_clears_and_where_its_number_comes_from():
    assert reason_of(POLICY, "spo2_low", HIGH) == Reason(
        asks="spo2 < 90 %, held 20 s",
        clears="by a valid value 1 % inside the limit",
        source="Discharge limit 92; vendor defaults 90",
        mark="D",
    )


def test_a_latching_limit_says_that_it_waits_for_a_person():
    reason = reason_of(POLICY, "spo2_desaturation", HIGH)
    assert reason is not None
    assert reason.clears == "by a valid value 1 % inside the limit, then waits until somebody has seen it"


def test_a_technical_alarm_names_its_condition_with_or_without_a_vital():
    missing = reason_of(POLICY, "vital_missing.spo2", MEDIUM)
    assert missing is not None
    assert missing.asks == "technical: spo2_missing"
    silent = reason_of(POLICY, "feed_silent", HIGH)
    assert silent is not None
    assert (silent.asks, silent.mark) == ("technical: feed_silent", "D")
    assert silent.clears == "by itself, when the condition is over"


def test_a_score_says_from_which_number_it_rings():
    rule = next(rule for rule in POLICY.score_rules if rule.kind == "moaas")
    reason = reason_of(POLICY, rule.id, HIGH)
    assert reason is not None
    assert (reason.asks, reason.clears) == ("moaas ≤ 2, on entry", "by a later score inside the limit")


@pytest.mark.parametrize(
    ("rule_id", "priority"), [("no_such_rule", HIGH), ("spo2_desaturation", LOW), (POLICY.score_rules[0].id, LOW)]
)
def test_what_the_policy_does_not_have_has_no_reason(rule_id, priority):
    assert reason_of(POLICY, rule_id, priority) is None


def test_a_limit_set_for_this_patient_says_who_set_it_and_what_the_policy_says():
    own = with_change({}, "spo2_low", {HIGH: 88}, "P. Test", START, "COPD")
    reason = reason_of(in_force(POLICY, own), "spo2_low", HIGH)
    assert reason is not None
    assert reason.asks == "spo2 < 88 %, held 20 s"
    assert (
        reason.source == "set for this patient by P. Test; the policy's is 90 (Discharge limit 92; vendor defaults 90)"
    )


# CLINICAL.md §3: what the shipped policy asks, in the words a person reads.
ASKS = [
    ("sbp_high", MEDIUM, "nibp_sys > 160 mm[Hg], held 2 ×"),
    ("sbp_high", HIGH, "nibp_sys ≥ 180 mm[Hg], held 1 ×"),
    ("sbp_extreme", HIGH, "nibp_sys > 200 mm[Hg], held 1 ×, latching"),
    ("sbp_low", HIGH, "nibp_sys ≤ 90 mm[Hg], held 1 ×"),
    ("sbp_rise", MEDIUM, "nibp_sys baseline + 20 % or 30 mm[Hg], armed at 140, held 2 ×"),
    ("sbp_rise", HIGH, "nibp_sys baseline + 40 mm[Hg], armed at 160, held 2 ×"),
    ("sbp_fall", HIGH, "nibp_sys baseline − 30 %, held 2 ×"),
    ("hr_high", MEDIUM, "hr > 120 /min, held 20 s"),
    ("apnoea", HIGH, "rr ≤ 0 /min, held 20 s, latching"),
]


@pytest.mark.parametrize(("rule_id", "priority", "words"), ASKS)
def test_what_a_limit_asks_in_words(rule_id, priority, words):
    reason = reason_of(POLICY, rule_id, priority)
    assert reason is not None
    assert reason.asks == words


SCORED = {
    "moaas_deep": ["moaas ≤ 3, on entry", "moaas ≤ 2, on entry"],
    "rass_agitated": ["rass ≥ 2, on entry", "rass ≥ 3, on entry"],
    "pain": ["nrs ≥ 7 and ≥ baseline + 2, on entry"],
    "news2": ["news2 ≥ 5, or a 3 in one parameter, on set", "news2 ≥ 7, on set"],
}


@pytest.mark.parametrize(("rule_id", "words"), SCORED.items())
def test_what_a_score_asks_in_words(rule_id, words):
    rule = next(rule for rule in POLICY.score_rules if rule.id == rule_id)
    assert [score_level_words(rule, level) for level in rule.levels] == words
    for level in rule.levels:
        reason = reason_of(POLICY, rule_id, level.priority)
        assert reason is not None
        assert (reason.source, reason.mark) == (level.source, level.mark)


def test_a_score_that_must_fall_below_its_baseline_says_so():
    pain = next(rule for rule in POLICY.score_rules if rule.id == "pain")
    falling = replace(pain, direction=Direction.LOW)
    assert score_level_words(falling, falling.levels[0]) == "nrs ≤ 7 and ≤ baseline − 2, on entry"


def test_every_reason_names_its_source_and_mark():
    technical = reason_of(POLICY, "feed_silent", HIGH)
    assert technical is not None
    assert technical.source == POLICY.technical["feed_silent"].source
