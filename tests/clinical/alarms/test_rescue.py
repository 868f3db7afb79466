"""Checklists and stop rules follow the alarms that stand, and suggest only."""

from dataclasses import replace

import pytest

from monitor.clinical.alarms.rescue import rescues_for, stops_for
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.faults import PolicyRefused
from monitor.clinical.policy.policy import parse_policy
from tests.clinical.bedside import POLICY, TEXT, Bedside

HIGH, MEDIUM = AlarmPriority.HIGH, AlarmPriority.MEDIUM


def standing(rule_id: str, priority: AlarmPriority):
    """The state of one alarm that a High value has raised, at another priority."""
    bed = Bedside()
    bed.measure(0, nibp_sys=206)
    raised = next(state for state in bed.states.values() if state.stands)
    return replace(raised, rule_id=rule_id, priority=priority)


def lists(*states) -> list[str]:
    return [one.id for one in rescues_for(POLICY.rescues, states)]


def stops(*states, infusing: bool = True) -> list[str]:
    return [one.id for one in stops_for(POLICY.stop_rules, states, infusing=infusing)]


def test_an_alarm_has_its_checklist_and_a_high_one_suggests_to_hold():
    assert (lists(), stops()) == ([], [])
    assert lists(standing("spo2_low", MEDIUM)) == ["saturation"]
    assert stops(standing("spo2_low", MEDIUM)) == []
    both = (standing("spo2_low", HIGH), standing("sbp_extreme", HIGH))
    assert (lists(*both), stops(*both)) == (["saturation", "pressure_high"], ["desaturation", "pressure"])


def test_nothing_is_to_be_held_while_no_drug_runs():
    assert stops(standing("apnoea", HIGH), infusing=False) == []


def test_every_high_alarm_of_the_patient_that_the_text_has_a_stop_for_names_its_reason():
    assert {one.reason for one in POLICY.stop_rules if "apnoea" in one.alarms} == {"Stop rule: slow or no breathing"}


@pytest.mark.parametrize(
    ("was", "is_now"),
    [
        ('alarms = ["moaas_deep", "rass_sedated"]', 'alarms = ["moaas_deeep"]'),
        ('drug = "labetalol"', 'drug = "labetalo"'),
    ],
)
def test_an_alarm_or_a_drug_nobody_knows_is_refused(was: str, is_now: str):
    assert was in TEXT
    with pytest.raises(PolicyRefused, match="there is no"):
        parse_policy(TEXT.replace(was, is_now))
