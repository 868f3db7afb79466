"""The pump's own totals against the record: differences, resets, rates."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.dosing.pump import Difference, PumpTotal, counted, difference, rate_differs
from tests.clinical.dosing.minutes import DOSING, at

PUMP = DOSING.pump


def fold(*values: tuple[float, float], started: float | None = 0) -> PumpTotal | None:
    """Values of a total by minute, folded in order."""
    total = None
    for minute, value in values:
        total = counted(total, value, at(minute), None if started is None else at(started))
    return total


FOLDS = [
    ("the last total before the start is where counting begins", [(-5, 20), (-1, 25), (4, 29)], (25, 0, None)),
    ("a total at the very start begins it too", [(0, 25), (4, 29)], (25, 0, None)),
    ("nobody saw where it stood: from 0", [(4, 29)], (0, 0, None)),
    ("a tenth less is rounding", [(0, 0), (4, 4.0), (5, 3.96)], (0, 0, None)),
    ("backwards is a reset", [(0, 0), (4, 4.0), (5, 3.94)], (3.94, 5, 4.0)),
    ("…and goes on from there", [(0, 0), (4, 4.0), (5, 0), (6, 1)], (0, 5, 4.0)),
    ("a second reset begins again", [(0, 0), (4, 4.0), (5, 0), (6, 1), (7, 0.5)], (0.5, 7, 1.0)),
]


@pytest.mark.parametrize(("why", "values", "expected"), FOLDS, ids=[row[0] for row in FOLDS])
def test_where_a_total_is_counted_from(
    why: str, values: list[tuple[float, float]], expected: tuple[float, float, float | None]
) -> None:
    total = fold(*values)
    assert total is not None
    base, since, fell_from = expected
    assert (total.base, total.since_at, total.fell_from) == (base, at(since), fell_from)
    assert (total.value, total.at) == (values[-1][1], at(values[-1][0]))


def test_before_the_start_every_total_only_moves_the_beginning() -> None:
    assert fold((-5, 20), (-4, 10), started=None) == PumpTotal(10, at(-4), 10, at(-4))


def compare(pump_ml: float, recorded_ml: float = 40, bolus_ml: float = 0) -> Difference:
    """A pump that counted from minute 0 against a record, at minute 40."""
    total = PumpTotal(pump_ml, at(40), 0, at(0))
    ran = {at(0): 0.0, at(40): recorded_ml}
    at_once = {at(0): 0.0, at(40): bolus_ml}
    return difference(PUMP, total, ran.__getitem__, at_once.__getitem__, PUMP.tolerance_ml)


AGAINST = [
    (40, 40, 0, False, 0.0),
    (42, 40, 0, False, 5.0),  # 2 mL are allowed
    (42.1, 40, 0, True, 5.25),
    (37.9, 40, 0, True, -5.25),
    (105, 100, 0, False, 5.0),  # and 5 % of more than 40 mL
    (105.1, 100, 0, True, 5.1),
    (3, 0, 0, True, None),
    (2, 0, 0, False, None),
    (47, 40, 7, False, 0.0),  # the pump gave the bolus
    (40, 40, 7, False, 0.0),  # a syringe gave it
    (43.4, 40, 7, True, 8.5),  # neither
]


@pytest.mark.parametrize(("pump", "recorded", "bolus", "beyond", "percent"), AGAINST)
def test_how_far_pump_and_record_may_differ(
    pump: float, recorded: float, bolus: float, beyond: bool, percent: float | None
) -> None:
    found = compare(pump, recorded, bolus)
    assert found.beyond is beyond
    assert found.percent == (None if percent is None else pytest.approx(percent))
    assert found.off == pytest.approx(pump - found.recorded)
    assert (found.since_at, found.at) == (at(0), at(40))


def test_after_a_reset_only_what_came_since_is_compared() -> None:
    total = PumpTotal(10, at(40), base=1, since_at=at(30), fell_from=30)
    ran = {at(30): 31.0, at(40): 40.0}
    found = difference(PUMP, total, ran.__getitem__, lambda moment: 0.0, PUMP.tolerance_ml)
    assert (found.pump, found.recorded, found.off, found.beyond) == (9, 9, 0, False)


RATES = [
    (52.5, 2, 52.5, False),
    (55.2, 2, 52.5, False),
    (55.3, 2, 52.5, True),
    (49.8, 2, 52.5, True),
    (60, 1.99, 52.5, False),  # the record is given its two minutes
    (60, 2, 52.5, True),
    (3, 5, 0, True),  # still running after the recorded end
    (0, 5, 0, False),
]


@pytest.mark.parametrize(("pump", "minutes", "recorded", "differs"), RATES)
def test_a_pump_at_another_rate_is_said_once_the_record_had_its_time(
    pump: float, minutes: float, recorded: float, differs: bool
) -> None:
    assert rate_differs(PUMP, pump, at(minutes), recorded, at(0)) is differs


@given(st.lists(st.floats(0, 50), min_size=1, max_size=20), st.floats(0, 500))
def test_an_honest_pump_never_differs_wherever_its_total_stood(gained: list[float], stood_at: float) -> None:
    record, value = {at(0): 0.0}, stood_at
    total = counted(None, stood_at, at(0), at(0))
    for minute, ml in enumerate(gained, 1):
        value += ml
        record[at(minute)] = record[at(minute - 1)] + ml
        total = counted(total, value, at(minute), at(0))
        found = difference(PUMP, total, record.__getitem__, lambda moment: 0.0, PUMP.tolerance_ml)
        assert not found.beyond
        assert found.off == pytest.approx(0, abs=1e-6)


def test_the_tolerance_is_the_larger_of_volume_and_share() -> None:
    strict = replace(PUMP, percent=0)
    found = difference(strict, PumpTotal(103, at(1), 0, at(0)), lambda moment: 100.0 if moment == at(1) else 0.0,
                       lambda moment: 0.0, 2)  # fmt: skip
    assert found.beyond
