"""Which follow-ups are asked for."""

from datetime import timedelta

from monitor.clinical.outcomes.due import Ended, dues, open_dues
from monitor.clinical.outcomes.facts import FollowUpKind, Reached
from tests.clinical.outcomes.series import DAY, HOUR, POLICY, START, told

END = START + HOUR
WANTED = dues(Ended(1, END), POLICY.follow_up)


def test_an_infusion_is_followed_up_the_next_day_and_then_every_week() -> None:
    assert [one.kind for one in WANTED] == [FollowUpKind.NEXT_DAY] + [FollowUpKind.WEEKLY] * 4
    assert [one.due_at - END for one in WANTED] == [timedelta(hours=20), *(week * 7 * DAY for week in (1, 2, 3, 4))]


def test_a_weekly_one_that_the_next_infusion_overtook_is_not_asked_for() -> None:
    assert len(dues(Ended(1, END, next_started_at=END + 3 * DAY), POLICY.follow_up)) == 1
    assert len(dues(Ended(1, END, next_started_at=END + 8 * DAY), POLICY.follow_up)) == 2


def test_a_single_infusion_is_followed_up_once() -> None:
    assert [one.week for one in dues(Ended(1, END, in_series=False), POLICY.follow_up)] == [0]


def test_a_follow_up_is_to_be_done_from_when_it_is_due_until_it_lapses() -> None:
    next_day = WANTED[0]
    assert open_dues(WANTED, (), next_day.due_at - timedelta(seconds=1)) == ()
    assert open_dues(WANTED, (), next_day.due_at) == (next_day,)
    assert open_dues(WANTED, (), next_day.lapses_at) == ()


def test_an_attempt_leaves_it_due_and_an_answer_or_giving_up_closes_it() -> None:
    next_day = WANTED[0]
    now = next_day.due_at + HOUR
    assert open_dues(WANTED, (told(next_day, {}, Reached.ATTEMPT),), now) == (next_day,)
    assert open_dues(WANTED, (told(next_day, {}, Reached.NO),), now) == ()
    assert open_dues(WANTED, (told(next_day, {"now": 3}),), now) == ()
