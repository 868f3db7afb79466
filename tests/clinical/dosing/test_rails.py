"""Guard rails of a dose: what refuses, what asks for a reason, what asks for a physician and a second person.

The figures are CLINICAL.md §1.1 and §1.2, written down a second time.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.dosing.likeness import Setting, looks_like, tenfold
from monitor.clinical.dosing.orders import Ordered, OrderForm, order_figures
from monitor.clinical.dosing.rails import (
    OutOfBounds,
    Rail,
    bolus_rails,
    bound_of,
    check_bound,
    check_order_bounds,
    order_rails,
    rate_rails,
    weight_rails,
)
from tests.clinical.dosing.minutes import DOSING

PER_KG, PER_HOUR, MICRO = OrderForm.MG_PER_KG, OrderForm.MG_PER_KG_H, OrderForm.MCG_PER_KG_MIN


def levels(rails: list[Rail]) -> list[tuple[str, str]]:
    return [(rail.level.value, rail.field) for rail in rails]


def order(form: OrderForm, amount: float, over_min: float = 40, concentration: float = 1, **more: float) -> Ordered:
    return Ordered(form, amount, over_min, concentration, **more)


# --- bounds -----------------------------------------------------------------------------------------------------------

BOUNDS = [
    ("weight_kg", (20, 350), (19.99, 350.01, 700, 0, -70)),
    ("dose_mg_per_kg", (0.01, 10), (0.0099, 10.01, -0.5)),
    ("rate_mg_per_kg_h", (0.01, 7), (0.0099, 7.01)),
    ("rate_mcg_per_kg_min", (0.167, 116.667), (0.16, 116.7)),
    ("over_min", (1, 1440), (0.99, 1441, 0)),
    ("concentration_mg_per_ml", (0.05, 10, 50, 100), (0.049, 100.01)),
    ("rate_ml_per_h", (0.1, 1200), (0, 0.09, 1200.1, -1)),
    ("dose_mg", (0.1, 500), (0, -5, 500.1)),
    ("bolus_mg_per_kg", (0.01, 2), (0.009, 2.01)),
    ("bag_ml", (1, 3000), (0.9, 3001)),
    ("waste_mg", (0.1, 5000), (0, 5001)),
]


@pytest.mark.parametrize(("field", "accepted", "refused"), BOUNDS, ids=[row[0] for row in BOUNDS])
def test_a_bound_refuses_with_field_value_and_range(
    field: str, accepted: tuple[float, ...], refused: tuple[float, ...]
) -> None:
    for value in accepted:
        check_bound(DOSING, field, value)
    bound = bound_of(DOSING, field)
    for value in (*refused, float("nan"), float("inf")):
        with pytest.raises(OutOfBounds) as told:
            check_bound(DOSING, field, value)
        assert told.value.message == f"{field} is {value:g} {bound.unit}; accepted is {bound.words}."
        assert told.value.missing == (field,)


REFUSED = [
    ("mg typed as mg/kg", order(PER_KG, 35), "dose_mg_per_kg is 35 mg/kg.*It looks like mg, not mg/kg"),
    ("µg typed as mg", order(PER_HOUR, 12.5), "rate_mg_per_kg_h is 12.5.*It looks like µg/kg/min, not mg/kg/h"),
    ("a bolus in mg", order(PER_KG, 0.5, bolus_mg_per_kg=14), "bolus_mg_per_kg is 14.*It looks like mg, not mg/kg"),
    ("a bolus of less than nothing", order(PER_KG, 0.5, bolus_mg_per_kg=-0.1), r"bolus_mg_per_kg is -0.1 mg/kg; acc"),
    ("stronger than any vial", order(PER_KG, 0.5, concentration=1000), "concentration_mg_per_ml is 1000 mg/mL"),
    ("no time", order(PER_KG, 0.5, over_min=0.5), "over_min is 0.5 min; accepted is 1 to 1440 min"),
    ("a rate that adds up to no dose", order(PER_HOUR, 2, over_min=600), "dose_mg_per_kg is 20 mg/kg"),
    ("no bag", order(PER_KG, 0.5, bag_ml=0.1), "bag_ml is 0.1 mL"),
]


@pytest.mark.parametrize(("why", "wrong", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_an_order_out_of_bounds_is_refused_with_what_it_looks_like(why: str, wrong: Ordered, words: str) -> None:
    with pytest.raises(OutOfBounds, match=words):
        check_order_bounds(DOSING, wrong)


def test_usual_orders_pass_every_bound_and_every_rail() -> None:
    for fine in (
        order(PER_KG, 0.5, bag_ml=100),
        order(PER_KG, 0.5, 60),
        order(PER_HOUR, 0.5, 240, 2),
        order(PER_HOUR, 2, 60),
        order(MICRO, 12.5),
        order(PER_KG, 0.5, bolus_mg_per_kg=0.35),
    ):
        check_order_bounds(DOSING, fine)
        assert order_rails(DOSING, fine) == []


# --- orders -----------------------------------------------------------------------------------------------------------

ORDERS = [
    ("faster than 2 mg/kg/h", order(PER_HOUR, 2.01, 60), [("hard", "rate_mg_per_kg_h")]),
    ("2 mg/kg/h exactly", order(PER_KG, 2, 60), []),
    ("more than 3 mg/kg", order(PER_HOUR, 1.01, 180), [("hard", "rate_mg_per_kg_h")]),
    ("3 mg/kg exactly", order(PER_HOUR, 1, 180), []),
    ("the bolus counts", order(PER_HOUR, 1, 180, bolus_mg_per_kg=0.1), [("hard", "rate_mg_per_kg_h")]),
    ("a large bolus", order(PER_KG, 0.5, bolus_mg_per_kg=0.351), [("hard", "bolus_mg_per_kg")]),
    ("slower than the guideline", order(PER_KG, 0.49, 60), [("soft", "dose_mg_per_kg")]),
    ("ten times", order(PER_KG, 5, 240), [("hard", "dose_mg_per_kg"), ("soft", "dose_mg_per_kg")]),
    ("a tenth", order(PER_KG, 0.05, 40), [("soft", "dose_mg_per_kg"), ("soft", "dose_mg_per_kg")]),
    ("mg/kg/h as µg", order(MICRO, 0.75), [("soft", "rate_mcg_per_kg_min"), ("soft", "rate_mcg_per_kg_min")]),
    ("hours as minutes", order(PER_KG, 0.5, 4), [("hard", "dose_mg_per_kg"), ("soft", "over_min")]),
    ("a long day", order(PER_HOUR, 0.5, 481), [("hard", "rate_mg_per_kg_h"), ("soft", "over_min")]),
    ("ten times the bag", order(PER_KG, 0.5, concentration=10), [("soft", "concentration_mg_per_ml")]),
    ("a weak bag", order(PER_KG, 0.5, concentration=0.49), [("soft", "concentration_mg_per_ml")]),
]


@pytest.mark.parametrize(("why", "ordered", "crossed"), ORDERS, ids=[row[0] for row in ORDERS])
def test_what_an_order_crosses(why: str, ordered: Ordered, crossed: list[tuple[str, str]]) -> None:
    assert levels(order_rails(DOSING, ordered)) == crossed


WORDS = [
    (order(PER_HOUR, 2.1, 60), "rate 2.10 mg/kg/h > 2"),
    (order(PER_KG, 5, 240), "dose_mg_per_kg 5 looks like ten times the 0.5 mg/kg this clinic gives"),
    (order(PER_KG, 0.05, 40), "dose_mg_per_kg 0.05 looks like a tenth of the 0.5 mg/kg this clinic gives"),
    (order(PER_KG, 0.4, 60), "rate 0.40 mg/kg/h is below the guideline's 0.5 to 2 mg/kg/h"),
    (order(MICRO, 0.75), "rate_mcg_per_kg_min 0.75 looks like mg/kg/h, not µg/kg/min"),
    (order(MICRO, 110), "rate_mcg_per_kg_min 110 looks like ten times the 12.5 µg/kg/min this clinic gives"),
    (order(PER_HOUR, 6.8, 20), "rate_mg_per_kg_h 6.8 looks like ten times the 0.75 mg/kg/h this clinic gives"),
    (order(PER_KG, 0.5, 4), "over_min 4 min is unusual (20 to 480 min): looks like hours, not min"),
    (order(PER_KG, 0.1, 19), "over_min 19 min is unusual (20 to 480 min)"),
    (
        order(PER_KG, 0.5, concentration=10),
        "concentration_mg_per_ml 10 mg/mL is unusual (0.5 to 5 mg/mL): "
        "looks like ten times the 1 mg/mL this clinic uses",
    ),
]


@pytest.mark.parametrize(("ordered", "words"), WORDS, ids=[words for _, words in WORDS])
def test_a_rail_says_what_the_number_looks_like(ordered: Ordered, words: str) -> None:
    assert words in [rail.words for rail in order_rails(DOSING, ordered)]


def test_a_policy_with_a_lower_guideline_than_its_hard_rail_asks_for_a_reason_between_them() -> None:
    from dataclasses import replace

    stricter = replace(DOSING, guideline=replace(DOSING.guideline, rate=replace(DOSING.guideline.rate, high=1)))
    assert levels(order_rails(stricter, order(PER_HOUR, 1.5, 60))) == [("soft", "rate_mg_per_kg_h")]
    assert levels(order_rails(stricter, order(PER_HOUR, 1, 60))) == []
    assert levels(order_rails(stricter, order(PER_HOUR, 2.5, 60))) == [("hard", "rate_mg_per_kg_h")]


# --- weight -----------------------------------------------------------------------------------------------------------

WEIGHTS = [
    (70, None, []),
    (35, None, []),
    (180, None, []),
    (34.9, None, ["weight_kg 34.9 kg is unusual (35 to 180 kg)"]),
    (180.1, None, ["weight_kg 180.1 kg is unusual (35 to 180 kg)"]),
    (77, 70, []),
    (63, 70, []),
    (77.1, 70, ["weight_kg 77.1 kg, 70 kg the last time"]),
    (62.9, 70, ["weight_kg 62.9 kg, 70 kg the last time"]),
    (
        340,
        35,
        [
            "weight_kg 340 kg is unusual (35 to 180 kg)",
            "weight_kg 340 kg, 35 kg the last time: looks like ten times the 35 kg of the last time",
        ],
    ),
]


@pytest.mark.parametrize(("weight", "before", "words"), WEIGHTS)
def test_an_unusual_weight_and_a_leap_from_the_last_time_ask_for_a_reason(
    weight: float, before: float | None, words: list[str]
) -> None:
    rails = weight_rails(DOSING, weight, before)
    assert [rail.words for rail in rails] == words
    assert {rail.level.value for rail in rails} <= {"soft"}


# --- rates ------------------------------------------------------------------------------------------------------------


def setting(given_mg: float = 0, last: float = 0, concentration: float = 1, weight: float = 70) -> Setting:
    ordered = order(PER_KG, 0.5, 40, concentration)
    return Setting(ordered, order_figures(ordered, weight), weight, given_mg, last)


STARTS = [
    (52.5, []),
    (57.75, []),
    (47.25, []),
    (57.8, ["rate_ml_per_h 57.8 mL/h, 52.5 ordered"]),
    (47.2, ["rate_ml_per_h 47.2 mL/h, 52.5 ordered"]),
    (35, ["rate_ml_per_h 35 mL/h, 52.5 ordered: looks like the total mg, not mL/h"]),
    (12.5, ["rate_ml_per_h 12.5 mL/h, 52.5 ordered: looks like µg/kg/min, not mL/h"]),
    (0.75, ["rate_ml_per_h 0.75 mL/h, 52.5 ordered: looks like mg/kg/h, not mL/h"]),
    (0.5, ["rate_ml_per_h 0.5 mL/h, 52.5 ordered: looks like mg/kg, not mL/h"]),
    (5.3, ["rate_ml_per_h 5.3 mL/h, 52.5 ordered: looks like a tenth of the 52.5 mL/h"]),
    (
        525,
        ["rate 7.50 mg/kg/h > 2", "rate_ml_per_h 525 mL/h, 52.5 ordered: looks like ten times the 52.5 mL/h"],
    ),
]


@pytest.mark.parametrize(("rate", "words"), STARTS)
def test_the_pump_is_started_at_the_ordered_rate(rate: float, words: list[str]) -> None:
    assert [rail.words for rail in rate_rails(DOSING, setting(), rate, starting=True)] == words


def test_the_other_units_of_a_stronger_bag_are_told_apart() -> None:
    strong = setting(concentration=2)
    assert strong.figures.rate_ml_per_h == 26.25
    told = {rate: rate_rails(DOSING, strong, rate, starting=True)[-1].words for rate in (52.5, 17.5, 35)}
    assert told[52.5].endswith("looks like mg/h, not mL/h")
    assert told[17.5].endswith("looks like the volume in mL, not mL/h")
    assert told[35].endswith("looks like the total mg, not mL/h")


CHANGES = [
    (60, 40, []),
    (60, 120, []),
    (60, 1, []),
    (60, 120.1, ["rate_ml_per_h 120.1 mL/h, 60.0 before"]),
    (60, 6, ["rate_ml_per_h 6 mL/h, 60.0 before: looks like a tenth of the 60 mL/h"]),
    (60, 6.95, []),
    (60, 5.05, []),
    (10, 100, ["rate_ml_per_h 100 mL/h, 10.0 before: looks like ten times the 10 mL/h"]),
    (10, 35, ["rate_ml_per_h 35 mL/h, 10.0 before: looks like the total mg, not mL/h"]),
    (60, 35, []),  # a lower rate is a lower rate, whatever else it equals
]


@pytest.mark.parametrize(("before", "rate", "words"), CHANGES)
def test_a_later_rate_may_fall_but_not_leap(before: float, rate: float, words: list[str]) -> None:
    assert [rail.words for rail in rate_rails(DOSING, setting(last=before), rate, starting=False)] == words


def test_two_milligrams_per_kg_and_hour_is_the_hard_rail_of_every_rate() -> None:
    assert rate_rails(DOSING, setting(last=100), 140, starting=False) == []
    assert levels(rate_rails(DOSING, setting(last=100), 140.1, starting=False)) == [("hard", "rate_ml_per_h")]
    assert levels(rate_rails(DOSING, setting(last=50, concentration=2), 70.1, starting=False)) == [
        ("hard", "rate_ml_per_h")
    ]


def test_once_the_largest_total_was_given_every_further_rate_needs_two_people() -> None:
    assert rate_rails(DOSING, setting(given_mg=210, last=50), 50, starting=False) == []
    assert levels(rate_rails(DOSING, setting(given_mg=210.1, last=50), 50, starting=False)) == [
        ("hard", "rate_ml_per_h")
    ]


def test_a_running_rate_made_slower_meets_no_hard_rail() -> None:
    beyond = setting(given_mg=300, last=200)
    assert levels(rate_rails(DOSING, beyond, 180, starting=False)) == [("hard", "rate_ml_per_h")] * 2
    assert rate_rails(DOSING, beyond, 180, starting=False, lowering=True) == []
    like = rate_rails(DOSING, beyond, 20, starting=False, lowering=True)
    assert levels(like) == [("soft", "rate_ml_per_h")]


# --- boluses ----------------------------------------------------------------------------------------------------------

BOLUSES = [
    (24.5, 0, None, []),  # 0.35 mg/kg for 70 kg
    (24.6, 0, None, ["bolus 0.35 mg/kg > 0.35"]),
    (28, 0, None, ["bolus 0.40 mg/kg > 0.35"]),
    (10, 200, None, []),
    (10, 200.1, None, ["total 3.00 mg/kg > 3"]),
    (14, 0, 14, []),
    (20, 0, 2, ["dose_mg 20 mg looks like ten times the 2 mg before it"]),
    (2, 0, 20, ["dose_mg 2 mg looks like a tenth of the 20 mg before it"]),
    (0.35, 0, None, ["dose_mg 0.35 mg looks like mg/kg, not mg"]),
    (0.36, 0, None, []),
]


@pytest.mark.parametrize(("mg", "given_mg", "before", "words"), BOLUSES)
def test_what_a_bolus_crosses(mg: float, given_mg: float, before: float | None, words: list[str]) -> None:
    assert [rail.words for rail in bolus_rails(DOSING, setting(given_mg), mg, before)] == words


@given(st.floats(35, 180))
def test_the_largest_bolus_is_allowed_for_every_weight(weight: float) -> None:
    assert bolus_rails(DOSING, setting(weight=weight), 0.35 * weight, None) == []


def test_a_likeness_reaches_fifteen_percent_and_no_further() -> None:
    for like in (8.5, 10, 11.5):
        assert looks_like(DOSING, like, tenfold(1, "mL")) == "looks like ten times the 1 mL"
    for other in (8.49, 11.51, 1):
        assert looks_like(DOSING, other, tenfold(1, "mL")) == ""
    assert tenfold(None, "mL") == tenfold(0, "mL") == []


def test_a_rail_names_the_field_that_was_typed() -> None:
    ordered = order(PER_KG, 0.5)
    setting = Setting(ordered, order_figures(ordered, 70), 70, 0)
    assert {rail.field for rail in bolus_rails(DOSING, setting, 300, None)} == {"dose_mg"}
    assert [rail.level.value for rail in bolus_rails(DOSING, setting, 300, None)] == ["hard", "hard"]
    assert levels(bolus_rails(DOSING, setting, 0.3, None)) == [("soft", "dose_mg")]
    assert levels(weight_rails(DOSING, 90, 70)) == [("soft", "weight_kg")]
