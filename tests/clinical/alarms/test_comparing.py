"""Two sets of alarms of one session beside each other."""

from datetime import UTC, datetime, timedelta

from monitor.clinical.alarms.comparing import beside, episodes
from monitor.clinical.alarms.load import AlarmStep
from monitor.clinical.alarms.table import AlarmEventName as Name
from monitor.clinical.alarms.table import AlarmPriority as Priority

BEGAN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def steps(alarm: int, rule: str, *told: tuple[int, Name], priority: Priority = Priority.MEDIUM) -> list[AlarmStep]:
    return [
        AlarmStep(alarm, rule, "physiological", BEGAN + timedelta(seconds=s), name, priority, 88.0, 90.0, rule)
        for s, name in told
    ]


def test_an_alarm_lasts_to_the_end_of_its_cause_and_one_that_came_back_to_the_last() -> None:
    latched = steps(1, "spo2_low", (0, Name.RAISED), (40, Name.LATCHED), (90, Name.ENDED))
    back = steps(2, "hr_high", (10, Name.RAISED), (20, Name.LATCHED), (30, Name.RETURNED), (50, Name.ENDED))
    stands = steps(3, "rr_low", (60, Name.RAISED), (70, Name.LATCHED), (80, Name.RETURNED))
    assert [one.lasted_s for one in episodes([*latched, *back, *stands])] == [40, 40, None]


def test_each_alarm_stands_once_with_the_nearest_of_its_rule_or_alone() -> None:
    then = episodes(
        [
            *steps(1, "spo2_low", (0, Name.RAISED), (30, Name.ENDED)),
            *steps(2, "hr_high", (5, Name.RAISED), (9, Name.ENDED)),
        ]
    )  # fmt: skip
    now = episodes(
        [
            *steps(1, "spo2_low", (-20, Name.RAISED), (31, Name.ENDED)),
            *steps(2, "spo2_low", (1, Name.RAISED), (30, Name.ENDED)),
            *steps(3, "hr_high", (40, Name.RAISED), (50, Name.ENDED)),
        ]
    )
    told = [
        (pair.then and pair.then.rule_id, pair.now and pair.now.rule_id, pair.later_s) for pair in beside(then, now)
    ]
    assert told == [
        (None, "spo2_low", None),
        ("spo2_low", "spo2_low", 1),
        ("hr_high", None, None),
        (None, "hr_high", None),
    ]


def test_alike_is_one_priority_and_both_ends_within_a_second() -> None:
    def alike(other: list[AlarmStep]) -> bool:
        (pair,) = beside(episodes(steps(1, "x", (0, Name.RAISED), (30, Name.ENDED))), episodes(other))
        return pair.is_same

    assert alike(steps(1, "x", (1, Name.RAISED), (29, Name.ENDED)))
    assert not alike(steps(1, "x", (0, Name.RAISED), (32, Name.ENDED)))
    assert not alike(steps(1, "x", (0, Name.RAISED)))
    assert not alike(steps(1, "x", (0, Name.RAISED), (30, Name.ENDED), priority=Priority.HIGH))
