"""Ketamine's concentrations against published half-lives and an independent numerical integration."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.pharmacokinetics import (
    DOMINO,
    HAEMODYNAMIC_KE0_PER_MIN,
    PLASMA_KE0_PER_MIN,
    CompartmentModel,
    Concentration,
    RateStep,
    effect_site,
    elimination_rates,
    plasma,
)

WEIGHT_KG = 70.0
HALF_MG_PER_KG_OVER_40_MIN = (RateStep(0, 0.5 * WEIGHT_KG / 40), RateStep(40, 0))


def integrated(
    model: CompartmentModel, ke0: float, steps: tuple[RateStep, ...], until_min: float, step_min: float = 0.01
) -> tuple[float, float]:
    """Plasma and effect-site concentration by Runge-Kutta, knowing nothing of exponentials."""
    volume_l = model.v1_l_per_kg * WEIGHT_KG

    def slope(t_min: float, y: list[float]) -> list[float]:
        rate = 0.0
        for step in steps:
            if t_min >= step.from_min - 1e-9:
                rate = step.mg_per_min
        central, near, far, site = y
        return [
            rate - (model.k10 + model.k12 + model.k13) * central + model.k21 * near + model.k31 * far,
            model.k12 * central - model.k21 * near,
            model.k13 * central - model.k31 * far,
            ke0 * (central / volume_l - site),
        ]

    state = [0.0] * 4
    for n in range(round(until_min / step_min)):
        # The rate is constant inside a step, so the slope is taken at its beginning throughout.
        t = n * step_min
        a = slope(t, state)
        b = slope(t, [y + step_min / 2 * k for y, k in zip(state, a, strict=True)])
        c = slope(t, [y + step_min / 2 * k for y, k in zip(state, b, strict=True)])
        d = slope(t, [y + step_min * k for y, k in zip(state, c, strict=True)])
        state = [
            y + step_min / 6 * (k1 + 2 * k2 + 2 * k3 + k4) for y, k1, k2, k3, k4 in zip(state, a, b, c, d, strict=True)
        ]
    return state[0] / volume_l, state[3]


def test_domino_has_its_published_half_lives() -> None:
    halves = [math.log(2) / rate for rate in elimination_rates(DOMINO)]
    assert halves == pytest.approx([0.4, 4.6, 115], rel=0.01)


def test_a_milligram_begins_in_the_central_volume() -> None:
    at_once = sum(share for share, _ in plasma(DOMINO, WEIGHT_KG))
    assert at_once == pytest.approx(1 / (0.063 * WEIGHT_KG))


def test_a_milligram_is_not_yet_at_the_effect_site() -> None:
    site = effect_site(plasma(DOMINO, WEIGHT_KG), PLASMA_KE0_PER_MIN)
    assert sum(share for share, _ in site) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("ke0", [PLASMA_KE0_PER_MIN, HAEMODYNAMIC_KE0_PER_MIN, 0.086])
@pytest.mark.parametrize("minute", [1.0, 15.0, 40.0, 43.0, 120.0])
def test_the_closed_form_agrees_with_numerical_integration(ke0: float, minute: float) -> None:
    central = plasma(DOMINO, WEIGHT_KG)
    in_plasma, at_site = integrated(DOMINO, ke0, HALF_MG_PER_KG_OVER_40_MIN, minute, 0.02)
    assert Concentration(central, HALF_MG_PER_KG_OVER_40_MIN).value_at(minute) == pytest.approx(in_plasma, rel=1e-4)
    assert Concentration(effect_site(central, ke0), HALF_MG_PER_KG_OVER_40_MIN).value_at(minute) == pytest.approx(
        at_site, rel=1e-4
    )


def test_the_closed_form_holds_for_a_person_unlike_domino() -> None:
    slow = replace(DOMINO, v1_l_per_kg=0.09, k10=0.25)
    in_plasma, _ = integrated(slow, 0.3, HALF_MG_PER_KG_OVER_40_MIN, 55, 0.02)
    assert Concentration(plasma(slow, WEIGHT_KG), HALF_MG_PER_KG_OVER_40_MIN).value_at(55) == pytest.approx(
        in_plasma, rel=1e-4
    )


def test_the_usual_infusion_ends_near_240_ng_per_ml() -> None:
    peak = Concentration(plasma(DOMINO, WEIGHT_KG), HALF_MG_PER_KG_OVER_40_MIN).value_at(40)
    assert peak == pytest.approx(0.240, abs=0.005)


def test_a_week_of_infusion_reaches_rate_over_clearance() -> None:
    clearance_l_per_min = 0.0276 * WEIGHT_KG  # 27.6 mL/min/kg, CLINICAL.md §6.1
    steady = Concentration(plasma(DOMINO, WEIGHT_KG), (RateStep(0, 1.0),)).value_at(7 * 24 * 60)
    assert steady == pytest.approx(1 / clearance_l_per_min, rel=0.001)


@given(st.floats(0, 300), st.floats(0.1, 5))
@settings(max_examples=60, deadline=None)
def test_twice_the_rate_is_twice_the_concentration(minute: float, mg_per_min: float) -> None:
    site = effect_site(plasma(DOMINO, WEIGHT_KG), PLASMA_KE0_PER_MIN)
    once = Concentration(site, (RateStep(0, mg_per_min), RateStep(40, 0))).value_at(minute)
    twice = Concentration(site, (RateStep(0, 2 * mg_per_min), RateStep(40, 0))).value_at(minute)
    assert twice == pytest.approx(2 * once, abs=1e-12)


@given(st.floats(-60, 600))
@settings(max_examples=60, deadline=None)
def test_a_concentration_is_never_negative_and_none_before_the_drug(minute: float) -> None:
    value = Concentration(plasma(DOMINO, WEIGHT_KG), HALF_MG_PER_KG_OVER_40_MIN).value_at(minute)
    assert value > 0 if minute > 0.001 else value >= 0
    assert minute > 0 or value == 0


def test_an_effect_site_as_fast_as_a_compartment_is_no_division_by_zero() -> None:
    central = plasma(DOMINO, WEIGHT_KG)
    same = elimination_rates(DOMINO)[1]
    value = Concentration(effect_site(central, same), HALF_MG_PER_KG_OVER_40_MIN).value_at(40)
    beside = Concentration(effect_site(central, same * 1.001), HALF_MG_PER_KG_OVER_40_MIN).value_at(40)
    assert value == pytest.approx(beside, rel=0.001)


def test_rate_steps_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order of time"):
        Concentration(plasma(DOMINO, WEIGHT_KG), (RateStep(40, 0), RateStep(0, 1)))
