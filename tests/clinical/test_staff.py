"""Which training is missing, and since when; which ends soon."""

from datetime import date, timedelta

import pytest

from monitor.clinical.staff import StaffAct, Training, ending, lacking
from monitor.provisions import read_policy

POLICY = read_policy("adult-ketamine")[0].staff
TODAY = date(2026, 3, 2)
BOTH = ("acls", "moderate_sedation")


def held(course: str, begins_in: int, ends_in: int) -> Training:
    return Training(course, TODAY + timedelta(days=begins_in), TODAY + timedelta(days=ends_in))


def lacked(*trainings: Training) -> list[str]:
    return [one.words for one in lacking(POLICY, StaffAct.START, trainings, TODAY)]


@pytest.mark.parametrize("act", list(StaffAct))
def test_who_has_nothing_recorded_lacks_everything_the_act_needs(act: StaffAct) -> None:
    assert [one.course.id for one in lacking(POLICY, act, (), TODAY)] == list(BOTH)


def test_the_last_day_counts_whole_and_the_next_does_not() -> None:
    sedation = held("moderate_sedation", -9, 900)
    assert lacked(held("acls", -9, 0), sedation) == []
    assert lacked(held("acls", -9, -1), sedation) == [
        "Advanced cardiac life support (ACLS): expired, last day 2026-03-01"
    ]


def test_a_training_that_has_not_begun_gives_nothing_yet() -> None:
    assert lacked(held("acls", 1, 900), held("moderate_sedation", 0, 900)) == [
        "Advanced cardiac life support (ACLS): not recorded"
    ]


def test_a_renewal_counts_beside_what_expired() -> None:
    assert lacked(held("acls", -900, -20), held("acls", -20, 700), held("moderate_sedation", 0, 900)) == []


@pytest.mark.parametrize(("ends_in", "warned"), [(31, []), (30, [30]), (1, [1]), (0, [0]), (-1, [])])
def test_an_end_is_warned_of_thirty_days_ahead_and_no_more_once_it_is_past(ends_in: int, warned: list[int]) -> None:
    assert [one.days_left for one in ending(POLICY, BOTH, [held("acls", -9, ends_in)], TODAY)] == warned


def test_who_has_renewed_already_is_not_warned() -> None:
    assert ending(POLICY, BOTH, [held("acls", -900, 5), held("acls", -2, 700)], TODAY) == ()
