"""Guessing gets slower and slower, and nobody is ever locked out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.security.throttle import AccountThrottle, RateLimit, TooMany


def test_five_failures_are_free_then_the_wait_doubles_up_to_five_minutes() -> None:
    throttle, now_s, waits = AccountThrottle(), 0.0, []
    for _ in range(16):
        try:
            throttle.check("ana", now_s)
            waits.append(0)
        except TooMany as too_many:
            waits.append(too_many.retry_after_s)
            now_s += too_many.retry_after_s
            throttle.check("ana", now_s)
        throttle.failed("ana", now_s)
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


@given(st.integers(0, 5000))
def test_whoever_waits_five_minutes_is_always_heard(failures: int) -> None:
    throttle = AccountThrottle()
    for _ in range(failures):
        throttle.failed("ana", 100.0)
    throttle.check("ana", 400.0)


def test_the_right_password_forgets_the_failures() -> None:
    throttle = AccountThrottle()
    for _ in range(9):
        throttle.failed("ana", 0.0)
    throttle.succeeded("ANA")
    throttle.check("Ana", 0.0)


def test_another_name_is_not_slowed() -> None:
    throttle = AccountThrottle()
    for _ in range(9):
        throttle.failed("ana", 0.0)
    throttle.check("ben", 0.0)


def test_names_are_forgotten_rather_than_filling_the_memory() -> None:
    throttle = AccountThrottle()
    for number in range(10_050):
        throttle.failed(f"name {number}", 0.0)
    assert len(throttle._failures) == 10_000


def test_thirty_a_minute_from_one_address_and_the_thirty_first_waits() -> None:
    limit = RateLimit(30, 60.0)
    for number in range(30):
        limit.check("10.0.0.1", float(number))
    with pytest.raises(TooMany) as too_many:
        limit.check("10.0.0.1", 30.0)
    assert too_many.value.retry_after_s == 30
    limit.check("10.0.0.2", 30.0)
    limit.check("10.0.0.1", 60.0)


@given(st.lists(st.floats(0, 300, allow_nan=False), max_size=200))
def test_no_minute_ever_holds_more_than_allowed(times: list[float]) -> None:
    limit, heard = RateLimit(5, 60.0), []
    for at_s in sorted(times):
        try:
            limit.check("one", at_s)
            heard.append(at_s)
        except TooMany:
            pass
    for at_s in heard:
        assert sum(at_s <= other < at_s + 60.0 for other in heard) <= 5
