"""Baseline, scores and the blood-pressure schedule."""

from datetime import timedelta

import pytest

from monitor.clinical.preparation.baseline import baseline
from monitor.clinical.schedule import next_bp
from monitor.clinical.scores.scales import ScoreRefused, mpadss_pain, score_kinds, total
from monitor.clinical.vitals import Vital
from tests.clinical.bedside import POLICY, START


def at(minutes: float):
    return START + timedelta(minutes=minutes)


def series(*pairs):
    return [(at(minute), value) for minute, value in pairs]


FULL = {
    Vital.NIBP_SYS: series((-10, 130), (-5, 134), (-1, 140)),
    Vital.NIBP_DIA: series((-10, 80), (-5, 84), (-1, 82)),
    Vital.HR: series((-3, 70), (-2, 72), (-1, 90)),
    Vital.SPO2: series((-3, 97), (-2, 98), (-1, 97)),
    Vital.RR: series((-3, 14), (-2, 15), (-1, 14)),
    Vital.TEMP: series((-20, 36.7)),
}


def test_a_baseline_is_the_median_of_what_was_accepted():
    result = baseline(POLICY, FULL, START)
    assert result.complete
    assert result.baseline.values == {
        Vital.NIBP_SYS: 134,
        Vital.NIBP_DIA: 82,
        Vital.HR: 72,
        Vital.SPO2: 97,
        Vital.RR: 14,
        Vital.TEMP: 36.7,
    }


MISSING = [
    ("one pressure is not two", {Vital.NIBP_SYS: series((-5, 130))}, {Vital.NIBP_SYS}),
    ("two within two minutes are one", {Vital.NIBP_SYS: series((-5, 130), (-4, 131))}, {Vital.NIBP_SYS}),
    ("two minutes apart are two", {Vital.NIBP_SYS: series((-5, 130), (-3, 131))}, set()),
    ("older than 30 min does not count", {Vital.NIBP_SYS: series((-31, 130), (-3, 131))}, {Vital.NIBP_SYS}),
    ("after the start does not count", {Vital.NIBP_SYS: series((-3, 130), (1, 131))}, {Vital.NIBP_SYS}),
    ("two samples of a continuous vital are too few", {Vital.RR: series((-2, 14), (-1, 14))}, {Vital.RR}),
    ("samples older than 5 min do not count", {Vital.RR: series((-9, 14), (-8, 14), (-7, 14))}, {Vital.RR}),
    ("a pulse stands in for the heart rate", {Vital.HR: [], Vital.PR: FULL[Vital.HR]}, set()),
    ("neither is missing as heart rate", {Vital.HR: []}, {Vital.HR}),
]


@pytest.mark.parametrize(("why", "changes", "missing"), MISSING, ids=[row[0] for row in MISSING])
def test_what_is_missing_is_named(why, changes, missing):
    assert set(baseline(POLICY, {**FULL, **changes}, START).missing) == missing


DUE = [
    # (why, last BP, changes, ended, now, due, interval)
    ("first: 5 min after the start", None, [], None, 0, 5, 5),
    ("a measurement before the start counts as at the start", -3, [], None, 1, 5, 5),
    ("q5 for 15 min", 14, [], None, 14, 19, 5),
    ("then q10", 15, [], None, 15, 25, 10),
    ("a rate change brings it nearer", 20, [22], None, 23, 27, 5),
    ("…but never further away", 20, [28], None, 29, 30, 10),
    ("q5 for 10 min after it", 27, [22], None, 27, 32, 5),
    ("the 40-min reading is always taken", 34, [], None, 35, 40, 5),
    ("…not again", 40, [], None, 41, 50, 10),
    ("…not after an earlier end", 34, [], 35, 36, 40, 5),
    ("the end counts as a rate change", 55, [], 56, 57, 61, 5),
    ("then q15 in recovery", 67, [], 56, 70, 82, 15),
    ("a change in the future does not count", 20, [26], None, 21, 30, 10),
]


