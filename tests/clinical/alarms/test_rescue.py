"""Checklists and stop rules follow the alarms that stand, and suggest only."""

from dataclasses import replace

import pytest

from monitor.clinical.alarms.rescue import rescues_for, stops_for, wishes
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


def stops(*states, infusing: bool = True, **symptoms: int) -> list[str]:
    return [one.id for one in stops_for(POLICY.stop_rules, states, symptoms, infusing=infusing)]


def test_an_alarm_has_its_checklist_and_a_high_one_suggests_to_hold():
    assert (lists(), stops()) == ([], [])
    assert lists(standing("spo2_low", MEDIUM)) == ["saturation"]
    assert stops(standing("spo2_low", MEDIUM)) == []
    both = (standing("spo2_low", HIGH), standing("sbp_extreme", HIGH))
    assert (lists(*both), stops(*both)) == (["saturation", "pressure_high"], ["desaturation", "pressure"])


def test_nothing_is_to_be_held_while_no_drug_runs():
    assert stops(standing("apnoea", HIGH), infusing=False) == []


def test_severe_dissociation_that_was_charted_suggests_to_hold_until_it_is_charted_as_better():
    assert stops(dissociation=3) == ["dissociation"]
    assert (stops(dissociation=2), stops(nausea=3), stops(dissociation=4, infusing=False)) == ([], [], [])


def test_the_patients_wish_to_stop_is_at_hand_as_long_as_drug_runs_and_needs_no_alarm():
    assert [one.reason for one in wishes(POLICY.stop_rules, infusing=True)] == ["Stop rule: the patient wants to stop"]
    assert wishes(POLICY.stop_rules, infusing=False) == ()


@pytest.mark.parametrize(("was", "is_now"), [("wish = true", "wish = false"), ("grade = 3", "grade = 9")])
def test_a_rule_that_nothing_could_bring_up_or_a_grade_that_is_none_is_refused(was: str, is_now: str):
    assert TEXT.count(f"\n{was}\n") == 1
    with pytest.raises(PolicyRefused, match=r"stop_rule\[(wish|dissociation)\]"):
        parse_policy(TEXT.replace(f"\n{was}\n", f"\n{is_now}\n"))


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
