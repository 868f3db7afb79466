"""An order in three forms comes to the same figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.dosing.orders import (
    Ordered,
    OrderForm,
    OrderRefused,
    mcg_per_kg_min,
    mg_per_kg_h,
    order_figures,
)

# CLINICAL.md §1.1: 0.5 mg/kg over 40 min = 0.75 mg/kg/h = 12.5 µg/kg/min.
SAME = [(OrderForm.MG_PER_KG, 0.5), (OrderForm.MG_PER_KG_H, 0.75), (OrderForm.MCG_PER_KG_MIN, 12.5)]


@pytest.mark.parametrize(("form", "amount"), SAME)
def test_the_three_forms_of_the_guideline_are_one_infusion(form: OrderForm, amount: float) -> None:
    ordered = Ordered(form, amount, over_min=40, concentration_mg_per_ml=1)
    figures = order_figures(ordered, 70)
    assert (ordered.dose_mg_per_kg, ordered.mg_per_kg_h, ordered.total_mg_per_kg) == (0.5, 0.75, 0.5)
    assert (figures.total_mg, figures.volume_ml, figures.rate_ml_per_h) == (35, 35, 52.5)
    assert (figures.mg_per_kg_h, figures.mcg_per_kg_min, figures.bolus_mg) == (0.75, 12.5, 0)


def test_conversions_are_exact() -> None:
    assert mg_per_kg_h(1) == 0.06
    assert mcg_per_kg_min(1) == pytest.approx(16.667, abs=1e-3)
    assert mcg_per_kg_min(0.75) == 12.5


def test_a_stronger_bag_halves_volume_and_rate_and_an_ordered_bolus_adds_to_the_total_only() -> None:
    figures = order_figures(Ordered(OrderForm.MG_PER_KG, 0.5, 40, 2, bolus_mg_per_kg=0.2), 70)
    assert figures.total_mg == pytest.approx(49)
    assert figures.bolus_mg == pytest.approx(14)
    assert figures.volume_ml == pytest.approx(24.5)
    assert figures.rate_ml_per_h == pytest.approx(26.25)
    assert figures.mg_per_kg_h == 0.75


WRONG = [
    ({"weight_kg": 0.0}, "weight_kg"),
    ({"amount": -0.5}, "dose_mg_per_kg"),
    ({"over_min": float("inf")}, "over_min"),
    ({"concentration_mg_per_ml": float("nan")}, "concentration_mg_per_ml"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_an_order_of_nothing_is_refused_by_the_name_of_its_field(wrong: dict[str, float], field: str) -> None:
    parts = {"weight_kg": 70.0, "amount": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0, **wrong}
    weight_kg = parts.pop("weight_kg")
    with pytest.raises(OrderRefused, match=f"{field} is .* must be more than 0") as refused:
        order_figures(Ordered(OrderForm.MG_PER_KG, **parts), weight_kg)
    assert refused.value.missing == (field,)


@given(st.floats(0.01, 7), st.floats(1, 600), st.floats(0.1, 100), st.floats(20, 350))
def test_whatever_form_it_is_written_in_the_pump_is_told_the_same(
    rate: float, minutes: float, concentration: float, weight_kg: float
) -> None:
    forms = (
        (OrderForm.MG_PER_KG, rate * minutes / 60),
        (OrderForm.MG_PER_KG_H, rate),
        (OrderForm.MCG_PER_KG_MIN, mcg_per_kg_min(rate)),
    )
    figures = [order_figures(Ordered(form, amount, minutes, concentration), weight_kg) for form, amount in forms]
    for one in figures[1:]:
        assert one.total_mg == pytest.approx(figures[0].total_mg)
        assert one.rate_ml_per_h == pytest.approx(figures[0].rate_ml_per_h)
    assert figures[0].rate_ml_per_h * minutes / 60 == pytest.approx(figures[0].volume_ml)
