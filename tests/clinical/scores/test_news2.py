"""NEWS2 as the chart prints it: each cut point of CLINICAL.md §2.4 from both sides, never a silent part."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.scores.bedside import Consciousness
from monitor.clinical.scores.news2 import (
    News2Facts,
    News2Policy,
    News2State,
    Parameter,
    Response,
    Taken,
    consciousness_points,
    news2,
    oxygen_points,
    pulse_points,
    response_of,
    rr_points,
    spo2_points,
    systolic_points,
    temperature_points,
)
from tests.clinical.bedside import POLICY

NOW = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
LIMITS = News2Policy(60, 1200, 1800, 14400, 14400, 3600)
C = Consciousness

# CLINICAL.md §2.4, row by row: value -> points.
RR = {3: 3, 8: 3, 9: 1, 11: 1, 12: 0, 20: 0, 21: 2, 24: 2, 25: 3, 40: 3}
SPO2_1 = {80: 3, 91: 3, 92: 2, 93: 2, 94: 1, 95: 1, 96: 0, 100: 0}
SPO2_2_AIR = {80: 3, 83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 0, 97: 0, 100: 0}
SPO2_2_OXYGEN = {80: 3, 83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 1, 94: 1, 95: 2, 96: 2, 97: 3, 100: 3}
SYSTOLIC = {60: 3, 90: 3, 91: 2, 100: 2, 101: 1, 110: 1, 111: 0, 160: 0, 219: 0, 220: 3, 250: 3}
PULSE = {30: 3, 40: 3, 41: 1, 50: 1, 51: 0, 90: 0, 91: 1, 110: 1, 111: 2, 130: 2, 131: 3, 180: 3}
TEMPERATURE = {34.0: 3, 35.0: 3, 35.1: 1, 36.0: 1, 36.1: 0, 38.0: 0, 38.1: 1, 39.0: 1, 39.1: 2, 41.0: 2}


@pytest.mark.parametrize(("rate", "points"), RR.items())
def test_respiratory_rate(rate, points):
    assert rr_points(rate) == points


@pytest.mark.parametrize(("percent", "points"), SPO2_1.items())
def test_spo2_on_scale_1_is_the_same_on_air_and_oxygen(percent, points):
    assert spo2_points(percent, scale=1, oxygen=False) == points
    assert spo2_points(percent, scale=1, oxygen=True) == points


@pytest.mark.parametrize(("percent", "points"), SPO2_2_AIR.items())
def test_spo2_on_scale_2_on_air(percent, points):
    assert spo2_points(percent, scale=2, oxygen=False) == points


@pytest.mark.parametrize(("percent", "points"), SPO2_2_OXYGEN.items())
def test_spo2_on_scale_2_on_oxygen(percent, points):
    assert spo2_points(percent, scale=2, oxygen=True) == points


@pytest.mark.parametrize(("mmhg", "points"), SYSTOLIC.items())
def test_systolic_pressure_and_that_160_to_219_scores_nothing(mmhg, points):
    assert systolic_points(mmhg) == points


@pytest.mark.parametrize(("rate", "points"), PULSE.items())
def test_pulse(rate, points):
    assert pulse_points(rate) == points


@pytest.mark.parametrize(("celsius", "points"), TEMPERATURE.items())
def test_temperature(celsius, points):
    assert temperature_points(celsius) == points


def test_alert_scores_nothing_and_everything_else_three():
    assert [consciousness_points(level) for level in C] == [0, 3, 3, 3, 3]


def test_oxygen_scores_two():
    assert (oxygen_points(oxygen=True), oxygen_points(oxygen=False)) == (2, 0)


def test_a_median_between_two_bands_scores_as_the_worse():
    assert rr_points(8.5) == 3
    assert rr_points(20.5) == 2
    assert spo2_points(95.5, scale=1, oxygen=False) == 1
    assert spo2_points(92.5, scale=2, oxygen=True) == 1
    assert temperature_points(36.05) == 1
    assert temperature_points(39.05) == 2


@pytest.mark.parametrize(
    ("total", "any_three", "response"),
    [
        (0, False, Response.ROUTINE),
        (1, False, Response.LOW),
        (4, False, Response.LOW),
        (3, True, Response.SINGLE_THREE),
        (4, True, Response.SINGLE_THREE),
        (5, False, Response.URGENT),
        (5, True, Response.URGENT),
        (6, True, Response.URGENT),
        (7, False, Response.EMERGENCY),
        (20, True, Response.EMERGENCY),
    ],
)
def test_what_a_total_asks_for(total, any_three, response):
    assert response_of(total, any_three=any_three) is response


def facts(**changes):
    """A well patient, everything measured a minute ago."""
    at = NOW - timedelta(minutes=1)
    well = News2Facts(
        systolic=Taken(125, at),
        rr=Taken(14, at),
        spo2=Taken(97, at),
        pulse=Taken(76, at),
        temp_cel=Taken(36.8, at),
        consciousness=(C.ALERT, at),
        oxygen=(False, at),
    )
    return replace(well, **changes)


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


def judged(**changes):
    return news2(facts(**changes), LIMITS, NOW)


def test_a_well_patient_scores_nothing():
    result = judged()
    assert (result.state, result.total, result.counted) == (News2State.COMPLETE, 0, 0)
    assert (result.response, result.missing, result.old) == (Response.ROUTINE, (), ())
    assert result.at == ago(1)


def test_the_points_of_all_parameters_are_added():
    result = judged(
        systolic=Taken(95, ago(1)),
        rr=Taken(22, ago(1)),
        spo2=Taken(93, ago(1)),
        pulse=Taken(112, ago(1)),
        temp_cel=Taken(38.5, ago(1)),
        oxygen=(True, ago(1)),
        consciousness=(C.UNRESPONSIVE, ago(1)),
    )
    assert [one.points for one in result.inputs] == [2, 2, 2, 2, 2, 3, 1]
    assert (result.total, result.response) == (14, Response.EMERGENCY)
    assert result.counted_threes == (Parameter.CONSCIOUSNESS,)


GIVEN = {
    "systolic": Parameter.SYSTOLIC,
    "rr": Parameter.RR,
    "spo2": Parameter.SPO2,
    "pulse": Parameter.PULSE,
    "temp_cel": Parameter.TEMPERATURE,
    "consciousness": Parameter.CONSCIOUSNESS,
    "oxygen": Parameter.OXYGEN,
}


@given(st.sets(st.sampled_from(sorted(GIVEN)), min_size=1))
def test_whatever_is_missing_is_named_and_there_is_no_total(names):
    result = judged(**dict.fromkeys(names))
    assert result.state is News2State.INCOMPLETE
    assert set(result.missing) == {GIVEN[name] for name in names}
    assert (result.total, result.response, result.counted, result.counted_threes) == (None, None, None, ())


AGES = [
    ("systolic", Taken(125, ago(20)), 20),
    ("rr", Taken(14, ago(20)), 20),
    ("spo2", Taken(97, ago(20)), 20),
    ("pulse", Taken(76, ago(20)), 20),
    ("temp_cel", Taken(36.8, ago(240)), 240),
    ("consciousness", (C.ALERT, ago(30)), 30),
    ("oxygen", (False, ago(240)), 240),
]


@pytest.mark.parametrize(("name", "at_its_limit", "minutes"), AGES)
def test_an_input_is_used_to_its_age_limit_and_named_beyond_it(name, at_its_limit, minutes):
    assert judged(**{name: at_its_limit}).state is News2State.COMPLETE
    a_second_later = NOW + timedelta(seconds=1)
    result = news2(facts(**{name: at_its_limit}), LIMITS, a_second_later)
    assert result.state is News2State.OLD_INPUTS
    assert result.old == (GIVEN[name],)
    assert (result.total, result.response, result.counted) == (None, None, None)


def test_missing_is_said_before_old_and_both_are_named():
    result = judged(rr=None, consciousness=(C.ALERT, ago(31)))
    assert result.state is News2State.INCOMPLETE
    assert (result.missing, result.old) == ((Parameter.RR,), (Parameter.CONSCIOUSNESS,))


def test_without_a_set_there_is_no_time_of_it():
    assert judged(systolic=None).at is None


def test_scale_2_needs_to_know_whether_oxygen_is_given():
    result = judged(spo2_scale=2, oxygen=None)
    assert set(result.missing) == {Parameter.SPO2, Parameter.OXYGEN}
    assert Parameter.SPO2 not in judged(oxygen=None).missing


def test_scale_2_scores_by_the_oxygen_that_is_given():
    spo2 = Taken(97, ago(1))
    assert judged(spo2_scale=2, spo2=spo2, oxygen=(False, ago(1))).total == 0
    on_oxygen = judged(spo2_scale=2, spo2=spo2, oxygen=(True, ago(1)))
    assert (on_oxygen.total, on_oxygen.counted_threes) == (5, (Parameter.SPO2,))


RUNNING = (ago(30), NOW)


@pytest.mark.parametrize("level", [C.CONFUSION, C.VOICE])
def test_dissociation_under_ketamine_is_shown_and_tagged_and_not_counted(level):
    result = judged(consciousness=(level, ago(1)), ketamine=RUNNING)
    assert result.expected_drug_effect
    assert (result.total, result.response) == (3, Response.SINGLE_THREE)
    assert (result.counted, result.counted_threes) == (0, ())


@pytest.mark.parametrize("level", [C.PAIN, C.UNRESPONSIVE])
def test_pain_and_unresponsive_are_never_expected(level):
    result = judged(consciousness=(level, ago(1)), ketamine=RUNNING)
    assert not result.expected_drug_effect
    assert (result.counted, result.counted_threes) == (3, (Parameter.CONSCIOUSNESS,))


def test_an_alert_patient_has_no_tag():
    assert not judged(ketamine=RUNNING).expected_drug_effect


def test_without_ketamine_confusion_counts():
    assert judged(consciousness=(C.CONFUSION, ago(1))).counted == 3


def test_confusion_before_the_infusion_is_not_its_effect():
    at_the_start = (ago(2), NOW)
    assert not judged(consciousness=(C.CONFUSION, ago(3)), ketamine=at_the_start).expected_drug_effect
    assert judged(consciousness=(C.CONFUSION, ago(2)), ketamine=at_the_start).expected_drug_effect


def test_the_effect_is_expected_for_the_policy_s_time_after_ketamine_and_no_longer():
    ended = (ago(90), ago(60))
    assert judged(consciousness=(C.VOICE, ago(1)), ketamine=ended).expected_drug_effect
    over = (ago(90), ago(60) - timedelta(seconds=1))
    assert not judged(consciousness=(C.VOICE, ago(1)), ketamine=over).expected_drug_effect


def test_the_tag_suppresses_no_other_parameter():
    result = judged(consciousness=(C.VOICE, ago(1)), ketamine=RUNNING, rr=Taken(25, ago(1)), spo2=Taken(91, ago(1)))
    assert (result.total, result.counted) == (9, 6)
    assert result.counted_threes == (Parameter.RR, Parameter.SPO2)


def test_the_tag_stays_beside_an_incomplete_score():
    result = judged(consciousness=(C.VOICE, ago(1)), ketamine=RUNNING, rr=None)
    assert (result.expected_drug_effect, result.counted) == (True, None)


@given(st.floats(0, 80), st.floats(0, 80))
def test_no_parameter_scores_beyond_three(one, other):
    assert {rr_points(one), systolic_points(one * 3), pulse_points(other * 3)} <= {0, 1, 2, 3}


@given(st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_shifting_all_times_changes_nothing_but_the_times(shift):
    result, before = news2(_shifted(shift), LIMITS, NOW + shift), news2(_shifted(timedelta(0)), LIMITS, NOW)
    assert (result.state, result.total, result.counted) == (before.state, before.total, before.counted)


def _shifted(shift):
    at = ago(1) + shift
    return News2Facts(
        Taken(95, at),
        Taken(22, at),
        Taken(93, at),
        Taken(112, at),
        Taken(38.5, at),
        (C.VOICE, at),
        (True, at),
        ketamine=(ago(30) + shift, ago(5) + shift),
    )


def test_the_shipped_policy_has_the_ages_this_file_uses():
    assert POLICY.news2 == LIMITS


def test_each_input_is_told_with_its_value_its_time_and_its_points():
    result = judged(
        rr=Taken(22, ago(2)),
        spo2=Taken(93, ago(3)),
        systolic=Taken(125, ago(4)),
        pulse=Taken(112, ago(5)),
        temp_cel=Taken(36.8, ago(6)),
        consciousness=(C.ALERT, ago(7)),
        oxygen=(True, ago(8)),
    )
    assert {one.parameter: (one.value, one.at, one.points, one.old) for one in result.inputs} == {
        Parameter.RR: (22, ago(2), 2, False),
        Parameter.SPO2: (93, ago(3), 2, False),
        Parameter.OXYGEN: ("oxygen", ago(8), 2, False),
        Parameter.SYSTOLIC: (125, ago(4), 0, False),
        Parameter.PULSE: (112, ago(5), 2, False),
        Parameter.CONSCIOUSNESS: ("alert", ago(7), 0, False),
        Parameter.TEMPERATURE: (36.8, ago(6), 0, False),
    }
    air = judged(oxygen=(False, ago(1)))
    assert [one.value for one in air.inputs if one.parameter is Parameter.OXYGEN] == ["air"]


@pytest.mark.parametrize("scale", [1, 2])
def test_the_scale_that_was_used_is_told(scale):
    assert judged(spo2_scale=scale).spo2_scale == scale


def test_a_three_of_an_incomplete_score_is_not_counted():
    assert judged(rr=None, spo2=Taken(85, ago(1))).counted_threes == ()
