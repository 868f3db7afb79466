"""Which High alarms of a session nobody answered in time."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.clinical.review import HighSpell, ReviewPolicy, unanswered

BEGAN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OVER_AT = BEGAN_AT + timedelta(hours=1)
POLICY = ReviewPolicy(high_alarm_unanswered_s=120, own_override=False)


def spell(seen_s: float | None, ended_s: float | None, alarm: str = "A1", became_s: float = 0) -> HighSpell:
    def at(seconds: float | None) -> datetime | None:
        return None if seconds is None else BEGAN_AT + timedelta(seconds=seconds)

    return HighSpell(alarm, "spo2_low", BEGAN_AT + timedelta(seconds=became_s), at(seen_s), at(ended_s))


@pytest.mark.parametrize(
    ("seen_s", "ended_s", "waited_s"),
    [
        (120, None, None),  # just in time
        (121, None, 121),
        (None, 100, None),  # it ended by itself before the time was up
        (None, 300, 300),
        (None, None, 3600),  # latched until the session was over
        (400, 300, 300),  # seen only afterwards
    ],
)
def test_a_high_alarm_counts_when_it_waited_longer_than_the_policy_allows(
    seen_s: float | None, ended_s: float | None, waited_s: int | None
) -> None:
    found = unanswered([spell(seen_s, ended_s)], OVER_AT, POLICY)
    assert [one.facts["waited_s"] for one in found] == ([] if waited_s is None else [waited_s])


def test_an_alarm_that_waited_twice_is_told_once_by_the_longer_wait() -> None:
    found = unanswered(
        [spell(None, 300), spell(None, 1000, became_s=500), spell(None, 200, alarm="A2")], OVER_AT, POLICY
    )
    assert [(one.facts["alarm"], one.facts["waited_s"]) for one in found] == [("A1", 500), ("A2", 200)]
