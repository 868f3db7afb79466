"""Suggested infusion actions (CLINICAL.md §2.6): one Medium, two of different parameters, one High."""

import pytest

from monitor.clinical.alarms.suggesting import SUGGESTION_WORDS, Suggestion, suggestions
from monitor.clinical.alarms.table import AlarmKind, AlarmPriority, AlarmStage, AlarmState
from monitor.clinical.vitals import Vital

P, T = AlarmKind.PHYSIOLOGICAL, AlarmKind.TECHNICAL


def standing(vital, priority, kind=P, stage=AlarmStage.ACTIVE, rule_id="rule") -> AlarmState:
    return AlarmState(rule_id, kind, stage, None if vital is None else Vital(vital), priority=AlarmPriority(priority))


LOOK = (Suggestion.NOTIFY_AND_REPEAT,)
STOP = (Suggestion.CONSIDER_HOLD, Suggestion.PAGE_PHYSICIAN)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], ()),
        ([standing("temp", "low")], ()),
        ([standing("spo2", "medium")], LOOK),
        ([standing("nibp_sys", "medium"), standing("nibp_dia", "medium")], LOOK),  # one parameter
        ([standing("hr", "medium"), standing("pr", "medium")], LOOK),
        ([standing("nibp_sys", "medium"), standing("abp_mean", "medium")], LOOK),
        ([standing("rr", "medium"), standing("etco2", "medium")], STOP),
        ([standing("spo2", "medium"), standing("nibp_sys", "medium")], STOP),
        ([standing(None, "medium", rule_id="moaas"), standing(None, "medium", rule_id="rass")], STOP),
        ([standing(None, "medium", rule_id="moaas"), standing(None, "medium", rule_id="moaas")], LOOK),
        ([standing("spo2", "high")], STOP),
        ([standing("spo2", "high", stage=AlarmStage.ACKNOWLEDGED)], STOP),
        ([standing("spo2", "high", stage=AlarmStage.LATCHED)], STOP),  # over, and nobody has seen it
        ([standing("spo2", "high", stage=AlarmStage.PENDING)], ()),
        ([standing("spo2", "high", stage=AlarmStage.NORMAL)], ()),
        ([standing(None, "high", kind=T)], ()),  # the equipment is the matter
        ([standing("spo2", "medium"), standing(None, "medium", kind=T)], LOOK),
    ],
)
def test_what_is_suggested_while_drug_is_running(states, expected):
    assert suggestions(states, infusing=True) == expected


def test_nothing_that_does_not_run_can_be_paused():
    assert suggestions([standing("spo2", "high")], infusing=False) == (Suggestion.PAGE_PHYSICIAN,)
    assert suggestions([standing("spo2", "medium")], infusing=False) == LOOK


def test_every_suggestion_has_words():
    assert set(SUGGESTION_WORDS) == set(Suggestion)
