"""The prediction against CLINICAL.md §6.1 and against an integration in small steps that knows none of its formulas."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clinical.dosing.pharmacokinetics import Doses, PkModel, below_from_min, predict
from tests.clinical.dosing.minutes import PREDICTION

DOMINO, CLEMENTS = PREDICTION.models["domino"], PREDICTION.models["clements250"]
ONE = PkModel("one", "One compartment", 0.5, 0.1, (), 0.3)
MODELS = [DOMINO, CLEMENTS, ONE]
STARTER = Doses([(0, 0.5 / 40), (40, 0)])

# CLINICAL.md §6.1, row by row: V1, k10, k12, k21, k13, k31, ke0; CL mL/min/kg, L/h/70 kg, Vss L/kg, half-lives.
TABLE = [
    (DOMINO, 0.063, 0.4381, ((0.5921, 0.2470), (0.5900, 0.0146)), 0.652, 27.6, 115.9, 2.76, (0.4, 4.6, 115)),
    (CLEMENTS, 1.7522, 0.0109, ((0.0186, 0.0137),), 5.2, 19.1, 80.2, 4.13, (17.6, 183)),
]


@pytest.mark.parametrize("row", TABLE, ids=["domino", "clements250"])
def test_the_parameter_sets_and_their_derived_figures_are_those_of_the_table(row: tuple) -> None:  # type: ignore[type-arg]
    model, v1, k10, peripheral, ke0, clearance, per_70_kg, vss, half_lives = row
    assert (model.v1_l_per_kg, model.k10, model.peripheral, model.ke0) == (v1, k10, peripheral, ke0)
    assert model.clearance_ml_per_kg_min == pytest.approx(clearance, abs=0.05)
    assert model.clearance_ml_per_kg_min * 60 * 70 / 1000 == pytest.approx(per_70_kg, abs=0.05)
    assert model.vss_l_per_kg == pytest.approx(vss, abs=0.005)
    assert [round(found, 1 if found < 100 else 0) for found in model.half_lives_min] == list(half_lives)


def test_domino_is_the_default_and_the_level_of_orientation_is_the_policys() -> None:
    assert PREDICTION.model is DOMINO
    assert PREDICTION.clear_below_ng_ml == 50


def integrated(model: PkModel, doses: Doses, until: float, step: float = 0.001) -> tuple[float, float]:
    """Amounts moved from compartment to compartment in small steps (midpoint rule): mass balance and nothing else."""
    amounts = [0.0] * (1 + len(model.peripheral))
    effect, t = 0.0, 0.0
    boluses = sorted(doses.boluses)

    def flows(amounts: list[float], effect: float, rate: float) -> tuple[list[float], float]:
        central = rate - model.k10 * amounts[0]
        outer = []
        for (out, back), amount in zip(model.peripheral, amounts[1:], strict=True):
            moved = out * amounts[0] - back * amount
            central -= moved
            outer.append(moved)
        return [central, *outer], model.ke0 * (amounts[0] / model.v1_l_per_kg - effect)

    while t < until - step / 2:
        while boluses and boluses[0][0] <= t + step / 2:
            amounts[0] += boluses.pop(0)[1]
        rate = next((r for at, r in reversed(doses.rates) if at <= t + step / 2), 0.0)
        change, effect_change = flows(amounts, effect, rate)
        half = [amount + moved * step / 2 for amount, moved in zip(amounts, change, strict=True)]
        change, effect_change = flows(half, effect + effect_change * step / 2, rate)
        amounts = [amount + moved * step for amount, moved in zip(amounts, change, strict=True)]
        effect, t = effect + effect_change * step, t + step
    return amounts[0] / model.v1_l_per_kg * 1000, effect * 1000


SESSION = Doses([(0, 0.0125), (10, 0.02), (17, 0), (22, 0.015), (45, 0)], [(0.0, 0.1), (12, 0.2)])


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@pytest.mark.parametrize("minute", [0.5, 5, 11, 12.5, 20, 44, 60, 180])
def test_the_closed_form_agrees_with_an_integration_in_small_steps(model: PkModel, minute: float) -> None:
    plasma, effect = integrated(model, SESSION, minute)
    found = predict(model, SESSION, minute)
    assert found.minute == minute
    assert found.plasma_ng_ml == pytest.approx(plasma, rel=2e-4)
    assert found.effect_site_ng_ml == pytest.approx(effect, rel=2e-4)


def test_a_bolus_is_in_plasma_at_once_and_not_yet_at_the_effect_site() -> None:
    at_once = predict(DOMINO, Doses([], [(3, 0.1)]), 3)
    assert at_once.plasma_ng_ml == pytest.approx(0.1 / 0.063 * 1000)
    assert at_once.effect_site_ng_ml == pytest.approx(0, abs=1e-6)
    assert predict(DOMINO, Doses([], [(3, 0.1)]), 2.99).plasma_ng_ml == 0
    assert predict(DOMINO, Doses([(3, 0.1)], []), 3).plasma_ng_ml == 0


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_an_endless_infusion_levels_off_at_rate_over_clearance(model: PkModel) -> None:
    found = predict(model, Doses([(0, 0.01)]), 60 * 24 * 30)
    level = 0.01 / (model.clearance_ml_per_kg_min / 1000) * 1000
    assert found.plasma_ng_ml == pytest.approx(level)
    assert found.effect_site_ng_ml == pytest.approx(level)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_everything_given_is_cleared_again(model: PkModel) -> None:
    """Mass balance: clearance times the area under the curve is the dose."""
    share_over_rate = sum(share / rate for share, rate in model.plasma)
    assert share_over_rate * model.clearance_ml_per_kg_min / 1000 == pytest.approx(1)
    assert sum(share for share, _ in model.effect_site) == pytest.approx(0, abs=1e-9)
    assert sum(share / rate for share, rate in model.effect_site) == pytest.approx(share_over_rate)


def test_a_site_that_follows_at_one_of_plasmas_own_rates_is_computed_too() -> None:
    (rate,) = ONE.rates
    same = PkModel("same", "Same", ONE.v1_l_per_kg, ONE.k10, (), rate)
    beside = PkModel("beside", "Beside", ONE.v1_l_per_kg, ONE.k10, (), rate * 1.001)
    found, near = (predict(model, STARTER, 30).effect_site_ng_ml for model in (same, beside))
    assert math.isfinite(found)
    assert found == pytest.approx(near, rel=1e-3)


RATES = st.lists(st.tuples(st.floats(0, 120), st.floats(0, 0.05)), max_size=6).map(sorted)
BOLUSES = st.lists(st.tuples(st.floats(0, 120), st.floats(0, 0.5)), max_size=3)
MINUTE = st.floats(0, 400)


@given(RATES, BOLUSES, RATES, BOLUSES, MINUTE, st.floats(0.1, 10))
@settings(deadline=None)
def test_doses_add_up_and_scale(
    one_rates: list[tuple[float, float]],
    one_boluses: list[tuple[float, float]],
    other_rates: list[tuple[float, float]],
    other_boluses: list[tuple[float, float]],
    minute: float,
    times: float,
) -> None:
    one, other = Doses(one_rates, one_boluses), Doses(other_rates, other_boluses)
    alone = predict(DOMINO, one, minute).effect_site_ng_ml
    scaled = Doses([(at, rate * times) for at, rate in one.rates], [(at, mg * times) for at, mg in one.boluses])
    assert predict(DOMINO, scaled, minute).effect_site_ng_ml == pytest.approx(alone * times, rel=1e-6, abs=1e-6)
    cuts = sorted({at for at, _ in (*one.rates, *other.rates)})
    both = Doses([(at, _rate(one, at) + _rate(other, at)) for at in cuts], [*one.boluses, *other.boluses])
    together = alone + predict(DOMINO, other, minute).effect_site_ng_ml
    assert predict(DOMINO, both, minute).effect_site_ng_ml == pytest.approx(together, rel=1e-6, abs=1e-6)


def _rate(doses: Doses, at: float) -> float:
    return next((rate for from_min, rate in reversed(doses.rates) if from_min <= at), 0.0)


@given(RATES, BOLUSES, MINUTE, st.floats(-1000, 1000))
@settings(deadline=None)
def test_only_the_time_since_a_dose_counts_and_nothing_is_ever_negative(
    rates: list[tuple[float, float]], boluses: list[tuple[float, float]], minute: float, shift: float
) -> None:
    doses = Doses(rates, boluses)
    moved = Doses([(at + shift, rate) for at, rate in rates], [(at + shift, mg) for at, mg in boluses])
    found, again = predict(DOMINO, doses, minute), predict(DOMINO, moved, minute + shift)
    assert found.plasma_ng_ml >= 0
    assert found.effect_site_ng_ml >= 0
    if all(abs(at - minute) > 1e-6 for at, _ in boluses):
        assert again.plasma_ng_ml == pytest.approx(found.plasma_ng_ml, rel=1e-5, abs=1e-4)


# --- until it is over -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@pytest.mark.parametrize("doses", [STARTER, SESSION, Doses([], [(0, 0.35)])], ids=["starter", "session", "bolus"])
def test_from_then_on_the_effect_site_stays_below_the_level_and_not_a_minute_earlier(
    model: PkModel, doses: Doses
) -> None:
    clear = below_from_min(model, doses, 50, 0)
    assert clear is not None
    last = max(at for at, _ in (*doses.rates, *doses.boluses))
    later = [predict(model, doses, clear + minute / 4).effect_site_ng_ml for minute in range(2000)]
    assert max(later) < 50
    if clear > last:
        assert predict(model, doses, clear - 1 / 30).effect_site_ng_ml >= 50


def test_the_starter_is_expected_over_half_an_hour_after_its_end_by_domino_and_later_by_clements() -> None:
    domino, clements = (below_from_min(model, STARTER, 50, 0) for model in (DOMINO, CLEMENTS))
    assert domino == pytest.approx(69.94, abs=0.05)
    assert clements == pytest.approx(149.86, abs=0.05)


def test_what_is_still_to_reach_the_effect_site_counts() -> None:
    """Right after a bolus the effect site is low and about to rise: that is not over."""
    doses = Doses([], [(0, 0.35)])
    assert predict(DOMINO, doses, 0).effect_site_ng_ml < 50
    clear = below_from_min(DOMINO, doses, 50, 0)
    assert clear is not None
    assert clear > 5


def test_while_drug_runs_nothing_is_expected_and_a_level_never_reached_is_over_at_once() -> None:
    assert below_from_min(DOMINO, Doses([(0, 0.01)]), 50, 0) is None
    assert below_from_min(DOMINO, STARTER, 5000, 0) == 40
    assert below_from_min(DOMINO, STARTER, 5000, 90) == 90
    assert below_from_min(DOMINO, Doses(), 50, 7) == 7
    slow = PkModel("slow", "Slow", 1, 1e-7, (), 1)
    assert below_from_min(slow, Doses([], [(0, 1)]), 50, 0) is None


def test_the_curve_falls_after_the_end() -> None:
    falling = [predict(DOMINO, STARTER, minute).effect_site_ng_ml for minute in range(43, 300)]
    assert all(later < earlier for earlier, later in pairwise(falling))


@pytest.mark.parametrize("model", [DOMINO, CLEMENTS, ONE], ids=lambda model: model.name)
def test_the_rates_of_a_model_just_built_solve_its_equation(model: PkModel) -> None:
    """The rates are the eigenvalues of the flow: their sum and their product are known without solving anything."""
    again = PkModel(model.name, model.title, model.v1_l_per_kg, model.k10, model.peripheral, model.ke0)
    assert len(again.rates) == 1 + len(model.peripheral)
    assert list(again.rates) == sorted(again.rates)
    assert sum(again.rates) == pytest.approx(model.k10 + sum(out + back for out, back in model.peripheral), rel=1e-12)
    assert math.prod(again.rates) == pytest.approx(model.k10 * math.prod(back for _, back in model.peripheral))
    assert sum(share for share, _ in again.plasma) == pytest.approx(1 / model.v1_l_per_kg)
    assert sum(share for share, _ in again.effect_site) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("minute", [0.5, 12.5])
def test_a_model_just_built_agrees_with_an_integration_in_small_steps(minute: float) -> None:
    for model in (DOMINO, CLEMENTS, ONE):
        again = PkModel(model.name, model.title, model.v1_l_per_kg, model.k10, model.peripheral, model.ke0)
        plasma, effect = integrated(model, SESSION, minute, 0.01)
        found = predict(again, SESSION, minute)
        assert found.plasma_ng_ml == pytest.approx(plasma, rel=5e-3)
        assert found.effect_site_ng_ml == pytest.approx(effect, rel=5e-3)


def test_an_effect_site_as_fast_as_plasma_has_a_curve_too() -> None:
    model = PkModel("same", "Equal rates", 0.5, 0.1, (), 0.1)
    expected = 1 / 0.5 * 0.1 * 10 * math.exp(-0.1 * 10) * 1000  # ke0 · t · e^(−ke0 t) / V1
    assert predict(model, Doses([], [(0, 1)]), 10).effect_site_ng_ml == pytest.approx(expected, rel=1e-4)
