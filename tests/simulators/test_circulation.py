"""Pressure swings about every 10 s, breath shows in the pulse, and the heart answers pressure against its direction."""

import cmath
import math
from random import Random
from statistics import mean, stdev

import pytest

from simulators.circulation import WAVE_SD_MMHG, Circulation, breath_in_pulse, reflex_gain
from tests.simulators.life import watch

SEEDS = ("1", "2", "3", "4")


def power(values: list[float], hz: float) -> float:
    """The power of one frequency in values a second apart."""
    middle = mean(values)
    return abs(sum((value - middle) * cmath.exp(-2j * math.pi * hz * t) for t, value in enumerate(values))) ** 2


def peak_hz(values: list[float], low_hz: float, high_hz: float) -> float:
    """Where the spectrum, smoothed over 0.02 Hz, is highest."""
    steps = [low_hz + 0.004 * k for k in range(round((high_hz - low_hz) / 0.004) + 1)]
    powers = [power(values, hz) for hz in steps]
    return max(range(2, len(steps) - 2), key=lambda k: sum(powers[k - 2 : k + 3])) * 0.004 + low_hz


@pytest.mark.parametrize("seed", SEEDS)
def test_pressure_swings_about_every_10_s(seed: str) -> None:
    circulation = Circulation(Random(seed), 55, 72)
    waves = [circulation.wave_at(float(t)) for t in range(600)]
    assert peak_hz(waves, 0.02, 0.45) == pytest.approx(0.1, abs=0.02)
    assert stdev(waves) == pytest.approx(WAVE_SD_MMHG, rel=0.25)


@pytest.mark.parametrize(("seed", "rr"), [("1", 12), ("2", 15), ("3", 18), ("4", 21)])
def test_breath_shows_in_the_heart_rate_at_the_rate_of_breath(seed: str, rr: int) -> None:
    shown = watch(f"from_min = 0\nuntil_min = 20\ntowards = {{ rr = {rr} }}", 20, seed)
    assert peak_hz(shown.of("hr", 60), 0.15, 0.45) == pytest.approx(rr / 60, abs=0.015)


def test_without_breath_there_is_none_in_the_pulse() -> None:
    circulation = Circulation(Random(1), 30, 72)
    shifts = [circulation.heart_shift(float(t), 0.0, 0.0) for t in range(300)]
    assert peak_hz(shifts, 0.02, 0.45) == pytest.approx(0.1, abs=0.02), "only the waves are left"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("target", "sign"), [(180, -1), (90, 1)])
def test_the_heart_answers_pressure_against_its_direction_and_a_little_later(seed: str, target: int, sign: int) -> None:
    shown = watch(f"from_min = 2\nuntil_min = 5\ntowards = {{ nibp_sys = {target} }}", 8, seed)
    usual = mean(shown.of("hr", 0, 120))
    assert abs(mean(shown.of("hr", 120, 122)) - usual) < 6, "not at once"
    change = mean(shown.of("hr", 135, 300)) - usual
    assert 6 < sign * change < 36
    assert abs(mean(shown.of("hr", 330, 480)) - usual) < 3
    diastolic = mean(shown.of("nibp_dia", 120, 300)) - mean(shown.of("nibp_dia", 330, 480))
    assert -sign * diastolic > 10, "the diastolic pressure no event speaks of goes along"


def test_a_vasovagal_reaction_overrules_the_reflex_and_leaves_little_in_the_finger() -> None:
    shown = watch("from_min = 2\nuntil_min = 5\ntowards = { nibp_sys = 78, hr = 42 }", 8)
    assert max(shown.of("hr", 125, 300)) < 52
    assert max(shown.of("pr", 125, 300)) < 52
    assert mean(shown.of("pi", 125, 300)) < 0.5 * mean(shown.of("pi", 0, 120))


def test_the_drugs_own_rise_is_not_opposed() -> None:
    calm = watch("", 32)
    assert mean(calm.of("nibp_sys", 1500)) > mean(calm.of("nibp_sys", 0, 200)) - 3
    assert mean(calm.of("hr", 1500)) > mean(calm.of("hr", 0, 300)) - 1


def test_the_reflex_saturates() -> None:
    for pressure, share in ((200.0, -0.2), (-200.0, 0.5)):
        circulation = Circulation(Random(2), 40, 60)
        shift = [circulation.heart_shift(float(t), pressure, 0.0) for t in range(60)][-1]
        assert shift == pytest.approx(share * 60, abs=0.1)


def test_reflex_and_breath_in_the_pulse_fade_with_age() -> None:
    assert reflex_gain(25) > reflex_gain(50) > reflex_gain(75)
    assert breath_in_pulse(25) > breath_in_pulse(50) > breath_in_pulse(75)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_whole_spread_stays_what_it_was(seed: str) -> None:
    assert 1.7 < stdev(watch("", 30, seed).of("hr")) < 2.4  # CLINICAL.md §6.3: 2
