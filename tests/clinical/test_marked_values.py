"""Which values a mark holds."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.clinical.marked_values import MarkedValues, is_marked
from monitor.clinical.vitals import Vital

TEN = datetime(2026, 3, 2, 10, 3, tzinfo=UTC)
MARK = MarkedValues(Vital.SPO2, TEN, TEN + timedelta(minutes=3), "moved", "Nurse")


@pytest.mark.parametrize(("minutes", "held"), [(-0.1, False), (0, True), (3, True), (3.1, False)])
def test_both_ends_are_marked_and_nothing_beyond(minutes: float, held: bool) -> None:
    assert is_marked([MARK], Vital.SPO2, TEN + timedelta(minutes=minutes)) is held
    assert not is_marked([MARK], Vital.HR, TEN + timedelta(minutes=minutes))


def test_one_pressure_of_a_cuff_marked_is_all_three_marked() -> None:
    cuff = MarkedValues(Vital.NIBP_SYS, TEN, TEN, "slipped", "Nurse")
    assert all(is_marked([cuff], vital, TEN) for vital in (Vital.NIBP_SYS, Vital.NIBP_DIA, Vital.NIBP_MEAN))
    assert not is_marked([cuff], Vital.ABP_SYS, TEN)
