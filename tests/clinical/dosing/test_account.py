"""What was given, at any time and line by line."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.dosing.account import given_at, intervals, planned_mg
from monitor.clinical.dosing.dose import (
    Bolus,
    RateStep,
    bolus_mg,
    expected_end,
    given_mg,
    infused_ml,
    rate_at,
    remaining_s,
)
from monitor.clinical.dosing.orders import Ordered, OrderForm, order_figures
from tests.clinical.dosing.minutes import at

STEPS = [RateStep(at(0), 60), RateStep(at(10), 0), RateStep(at(15), 30)]


def test_the_dose_given_counts_steps_holds_and_boluses() -> None:
    assert [given_mg(STEPS, 2, at(m)) for m in (-5, 0, 5, 10, 15, 35)] == [0, 0, 10, 20, 20, 40]
    assert given_mg(STEPS, 2, at(35), [Bolus(at(20), 7), Bolus(at(40), 7)]) == 47
    assert given_mg([], 2, at(5)) == 0
    assert infused_ml(STEPS, at(35)) == 20
    assert [bolus_mg([Bolus(at(20), 7)], at(m)) for m in (19, 20)] == [0, 7]


def test_the_time_remaining_at_the_present_rate() -> None:
    assert remaining_s(STEPS, 2, 50, at(35)) == 600
    assert expected_end(STEPS, 2, 50, at(35)) == at(45)
    assert remaining_s(STEPS, 2, 50, at(12)) is None
    assert expected_end(STEPS, 2, 50, at(12)) is None
    assert remaining_s(STEPS, 2, 20, at(12)) == 0
    assert (rate_at(STEPS, at(-1)), rate_at(STEPS, at(10)), rate_at(STEPS, at(20))) == (0, 0, 30)


def test_the_account_is_cut_at_every_change_hold_and_bolus() -> None:
    lines = intervals(STEPS, 2, [Bolus(at(5), 7), Bolus(at(20), 3)], at(35))
    told = [
        (
            (line.from_at - at(0)).total_seconds() / 60,
            line.rate_ml_per_h,
            line.ml,
            line.bolus_mg,
            line.mg,
            line.total_mg,
        )
        for line in lines
    ]
    assert told == [
        (0, 60, 5, 0, 10, 10),
        (5, 60, 5, 7, 17, 27),
        (10, 0, 0, 0, 0, 27),
        (15, 30, 2.5, 0, 5, 32),
        (20, 30, 7.5, 3, 18, 50),
    ]
    assert lines[-1].to_at == at(35)


def test_the_account_ends_where_it_is_asked_and_knows_nothing_before_the_start() -> None:
    assert intervals([], 2, [], at(35)) == []
    assert intervals(STEPS, 2, [], at(-1)) == []
    assert intervals(STEPS, 2, [], at(0)) == []
    at_once = intervals(STEPS, 2, [Bolus(at(10), 4)], at(10))
    assert [(line.from_at, line.mg) for line in at_once] == [(at(0), 20), (at(10), 4)]


def test_given_stands_beside_planned_and_planned_never_exceeds_the_order() -> None:
    ordered = Ordered(OrderForm.MG_PER_KG, 0.5, 40, 1, bolus_mg_per_kg=0.1)
    figures = order_figures(ordered, 70)
    steps, boluses = [RateStep(at(0), 52.5), RateStep(at(20), 0)], [Bolus(at(1), 7)]

    def account(minute: float) -> tuple[float, ...]:
        one = given_at(at(minute), steps, boluses, [(at(-9), figures)], 1, 70)
        return (one.mg, one.mg_per_kg, one.infused_ml, one.bolus_mg, one.planned_mg)

    assert account(-1) == (0, 0, 0, 0, 0)
    assert account(0) == pytest.approx((0, 0, 0, 0, 7))
    assert account(20) == pytest.approx((24.5, 0.35, 17.5, 7, 24.5))
    assert account(30) == pytest.approx((24.5, 0.35, 17.5, 7, 33.25))
    assert account(400) == pytest.approx((24.5, 0.35, 17.5, 7, 42))
    assert given_at(at(5), [], [], [(at(-9), figures)], 1, 70).planned_mg == 0


def test_planned_follows_each_order_from_when_it_was_given() -> None:
    slow = order_figures(Ordered(OrderForm.MG_PER_KG, 0.5, 40, 1), 70)  # 52.5 mg/h, 35 mg
    fast = order_figures(Ordered(OrderForm.MG_PER_KG, 1, 40, 1), 70)  # 105 mg/h, 70 mg
    less = order_figures(Ordered(OrderForm.MG_PER_KG, 0.1, 40, 1), 70)  # 7 mg
    orders = [(at(-5), slow), (at(20), fast)]
    assert [planned_mg(at(minute), at(0), orders, 1) for minute in (-1, 10, 20, 30, 400)] == pytest.approx(
        [0, 8.75, 17.5, 35, 70]
    )
    assert planned_mg(at(40), at(0), [*orders, (at(25), less)], 1) == pytest.approx(26.25)  # never falls


MINUTES_AND_RATES = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 200)), max_size=6)


@given(MINUTES_AND_RATES, st.integers(0, 200))
def test_the_dose_never_falls_and_agrees_with_adding_up_minutes(pairs: list[tuple[int, int]], until: int) -> None:
    steps = [RateStep(at(m), r) for m, r in sorted(dict(pairs).items())]
    slow = sum(rate_at(steps, at(minute)) / 60 for minute in range(until))
    assert given_mg(steps, 1, at(until)) == pytest.approx(slow)
    doses = [given_mg(steps, 1, at(minute)) for minute in range(0, until, 7)]
    assert all(later >= earlier for earlier, later in pairwise(doses))


@given(MINUTES_AND_RATES, st.lists(st.tuples(st.integers(0, 120), st.integers(1, 50)), max_size=4), st.integers(0, 200))
def test_the_lines_add_up_to_the_dose_and_leave_no_gap(
    pairs: list[tuple[int, int]], at_once: list[tuple[int, int]], until: int
) -> None:
    steps = [RateStep(at(m), r) for m, r in sorted(dict(pairs).items())]
    boluses = [Bolus(at(m), mg) for m, mg in at_once] if steps else []
    lines = intervals(steps, 2, boluses, at(until))
    total = given_mg(steps, 2, at(until), boluses)
    assert sum(line.mg for line in lines) == pytest.approx(total)
    assert (lines[-1].total_mg if lines else 0) == pytest.approx(total)
    assert all(one.to_at == other.from_at for one, other in pairwise(lines))


def test_a_bolus_brings_the_end_nearer() -> None:
    boluses = [Bolus(at(20), 10)]
    assert remaining_s(STEPS, 2, 60, at(35), boluses) == 600
    assert expected_end(STEPS, 2, 60, at(35), boluses) == at(45)


def test_the_last_milligram_and_the_slowest_rate_still_take_their_time() -> None:
    assert remaining_s(STEPS, 2, 40.5, at(35)) == pytest.approx(30)
    assert remaining_s([RateStep(at(0), 0.5)], 1, 10, at(60)) == pytest.approx(19 * 3600)
    assert remaining_s([RateStep(at(0), 1)], 1, 10, at(60)) == pytest.approx(9 * 3600)


def test_planned_is_in_milligrams_whatever_the_bag_holds() -> None:
    figures = order_figures(Ordered(OrderForm.MG_PER_KG, 0.5, 40, 2), 70)
    found = given_at(at(20), [RateStep(at(0), 26.25)], [], [(at(-9), figures)], 2, 70)
    assert (found.at, found.planned_mg, found.mg) == (at(20), pytest.approx(17.5), pytest.approx(17.5))
