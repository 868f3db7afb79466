"""Each scenario crosses what it promises, when it promises, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest

from simulators.chair import Chair, Measured, patient_for
from simulators.scenario import Scenario, load, names, parse_scenario
from simulators.toml_table import ScenarioRefused

SEEDS = range(8)

# CLINICAL.md §2.6, Medium limits: a calm patient stays strictly inside.
MEDIUM = {
    "hr": (50, 120),
    "pr": (50, 120),
    "spo2": (92, 100),
    "rr": (10, 24),
    "etco2": (30, 50),
    "temp": (36.1, 38.0),
    "nibp_sys": (100, 160),
    "nibp_dia": (50, 100),
    "nibp_mean": (65, 110),
}


@dataclass(frozen=True)
class Seen:
    """Everything one chair sent, by second."""

    by_second: dict[float, tuple[Measured, ...]]

    def values(self, vital: str, from_min: float = 0, until_min: float = 1e9) -> list[float]:
        return [
            float(m.text)
            for rows in self.by_second.values()
            for m in rows
            if m.vital == vital and from_min * 60 <= m.at_s < until_min * 60
        ]


def watch(scenario: Scenario, seed: int, minutes: float) -> Seen:
    chair = Chair(scenario, str(seed))
    return Seen({float(t): chair.observe(float(t)) for t in range(round(minutes * 60))})


def only(name: str) -> Scenario:
    (scenario,) = load(name).beds
    return scenario


def each(name: str, minutes: float) -> Iterator[Seen]:
    for seed in SEEDS:
        yield watch(only(name), seed, minutes)


def test_a_calm_visit_crosses_no_medium_limit() -> None:
    for seed in range(3):
        seen = watch(only("calm"), seed, 70)
        for vital, (low, high) in MEDIUM.items():
            values = seen.values(vital)
            assert values, vital
            assert low <= min(values), vital
            assert max(values) <= high, vital


def test_the_hypertensive_response_crosses_160_then_180_for_minutes_and_settles() -> None:
    for seen in each("hypertension", 25):
        assert max(seen.values("nibp_sys", 0, 1)) < 160
        plateau = seen.values("nibp_sys", 5, 12)
        assert len(plateau) >= 3
        assert sum(value >= 180 for value in plateau) >= len(plateau) - 1
        assert any(value > 160 for value in seen.values("nibp_sys", 2.5, 4.5))
        assert max(seen.values("nibp_sys", 18, 25)) < 160


def test_saturation_falls_below_85_long_enough_and_recovers() -> None:
    for seen in each("desaturation", 7):
        assert min(seen.values("spo2", 0, 1)) >= 94
        trough = seen.values("spo2", 2, 4)
        assert min(trough) >= 80
        longest = run = 0
        for value in trough:
            run = run + 1 if value < 85 else 0
            longest = max(longest, run)
        assert longest >= 20  # far beyond the persistence of any rule (5 s below 85, 20 s below 90)
        assert max(trough) < 90
        assert min(seen.values("spo2", 5.1, 7)) >= 94


def test_apnoea_is_45_s_without_breath_and_then_breaths() -> None:
    for seen in each("apnoea", 6):
        for vital in ("rr", "etco2"):
            assert set(seen.values(vital, 1, 1.75)) == {0}
            assert len(seen.values(vital, 1, 1.75)) == 45
            assert min(seen.values(vital, 0, 1) + seen.values(vital, 1.75, 6)) > 0
        assert 90 <= min(seen.values("spo2", 1.5, 3)) <= 94


def test_leads_off_send_no_rate_and_the_pulse_goes_on() -> None:
    for seen in each("lead_off", 5):
        assert seen.values("hr", 1, 3) == []
        assert len(seen.values("pr", 1, 3)) == 120
        assert len(seen.values("hr", 3, 5)) == 120


def test_a_probe_off_sends_zero() -> None:
    for seen in each("probe_off", 4):
        assert set(seen.values("spo2", 1, 3)) == {0}
        assert set(seen.values("pr", 1, 3)) == {0}
        assert seen.values("pi", 1, 3) == []
        assert min(seen.values("spo2", 3, 4)) >= 94


def test_a_lost_feed_is_silent_for_a_minute_and_goes_on() -> None:
    for seen in each("feed_lost", 4):
        silent = [t for t, rows in seen.by_second.items() if not rows]
        assert silent == [float(t) for t in range(60, 120)]


def test_the_cuff_measures_often_before_every_5_min_during_and_every_15_after() -> None:
    times = [m.at_s for rows in watch(only("calm"), 1, 120).by_second.values() for m in rows if m.vital == "nibp_sys"]
    gaps = {(before, after - before) for before, after in pairwise(times)}
    assert {gap for at, gap in gaps if at < 6 * 60} == {150}
    assert {gap for at, gap in gaps if 6 * 60 <= at < 46 * 60} == {300}
    assert {gap for at, gap in gaps if at >= 46 * 60} == {900}


def test_a_bed_met_during_its_infusion_has_the_cuff_of_that_phase() -> None:
    scenario = next(bed for bed in load("demo").beds if bed.offset_min == 31)
    times = [m.at_s for rows in watch(scenario, 1, 32).by_second.values() for m in rows if m.vital == "nibp_sys"]
    assert times == [15, 315, 615, 915, 1815]  # the infusion ends in minute 15


def test_the_pulse_follows_the_heart() -> None:
    seen = watch(only("hypertension"), 1, 10)
    heart, pulse = seen.values("hr", 6, 10), seen.values("pr", 6, 10)
    assert abs(sum(heart) - sum(pulse)) / len(heart) < 2
    assert sum(pulse) / len(pulse) > 98


def test_a_row_that_vanished_is_back_when_its_event_ends_though_a_ramp_goes_on() -> None:
    both = GOOD + "[[event]]\nfrom_min = 1\nuntil_min = 2\nfall_min = 1\nabsent = ['hr']\ntowards = { spo2 = 80 }"
    seen = watch(parse_scenario("mine", both), 1, 4)
    assert (len(seen.values("hr", 1, 2)), len(seen.values("hr", 2, 3))) == (0, 60)
    assert seen.values("spo2", 2, 3)[30] < 93


def test_a_cuff_measurement_is_a_triple_in_order_and_shown_once() -> None:
    seen = watch(only("clinic"), 3, 60)
    triples = list(zip(*(seen.values(f"nibp_{part}") for part in ("sys", "mean", "dia")), strict=True))
    assert 8 <= len(triples) <= 20
    assert all(sys > mean > dia for sys, mean, dia in triples)


def test_a_drawn_patient_has_artefacts_and_a_typical_one_has_none() -> None:
    assert any(max(watch(only("clinic"), seed, 90).values("hr")) > 125 for seed in range(6))
    assert patient_for(only("calm"), "1").hypertensive is False


def test_a_bed_may_begin_in_the_middle_of_an_infusion() -> None:
    scenario = next(bed for bed in load("demo").beds if bed.name == "calm" and bed.offset_min == 31)
    rest = patient_for(scenario, "1").sys
    under_way = watch(scenario, 1, 12).values("nibp_sys")
    assert sum(under_way) / len(under_way) > rest + 3


def test_a_recurring_event_comes_again() -> None:
    desaturating = next(bed for bed in load("demo").beds if bed.name == "desaturation")
    seen = watch(desaturating, 1, 18)
    for begins in (0, 6, 12):
        assert min(seen.values("spo2", begins + 2, begins + 4)) < 85
        assert min(seen.values("spo2", begins + 5.2, begins + 6)) >= 94


def test_the_demo_has_eight_beds_and_no_end() -> None:
    demo = load("demo")
    assert demo.minutes is None
    assert demo.default_beds == 8
    kinds = [bed.name for bed in demo.beds]
    assert kinds.count("calm") == 3
    assert set(kinds) == {"calm", "hypertension", "desaturation", "apnoea", "lead_off", "feed_lost"}


@pytest.mark.parametrize("name", names())
def test_every_shipped_scenario_loads_and_says_in_words_what_it_is(name: str) -> None:
    assert load(name).words


def test_a_scenario_that_does_not_exist_is_refused_with_the_ones_that_do() -> None:
    with pytest.raises(ScenarioRefused, match="there are apnoea, calm"):
        load("earthquake")


GOOD = """
words = "x"
minutes = 5
patient = "typical"
infusion = { from_min = 0, over_min = 40, mg_per_kg = 0.5 }
cuff = { before_min = 5, infusing_min = 5, after_min = 5 }
"""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("words = ", "Invalid value"),
        (GOOD.replace("minutes = 5", ""), "minutes is missing"),
        (GOOD.replace("minutes = 5", "minutes = 'five'"), "not a number"),
        (GOOD + "surprise = 1", "unknown surprise"),
        (GOOD.replace("before_min = 5", "before_min = 0"), "above 0"),
        (GOOD + "[[event]]\nfrom_min = 2\nuntil_min = 1", "must not lie after"),
        (GOOD + "[[event]]\nfrom_min = 1\nuntil_min = 2\nfixed = { mood = 1 }", "'mood' is no vital"),
        (GOOD + "[[event]]\nfrom_min = 1\nuntil_min = 2\nabsent = ['mood']", "'mood' is no vital"),
        (GOOD + "[[event]]\nfrom_min = 1\nuntil_min = 2\nsilence = 1", "neither true nor false"),
        (GOOD + "[[event]]\nfrom_min = 1\nuntil_min = 2\nmotion = 2", "not a share"),
        (GOOD + "[[event]]\nfrom_min = 1\nuntil_min = 2\nabsent = 'hr'", "not a list of words"),
        (GOOD.replace('"typical"', '"odd"'), "not one of typical, drawn"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused(text: str, why: str) -> None:
    assert parse_scenario("mine", GOOD).minutes == 5
    with pytest.raises(ScenarioRefused, match=why):
        parse_scenario("mine", text)
