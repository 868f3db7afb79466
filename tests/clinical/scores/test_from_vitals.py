"""Rows of the tables of CLINICAL.md §4.1, §4.2 and §4.3 that vital signs answer, each bound from both sides."""

import pytest

from monitor.clinical.scores.from_vitals import (
    aldrete_circulation,
    aldrete_oxygen_saturation,
    mpadss_vital_signs,
    white_haemodynamics,
    white_spo2,
)
from monitor.clinical.vitals import Vital

SYS, DIA, MEAN, HR, PR = Vital.NIBP_SYS, Vital.NIBP_DIA, Vital.NIBP_MEAN, Vital.HR, Vital.PR
BASE = {SYS: 100.0, DIA: 50.0, MEAN: 100.0, HR: 50.0, PR: 100.0}


@pytest.mark.parametrize(
    ("systolic", "diastolic", "points"),
    [
        (100, 50, 2),
        (120, 50, 2),  # ± 20 %
        (80, 50, 2),
        (120.1, 50, 1),
        (79.9, 50, 1),
        (150, 50, 1),  # ± 50 %
        (50, 50, 1),
        (150.1, 50, 0),
        (49.9, 50, 0),
        (100, 60, 2),
        (100, 60.1, 1),
        (100, 25, 1),
        (100, 75.1, 0),
    ],
)
def test_aldrete_circulation_is_percent_of_the_pressure_before(systolic, diastolic, points):
    assert aldrete_circulation({SYS: systolic, DIA: diastolic}, BASE) == points


def test_a_difference_of_20_mmhg_is_not_20_percent():
    assert aldrete_circulation({SYS: 220, DIA: 50}, {**BASE, SYS: 200}) == 2
    assert aldrete_circulation({SYS: 241, DIA: 50}, {**BASE, SYS: 200}) == 1


@pytest.mark.parametrize(
    ("spo2", "on_oxygen", "points"),
    [
        (93, False, 2),
        (92.1, False, 2),
        (92, False, 1),  # > 92 % on room air
        (90.1, False, 1),
        (90, False, 0),
        (99, True, 1),  # needs oxygen to keep > 90 %
        (90.1, True, 1),
        (90, True, 0),
        (85, True, 0),
    ],
)
def test_aldrete_oxygen_saturation(spo2, on_oxygen, points):
    assert aldrete_oxygen_saturation(spo2, on_oxygen=on_oxygen) == points


@pytest.mark.parametrize(
    ("vital", "value", "points"),
    [
        (SYS, 120, 2),  # within 20 %
        (SYS, 120.1, 1),
        (SYS, 140, 1),  # 20 to 40 %
        (SYS, 140.1, 0),
        (DIA, 40, 2),
        (DIA, 39.9, 1),
        (DIA, 30, 1),
        (DIA, 29.9, 0),
        (HR, 60, 2),
        (HR, 60.1, 1),
        (HR, 70, 1),
        (HR, 70.1, 0),
    ],
)
def test_mpadss_vital_signs_are_as_good_as_the_worst_of_pressure_and_rate(vital, value, points):
    assert mpadss_vital_signs({**BASE, vital: value}, BASE) == points


def test_a_pulse_rate_stands_in_for_a_heart_rate_that_is_missing_now_or_before():
    without_now = {vital: value for vital, value in BASE.items() if vital is not HR}
    assert mpadss_vital_signs({**without_now, PR: 130}, BASE) == 1
    assert mpadss_vital_signs({**BASE, HR: 500, PR: 100}, without_now) == 2


@pytest.mark.parametrize(
    ("mean", "points"), [(114.9, 2), (115, 1), (85.1, 2), (85, 1), (130, 1), (130.1, 0), (69.9, 0)]
)
def test_white_haemodynamics_is_strict_at_15_percent(mean, points):
    assert white_haemodynamics({MEAN: mean}, BASE) == points


@pytest.mark.parametrize(
    ("spo2", "on_oxygen", "points"), [(90.1, False, 2), (90, False, 0), (98, True, 1), (90.1, True, 1), (90, True, 0)]
)
def test_white_spo2(spo2, on_oxygen, points):
    assert white_spo2(spo2, on_oxygen=on_oxygen) == points


@pytest.mark.parametrize("lost", [SYS, DIA, MEAN, HR])
def test_what_is_not_measured_or_has_no_baseline_gives_no_points(lost):
    some = {vital: value for vital, value in BASE.items() if vital not in (lost, PR)}
    for now, before in ((some, BASE), (BASE, some)):
        assert (aldrete_circulation(now, before) is None) == (lost in (SYS, DIA))
        assert (mpadss_vital_signs(now, before) is None) == (lost in (SYS, DIA, HR))
        assert (white_haemodynamics(now, before) is None) == (lost is MEAN)


def test_a_baseline_of_zero_compares_with_nothing():
    assert white_haemodynamics(BASE, {MEAN: 0}) is None
