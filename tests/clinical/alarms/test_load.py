"""How often it rang, how soon, and how long values were beyond the limits."""

from datetime import timedelta

import pytest

from monitor.clinical.alarms.limits import Direction
from monitor.clinical.alarms.load import AlarmStep, OutOfRange, load_of
from monitor.clinical.alarms.table import AlarmEventName, AlarmPriority
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched
from tests.clinical.bedside import POLICY, START

HIGH, MEDIUM, LOW = AlarmPriority.HIGH, AlarmPriority.MEDIUM, AlarmPriority.LOW
E = AlarmEventName
INFUSING = Watched(SessionState.INFUSING, interval_s={Vital.SPO2: 1.0})


def step(at_s: float, event: AlarmEventName, priority: AlarmPriority = HIGH, rule: str = "spo2_low") -> AlarmStep:
    return AlarmStep(1, rule, "physiological", START + timedelta(seconds=at_s), event, priority, 88, 90, "SpO₂ 88 < 90")


def test_only_what_rings_counts_by_rule_and_priority_and_by_the_hour():
    steps = [
        step(60, E.RAISED, MEDIUM),
        step(80, E.ESCALATED),
        step(85, E.ACKNOWLEDGED),
        step(90, E.DEESCALATED, MEDIUM),
        step(95, E.ENDED, MEDIUM),
        step(200, E.RAISED, rule="apnoea"),
        step(240, E.LATCHED, rule="apnoea"),
        step(300, E.RETURNED, rule="apnoea"),
    ]
    load = load_of(steps, START, 1800)
    assert load.rings == {("spo2_low", MEDIUM): 1, ("spo2_low", HIGH): 1, ("apnoea", HIGH): 2}
    assert load.per_hour == {LOW: 0, MEDIUM: 2, HIGH: 6}
    assert load.first_after_s == 60


def test_where_nothing_rang_or_nobody_watched_there_is_no_load():
    load = load_of([step(5, E.ENDED)], START, 0)
    assert (load.rings, set(load.per_hour.values()), load.first_after_s) == ({}, {0.0}, None)


@pytest.mark.parametrize(("value", "expected"), [(91, {(Vital.SPO2, Direction.LOW): 3.0}), (92, {}), (97, {})])
def test_a_value_counts_until_the_next_one_of_its_vital(value, expected):
    seconds = OutOfRange()
    seconds.heard(POLICY, INFUSING, Vital.SPO2, value, 0)
    seconds.heard(POLICY, INFUSING, Vital.HR, 74, 1)
    seconds.heard(POLICY, INFUSING, Vital.SPO2, 97, 3)
    seconds.close(60)
    assert seconds.seconds == expected


def test_a_value_counts_no_longer_than_it_is_the_present_one():
    seconds = OutOfRange()
    seconds.heard(POLICY, INFUSING, Vital.SPO2, 85, 0)
    seconds.heard(POLICY, INFUSING, Vital.SPO2, 85, 500)
    seconds.close(504)
    assert seconds.seconds == {(Vital.SPO2, Direction.LOW): 10 + 4}


def test_above_and_below_are_told_apart_and_a_rule_of_another_phase_counts_nowhere():
    seconds = OutOfRange()
    seconds.heard(POLICY, INFUSING, Vital.HR, 121, 0)
    seconds.heard(POLICY, INFUSING, Vital.HR, 49, 2)
    seconds.heard(POLICY, Watched(SessionState.DISCHARGED), Vital.HR, 49, 3)
    seconds.close(9)
    assert seconds.seconds == {(Vital.HR, Direction.HIGH): 2, (Vital.HR, Direction.LOW): 1}
