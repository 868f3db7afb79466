"""How often things come, how old they are, and which late message is a backlog and which a clock set back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ward.feed import (
    SLOWEST_INTERVAL_S,
    STEPPED_AFTER,
    TREND_STEPS,
    UNKNOWN_INTERVAL_S,
    DeviceClock,
    LateStreak,
    Rhythm,
    Trend,
)

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def rhythm(*gaps_s: float) -> Rhythm:
    made, at_s = Rhythm(0.0), 0.0
    for gap_s in gaps_s:
        at_s += gap_s
        made.came(at_s)
    return made


def test_until_two_have_come_the_interval_is_the_unknown_one() -> None:
    assert Rhythm(5.0).interval_s == UNKNOWN_INTERVAL_S


def test_long_silences_do_not_teach_that_silence_is_normal() -> None:
    rhythm = Rhythm(0.0)
    for came_s in (600.0, 1200.0, 1800.0):
        rhythm.came(came_s)
    assert rhythm.interval_s == SLOWEST_INTERVAL_S


def test_one_pause_and_one_burst_teach_nothing() -> None:
    assert rhythm(1, 1, 600).interval_s == 1
    assert rhythm(1, 1, 0.001).interval_s == 1
    assert rhythm(60, 60, 60).interval_s == 60


@given(st.lists(st.floats(0.001, 1e4), min_size=3))
def test_the_interval_is_the_middle_of_the_last_three_gaps(gaps_s: list[float]) -> None:
    learned = rhythm(*gaps_s)
    assert learned.interval_s == min(SLOWEST_INTERVAL_S, sorted(learned.gaps_s)[1])
    assert len(learned.gaps_s) <= 3


def test_what_comes_at_the_same_moment_or_before_moves_nothing() -> None:
    made = rhythm(1, 1)
    made.came(2.0)
    made.came(1.0)
    assert made.last_mono_s == 2.0


def late(streak: LateStreak, *messages: tuple[float, float]) -> list[bool]:
    """Late messages as (device seconds, our seconds)."""
    return [streak.is_new_time(T0 + timedelta(seconds=device_s), mono_s) for device_s, mono_s in messages]


def test_late_messages_at_the_pace_of_real_time_are_a_clock_set_back() -> None:
    believed = late(LateStreak(), *((float(second), 1000.0 + second) for second in range(6)))
    assert believed == [False] * STEPPED_AFTER + [True] * (6 - STEPPED_AFTER)


def test_a_backlog_comes_faster_than_real_time_and_is_never_believed() -> None:
    assert not any(late(LateStreak(), *((5.0 * number, 1000.0 + number) for number in range(50))))


def test_a_message_sent_again_is_never_believed_however_often_and_however_fast() -> None:
    for every_s in (0.0, 0.1, 1.0, 2.0, 30.0):
        assert not any(late(LateStreak(), *((7.0, 1000.0 + every_s * number) for number in range(50))))


def test_a_message_in_time_ends_the_streak() -> None:
    streak = LateStreak()
    late(streak, (0, 1000), (1, 1001), (2, 1002))
    streak.end()
    assert not any(late(streak, (3, 1003), (4, 1004), (5, 1005)))


@given(st.lists(st.floats(-1e5, 1e5), min_size=1), st.floats(-1e5, 1e5))
def test_what_took_ten_seconds_longer_than_ever_before_is_a_backlog(lags_s: list[float], lag_s: float) -> None:
    clock = DeviceClock()
    assert not clock.is_backlog(lag_s)
    for one in lags_s:
        clock.learn(one, 1000.0)
    assert clock.is_backlog(lag_s) == (lag_s > min(lags_s) + 10)
    assert not clock.is_backlog(None)


def test_a_trend_keeps_the_lowest_of_a_step_where_low_is_the_danger_and_shows_gaps() -> None:
    lowest, first = Trend(keep_lowest=True), Trend(keep_lowest=False)
    for trend in (lowest, first):
        for at_s, value in ((1000, 97.0), (1004, 80.0), (1008, 95.0), (1025, 96.0)):
            trend.add(at_s, value)
    assert lowest.points(1029) == [(20, 80.0), (10, None), (0, 96.0)]
    assert first.points(1029)[0] == (20, 95.0)


@given(st.lists(st.integers(0, 10**6), max_size=400))
def test_a_trend_is_bounded_whatever_times_come(times_s: list[int]) -> None:
    trend = Trend(keep_lowest=False)
    for at_s in sorted(times_s):
        trend.add(at_s, 1.0)
    assert len(trend.points(10**6)) <= TREND_STEPS
    assert Trend(keep_lowest=True).points(100) == []


def test_what_came_later_than_the_fastest_is_so_late_and_a_slow_clock_makes_nothing_late() -> None:
    clock = DeviceClock()
    assert clock.late_s(7.0, 1000.0) == 0  # the first: nothing to compare with
    clock.learn(7.0, 1000.0)
    assert clock.late_s(None, 1000.0) == 0
    assert clock.late_s(16.6, 1000.0) == pytest.approx(9.6)
    assert clock.late_s(6.0, 1000.0) == 0
    assert clock.late_s(11.0, 1000.0 + 86_400) == 0  # four seconds in a day
    assert clock.late_s(17.0, 1000.0 + 86_400) == pytest.approx(5.68)
