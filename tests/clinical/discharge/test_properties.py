"""What holds of the gate whatever was measured and scored (Hypothesis)."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clinical.discharge.findings import Result
from monitor.clinical.discharge.gate import DischargeEvidence, HighAlarm, evaluate
from monitor.clinical.vitals import Vital
from tests.clinical.bedside import POLICY
from tests.clinical.home_time import HOME, NOW, at

VITALS = st.sampled_from(sorted(HOME.readings))
KINDS = st.sampled_from(sorted(HOME.scores))
SPOILT_VALUE = {
    Vital.NIBP_SYS: 171.0,
    Vital.NIBP_DIA: 104.0,
    Vital.HR: 125.0,
    Vital.SPO2: 88.0,
    Vital.RR: 8.0,
}


@st.composite
def spoilt(draw) -> DischargeEvidence:
    """The patient who may go home, with at least one thing lost, old or bad."""
    evidence = HOME
    for _ in range(draw(st.integers(1, 3))):
        evidence = draw(
            st.sampled_from((_without_a_vital, _bad_vital, _without_a_score, _old_score, _alarm, _too_early))
        )(draw, evidence)
    return evidence


def _without_a_vital(draw, evidence):
    lost = draw(VITALS)
    return replace(evidence, readings={vital: one for vital, one in evidence.readings.items() if vital is not lost})


def _bad_vital(draw, evidence):
    bad = draw(VITALS)
    return replace(evidence, readings={**evidence.readings, bad: ((at(NOW - 1), SPOILT_VALUE[bad]),)})


def _without_a_score(draw, evidence):
    lost = draw(KINDS)
    return replace(evidence, scores={kind: sets for kind, sets in evidence.scores.items() if kind != lost})


def _old_score(draw, evidence):
    old = draw(KINDS.filter(lambda kind: kind != "confirmations"))
    sets = tuple((when - timedelta(minutes=45), items) for when, items in HOME.scores[old])
    return replace(evidence, scores={**evidence.scores, old: sets})


def _alarm(draw, evidence):
    ended_at = draw(st.sampled_from([None, at(NOW - 5)]))
    alarm = HighAlarm("SpO₂ 84 < 85", at(NOW - 10), ended_at, draw(st.booleans()))
    return replace(evidence, high_alarms=(*evidence.high_alarms, alarm))


def _too_early(draw, evidence):
    return replace(evidence, ended_at=at(draw(st.integers(NOW - 59, NOW - 1))))


def moved(value, by: timedelta):
    """The same facts, all of them later."""
    if isinstance(value, datetime):
        return value + by
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: moved(getattr(value, one.name), by) for one in fields(value)})
    if isinstance(value, Mapping):
        return {key: moved(inside, by) for key, inside in value.items()}
    return tuple(moved(inside, by) for inside in value) if isinstance(value, tuple) else value


def answers(evidence: DischargeEvidence, now: datetime, back: timedelta = timedelta(0)):
    evaluation = evaluate(POLICY, evidence, now)
    ready_at = None if evaluation.ready_at is None else evaluation.ready_at - back
    return ready_at, [
        (
            one.id,
            one.result,
            None if one.since is None else one.since - back,
            None if one.expected_at is None else one.expected_at - back,
            one.held_s,
        )
        for one in evaluation.criteria
    ]


def test_the_patient_everything_is_spoilt_of_may_go_home():
    assert evaluate(POLICY, HOME, at(NOW)).all_met


@settings(deadline=None, max_examples=200)
@given(spoilt())
def test_discharge_is_never_offered_with_a_criterion_that_is_not_met_or_unknown(evidence):
    evaluation = evaluate(POLICY, evidence, at(NOW))
    open_criteria = [one for one in evaluation.criteria if one.result is not Result.MET]
    assert open_criteria, "something was spoilt"
    assert not evaluation.all_met
    assert all(one.result in (Result.NOT_MET, Result.UNKNOWN) for one in open_criteria)


@settings(deadline=None, max_examples=100)
@given(spoilt(), st.integers(-100_000, 100_000))
def test_shifting_all_times_changes_nothing(evidence, seconds):
    by = timedelta(seconds=seconds)
    assert answers(moved(evidence, by), at(NOW) + by, by) == answers(evidence, at(NOW))


@settings(deadline=None, max_examples=100)
@given(spoilt())
def test_what_is_not_there_is_never_good_news(evidence):
    """Losing a vital or a score altogether makes no criterion MET that was not."""
    before = {one.id: one.result for one in evaluate(POLICY, evidence, at(NOW)).criteria}
    for lost in evidence.readings:
        less = replace(evidence, readings={v: one for v, one in evidence.readings.items() if v is not lost})
        if lost is Vital.HR and Vital.PR in less.readings:
            continue
        after = {one.id: one.result for one in evaluate(POLICY, less, at(NOW)).criteria}
        assert all(after[key] is not Result.MET or before[key] is Result.MET for key in after)
