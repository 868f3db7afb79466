"""How near to each other two infusions of a series may be."""

from datetime import UTC, datetime, timedelta

from monitor.clinical.series import earliest, neighbour

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def days(*numbers: float) -> list[datetime]:
    return [MONDAY + timedelta(days=number) for number in numbers]


def test_exactly_the_gap_is_far_enough_and_a_minute_less_is_not() -> None:
    assert neighbour(days(0), MONDAY + timedelta(hours=24), 24) is None
    assert neighbour(days(0), MONDAY + timedelta(hours=23, minutes=59), 24) == MONDAY
    assert neighbour(days(1), MONDAY, 24) is None
    assert neighbour(days(1), MONDAY + timedelta(minutes=1), 24) == days(1)[0]


def test_the_nearest_of_several_is_named() -> None:
    assert neighbour(days(0, 2), MONDAY + timedelta(hours=40), 36) == days(2)[0]


def test_the_earliest_time_is_far_enough_from_every_other() -> None:
    assert earliest(days(0, 1, 2), MONDAY + timedelta(hours=1), 24) == days(3)[0]
    assert earliest(days(0, 4), MONDAY + timedelta(hours=1), 24) == days(1)[0]
    assert earliest([], MONDAY, 24) == MONDAY
    assert earliest(days(3, 1, 0), days(0.5)[0], 24) == days(2)[0]
