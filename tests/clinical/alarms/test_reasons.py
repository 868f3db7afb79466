"""Why did it ring? The answer of the pinned policy, for a rule, a level, and for the equipment."""

import pytest

from monitor.clinical.alarms.own_limits import in_force, with_change
from monitor.clinical.alarms.reasons import Reason, reason_of
from monitor.clinical.alarms.table import AlarmPriority
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
