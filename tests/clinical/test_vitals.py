"""Units and plausible ranges of vitals."""

import pytest

from monitor.clinical.vitals import KINDS, Reading, Vital, is_plausible, is_plausible_pressure
from tests.clinical.bedside import START


def test_every_vital_has_a_kind_and_a_reading_its_unit():
    assert set(KINDS) == set(Vital)
    assert Reading(Vital.NIBP_SYS, 120, START).unit == "mm[Hg]"


BOUNDS = [(Vital.HR, 20, 300), (Vital.SPO2, 40, 100), (Vital.RR, 0, 80), (Vital.TEMP, 25, 45), (Vital.ETCO2, 0, 150)]


@pytest.mark.parametrize(("vital", "low", "high"), BOUNDS)
def test_bounds_are_plausible_and_what_is_beyond_is_not(vital, low, high):
    assert is_plausible(vital, low)
    assert is_plausible(vital, high)
    assert not is_plausible(vital, low - 0.1)
    assert not is_plausible(vital, high + 0.1)


def test_a_vital_without_an_upper_bound():
    assert is_plausible(Vital.PI, 1000)


PRESSURES = [
    ((120, 80, 93), True),
    ((120, 80, None), True),
    ((80, 120, None), False),
    ((120, 80, 70), False),
    ((120, None, 130), False),
    ((None, None, 90), True),
]


@pytest.mark.parametrize(("values", "plausible"), PRESSURES)
def test_systolic_is_above_mean_above_diastolic(values, plausible):
    assert is_plausible_pressure(*values) is plausible
