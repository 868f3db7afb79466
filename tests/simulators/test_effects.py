"""What ketamine does to a simulated population, against the table and the studies of CLINICAL.md §6.3."""

from random import Random
from statistics import mean, stdev

import pytest

from simulators.patients import Patient, drawn, lognormal_mean_one, resting_pressure, sensitivity, typical
from simulators.physiology import EMAX_DIA, EMAX_HR, EMAX_SYS, body, response
from simulators.scenario import Infusion

USUAL = Infusion(from_min=0, over_min=40, mg_per_kg=0.5)


# Ce in µg/mL, mean rise of SBP and DBP, % with a noisy rise of 40/25, % that reach a systolic of 180.
@pytest.mark.parametrize(
    ("ce", "sys_rise", "dia_rise", "marked", "reach_180"),
    [(0.24, 8.8, 6.0, 1.9, 3.2), (0.35, 11.0, 7.6, 4.0, 4.8), (0.60, 14.3, 9.8, 8.7, 7.8)],
)
def test_pressure_rises_by_the_published_table(
    ce: float, sys_rise: float, dia_rise: float, marked: float, reach_180: float
) -> None:
    rng, people, marked_seen, reached = Random(7), 20_000, 0, 0
    rises = []
    for _ in range(people):
        hypertensive = rng.random() < 0.36
        sys, dia = resting_pressure(rng, hypertensive=hypertensive)
        effect = response(ce, sensitivity(rng, hypertensive=hypertensive, age=40))
        up, low_up = sys * EMAX_SYS * effect, dia * EMAX_DIA * effect
        rises.append((up, low_up))
        readings = [(up + rng.gauss(0, 6), low_up + rng.gauss(0, 4)) for _ in range(4)]
        marked_seen += any(s >= 40 or d >= 25 for s, d in readings)
        reached += any(sys + s >= 180 for s, _ in readings)
    assert mean(s for s, _ in rises) == pytest.approx(sys_rise, rel=0.05)
    assert mean(d for _, d in rises) == pytest.approx(dia_rise, rel=0.05)
    assert 100 * marked_seen / people == pytest.approx(marked, rel=0.2)
    assert 100 * reached / people == pytest.approx(reach_180, rel=0.2)


def rise(patient: Patient, vital: str, rest: float, minute: float) -> float:
    return body(patient, USUAL, "x")[vital].signal.value_at(minute * 60) - rest


def test_the_usual_infusion_raises_pressure_and_pulse_as_the_cohorts_saw() -> None:
    people = [drawn(Random(seed)) for seed in range(600)]
    at_peak = [
        (rise(p, "nibp_sys", p.sys, 40), rise(p, "nibp_dia", p.dia, 40), rise(p, "hr", p.hr, 40)) for p in people
    ]
    assert 3.2 < mean(s for s, _, _ in at_peak) < 12.6  # from +3.28 (S13) over +7.4 (S14) to +12.6 (meta-analysis)
    assert 3.1 < mean(d for _, d, _ in at_peak) < 8.5
    assert 1.5 < mean(h for _, _, h in at_peak) < 4.1


def test_pressure_peaks_when_the_infusion_ends_and_settles_within_the_hour() -> None:
    person = typical(Random(1))
    by_minute = {minute: rise(person, "nibp_sys", person.sys, minute) for minute in range(0, 181, 5)}
    assert max(by_minute, key=by_minute.__getitem__) in (35, 40)
    assert by_minute[0] == 0
    assert by_minute[100] < by_minute[40] / 3


def test_breathing_saturation_and_carbon_dioxide_answer_mildly() -> None:
    person = typical(Random(2))
    assert -1.0 < rise(person, "rr", person.rr, 40) < 0
    assert -2.0 <= rise(person, "spo2", person.spo2, 40) < 0
    assert 2.0 <= rise(person, "etco2", person.etco2, 40) <= 4.0


def test_the_heart_and_pressure_lag_behind_breathing() -> None:
    person = typical(Random(2))

    def share(vital: str, rest: float) -> float:
        return rise(person, vital, rest, 3) / rise(person, vital, rest, 40)

    early = {"hr": person.hr, "nibp_sys": person.sys, "nibp_dia": person.dia, "rr": person.rr, "etco2": person.etco2}
    reached = {vital: share(vital, rest) for vital, rest in early.items()}
    assert max(reached[vital] for vital in ("hr", "nibp_sys", "nibp_dia")) < 0.3
    assert min(reached[vital] for vital in ("rr", "etco2")) > 0.45


def test_a_body_may_be_met_later_in_its_visit() -> None:
    person = typical(Random(2))
    later = body(person, USUAL, "x", offset_min=20)["nibp_sys"].signal
    assert later.value_at(60) == body(person, USUAL, "x")["nibp_sys"].signal.value_at(21 * 60) > person.sys + 3


def test_temperature_does_not_answer() -> None:
    person = typical(Random(3))
    assert rise(person, "temp", person.temp, 40) == 0


def test_the_heart_answers_less_than_pressure() -> None:
    assert EMAX_HR < EMAX_SYS < EMAX_DIA


def test_more_than_a_third_of_the_population_is_hypertensive() -> None:
    people = [drawn(Random(seed)) for seed in range(3_000)]
    assert mean(p.hypertensive for p in people) == pytest.approx(0.36, abs=0.03)
    assert {p.sex for p in people} == {"F", "M"}
    assert mean(p.sys for p in people if p.hypertensive) == pytest.approx(140, abs=1.5)
    assert mean(p.sys for p in people if not p.hypertensive) == pytest.approx(122, abs=1.5)
    assert all(p.sys - p.dia >= 20 for p in people)


def test_individual_factors_have_mean_one() -> None:
    rng = Random(4)
    factors = [lognormal_mean_one(rng, 0.6) for _ in range(40_000)]
    assert mean(factors) == pytest.approx(1.0, abs=0.02)
    assert stdev(factors) == pytest.approx(0.658, abs=0.05)  # sqrt(e^0.36 - 1)


def test_the_old_and_the_hypertensive_answer_half_as_much_again() -> None:
    young = sensitivity(Random(5), hypertensive=False, age=49)
    assert sensitivity(Random(5), hypertensive=False, age=50) == pytest.approx(1.5 * young)
    assert sensitivity(Random(5), hypertensive=True, age=30) == pytest.approx(1.5 * young)
    assert sensitivity(Random(5), hypertensive=True, age=70) == pytest.approx(1.5 * young)
