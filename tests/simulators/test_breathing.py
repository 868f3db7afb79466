"""Without breath carbon dioxide gathers and saturation falls late; breath brings both back."""

from itertools import pairwise

import pytest

from simulators.breathing import Lungs, lost_in_lungs_percent
from tests.simulators.life import watch

SEEDS = ("1", "2", "3", "4", "5", "6")
USUAL_CO2 = 38.0


def breathe(lungs: Lungs, share: float, from_s: int, for_s: int, step_s: float = 1.0) -> None:
    for step in range(round(for_s / step_s)):
        lungs.advance(from_s + step * step_s, share, USUAL_CO2)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_scenario_says_only_that_breath_stops_for_45_s_and_the_rest_follows(seed: str) -> None:
    shown = watch("from_min = 1\nuntil_min = 1.75\nfixed = { rr = 0 }", 7, seed)
    for vital in ("rr", "etco2", "fico2"):
        assert set(shown.of(vital, 60, 105)) == {0}
    assert min(shown.of("etco2", 0, 60) + shown.of("etco2", 105, 420)) > 30
    before = min(shown.of("spo2", 0, 60))
    assert min(shown.of("spo2", 60, 95)) >= before - 1, "what the finger has still comes from before"
    assert 90 <= min(shown.of("spo2", 105, 150)) <= 94  # what scenarios/apnoea.toml promises
    assert min(shown.of("spo2", 180, 420)) >= 94
    usual = sum(shown.of("etco2", 0, 60)) / 60
    assert 5 <= max(shown.of("etco2", 105, 120)) - usual <= 13
    assert sum(shown.of("etco2", 360, 420)) / 60 - usual < 2


def test_breath_that_fades_away_is_no_breath_in_the_end() -> None:
    shown = watch("from_min = 1\nrise_min = 0.5\nuntil_min = 2.5\ntowards = { rr = 0 }", 5)
    assert set(shown.of("rr", 95, 150)) == {0}
    assert set(shown.of("etco2", 95, 150)) == {0}
    assert min(shown.of("spo2", 150, 190)) < 92
    barely = watch("from_min = 1\nuntil_min = 3\ntowards = { rr = 0.6 }", 3)
    assert set(barely.of("rr", 60, 180)) == set(barely.of("etco2", 60, 180)) == {0}


def test_what_a_scenario_directs_wins_over_what_would_follow() -> None:
    shown = watch("from_min = 1\nuntil_min = 3\nfixed = { rr = 0, etco2 = 12 }\ntowards = { spo2 = 96 }", 3)
    assert set(shown.of("etco2", 60, 180)) == {12}
    assert min(shown.of("spo2", 60, 180)) >= 94


def test_saturation_falls_faster_the_longer_breath_is_held_but_never_below_a_floor() -> None:
    lost = [lost_in_lungs_percent(float(held), 0.0) for held in range(400)]
    assert lost[20] == 0
    assert lost[45] == pytest.approx(4.69, abs=0.01)
    steps = [later - now for now, later in pairwise(lost[:180])]
    assert all(later >= now - 1e-9 for now, later in pairwise(steps[:160]))
    assert max(steps) == pytest.approx(0.4)  # 24 % a minute
    assert lost[-1] == 60


def test_the_finger_hears_of_it_after_the_blood_has_come() -> None:
    lungs = Lungs()
    breathe(lungs, 1.0, 0, 10)
    breathe(lungs, 0.0, 10, 38)
    assert lungs.saturation_lost_percent == 0
    breathe(lungs, 0.0, 48, 7)
    held = lungs.saturation_lost_percent
    assert held > 0
    breathe(lungs, 1.0, 55, 15)
    assert lungs.saturation_lost_percent > held, "it goes on falling after the first breath"
    breathe(lungs, 1.0, 70, 60)
    assert lungs.saturation_lost_percent < 0.1


def test_the_first_minute_brings_8_to_12_mmhg_and_each_further_one_3_to_4() -> None:
    lungs = Lungs()
    lungs.advance(0.0, 0.0, USUAL_CO2)
    breathe(lungs, 0.0, 1, 60)
    first = lungs.co2_above_mmhg
    breathe(lungs, 0.0, 61, 60)
    assert 8 <= first <= 12
    assert 3 <= lungs.co2_above_mmhg - first <= 4


def test_half_the_breath_raises_carbon_dioxide_slowly_and_then_costs_saturation() -> None:
    lungs = Lungs()
    breathe(lungs, 1.0, 0, 2)
    breathe(lungs, 0.5, 2, 16 * 60)
    assert lungs.co2_above_mmhg == pytest.approx(USUAL_CO2 / 2, rel=0.1)  # half of the way in 16 min
    assert lungs.saturation_lost_percent > 1
    assert lungs.drive_per_min > 3


def test_fast_breath_washes_carbon_dioxide_out() -> None:
    lungs = Lungs()
    breathe(lungs, 1.0, 0, 2)
    breathe(lungs, 2.0, 2, 600)
    assert -12 < lungs.co2_above_mmhg < -5
    assert lungs.drive_per_min == 0


def test_usual_breath_changes_nothing() -> None:
    lungs = Lungs()
    breathe(lungs, 1.0, 0, 3600)
    assert (lungs.co2_above_mmhg, lungs.saturation_lost_percent, lungs.drive_per_min) == (0, 0, 0)


def test_a_monitor_that_measures_rarely_has_the_same_patient() -> None:
    often, rarely = Lungs(), Lungs()
    for lungs, step_s in ((often, 0.2), (rarely, 5.0)):
        breathe(lungs, 1.0, 0, 10, step_s)
        breathe(lungs, 0.0, 10, 60, step_s)
        breathe(lungs, 1.0, 70, 20, step_s)
    assert rarely.co2_above_mmhg == pytest.approx(often.co2_above_mmhg, abs=1)
    assert rarely.saturation_lost_percent == pytest.approx(often.saturation_lost_percent, abs=1.5)