@pytest.mark.parametrize(("why", "last", "changes", "ended", "now", "due", "interval"), DUE, ids=[r[0] for r in DUE])
def test_when_blood_pressure_is_due(why, last, changes, ended, now, due, interval):
    found = next_bp(
        POLICY.bp_schedule,
        START,
        None if ended is None else at(ended),
        [at(change) for change in changes],
        None if last is None else at(last),
        at(now),
    )
    assert ((found.at - START).total_seconds() / 60, found.interval_s / 60) == (due, interval)


def test_nothing_is_scheduled_before_the_start():
    assert next_bp(POLICY.bp_schedule, None, None, [], None, START) is None


def test_scores_add_up_when_complete_and_in_range():
    assert total("aldrete", dict.fromkeys((item.name for item in score_kinds()["aldrete"].items), 2)) == 10
    assert total("rass", {"level": -1}) == -1


CONFIRMED = {"escort_present": {"name": "A. Diaz"}, "iv_removed": True, "instructions_given": False}


def test_confirmations_count_what_is_confirmed_and_an_escort_has_a_name():
    assert total("confirmations", CONFIRMED) == 2
    assert total("confirmations", {"escort_present": False}) == 0
    assert total("confirmations", {"escort_present": "A. Diaz"}) == 1


WRONG_SCORES = [
    ("mood", {}, "no score “mood”"),
    ("nrs", {"pain": 11}, "from 0 to 10"),
    ("nrs", {"pain": True}, "from 0 to 10"),
    ("nrs", {"pain": 3.0}, "from 0 to 10"),
    ("nrs", {}, "not complete"),
    ("nrs", {"pain": 3, "mood": 1}, "no item “mood”"),
    ("confirmations", {"escort_present": True}, "name is needed"),
    ("confirmations", {"escort_present": {"name": " "}}, "name is needed"),
    ("confirmations", {"iv_removed": 1}, "yes or no"),
]


@pytest.mark.parametrize(("kind", "items", "sentence"), WRONG_SCORES)
def test_a_wrong_score_is_refused_with_a_sentence(kind, items, sentence):
    with pytest.raises(ScoreRefused, match=sentence):
        total(kind, items)


PAIN = [(3, None, 2), (6, None, 1), (7, None, 0), (7, 7, 2), (7, 6, 1), (9, 7, 1), (9, 6, 0), (2, 1, 2), (5, 0, 1)]


@pytest.mark.parametrize(("nrs", "before", "points"), PAIN)
def test_mpadss_pain_is_scored_against_the_pain_the_patient_came_with(nrs, before, points):
    assert mpadss_pain(nrs, before) == points


def test_the_baseline_says_when_it_was_taken_and_which_cuff_it_hangs_on():
    result = baseline(POLICY, FULL, START)
    assert result.baseline.captured_at == START
    needed = POLICY.baseline.nibp_readings
    newest_first = (at(-1), at(-5), at(-10))
    assert result.cuff_at == newest_first[needed - 1]
    exactly = {**FULL, Vital.NIBP_SYS: series((-5, 130), (-3, 131))}
    assert baseline(POLICY, exactly, START).cuff_at == at(-5)
    assert baseline(POLICY, {**FULL, Vital.NIBP_SYS: series((-5, 130))}, START).cuff_at is None
    assert baseline(POLICY, {}, START).cuff_at is None


def test_a_reading_of_this_moment_and_one_as_old_as_the_window_count():
    window_min = POLICY.baseline.nibp_window_s / 60
    edges = {**FULL, Vital.NIBP_SYS: series((-window_min, 130), (0, 134))}
    assert baseline(POLICY, edges, START).baseline.values[Vital.NIBP_SYS] == 132
    beyond = {**FULL, Vital.NIBP_SYS: series((-window_min - 0.1, 130), (0, 134))}
    assert Vital.NIBP_SYS in baseline(POLICY, beyond, START).missing
