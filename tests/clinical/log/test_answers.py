"""How soon somebody came, and to what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clinical.alarms.table import AlarmPriority, Reach
from monitor.clinical.log.answers import answer_times, answered
from tests.clinical.bedside import START


@dataclass
class Event:
    at: datetime
    event: str
    state: str
    priority: str
    value: float | None = 88
    words: str = "SpO₂ 88 < 90"


@dataclass
class Acknowledgement:
    at: datetime
    by: str
    priority_seen: str


@dataclass
class Alarm:
    events: list[Event]
    acknowledgements: list[Acknowledgement]
    id: str = "A1"
    rule_id: str = "spo2_low"
    kind: str = "physiological"
    vital: str | None = "spo2"
    raised_at: datetime = START


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_the_clock_runs_from_the_worst_and_what_was_seen_before_it_was_not_an_answer():
    alarm = Alarm(
        [
            Event(at(0), "raised", "active", "medium"),
            Event(at(20), "acknowledged", "acknowledged", "medium"),
            Event(at(40), "escalated", "active", "high", 84, "SpO₂ 84 < 88"),
            Event(at(70), "called_all_stations", "active", "high"),
            Event(at(85), "acknowledged", "acknowledged", "high"),
            Event(at(120), "ended", "normal", "high"),
        ],
        [Acknowledgement(at(20), "Rita Bloom", "medium"), Acknowledgement(at(85), "Omar Haddad", "high")],
    )
    found = answered(alarm)
    assert (found.priority, found.words, found.answer_s, found.answered_by) == (
        "high",
        "SpO₂ 84 < 88",
        45,
        "Omar Haddad",
    )
    assert (found.became_at, found.over_at, found.reach) == (at(40), at(120), Reach.ALL_STATIONS)


def test_what_was_over_before_anybody_came_is_told_from_what_stands_unanswered():
    gone = answered(Alarm([Event(at(0), "raised", "active", "low"), Event(at(9), "ended", "normal", "low")], []))
    stands = answered(Alarm([Event(at(0), "raised", "active", "low")], []))
    assert (gone.ended_unanswered, stands.ended_unanswered, stands.over_at) == (True, False, None)
    assert answered(Alarm([], [])) is None


def test_shares_are_counted_by_priority_and_nobody_who_did_not_come_counts_as_quick():
    def one(seconds: float | None) -> Alarm:
        seen = [] if seconds is None else [Acknowledgement(at(seconds), "Rita Bloom", "high")]
        return Alarm([Event(at(0), "raised", "active", "high")], seen)

    times = answer_times([answered(one(seconds)) for seconds in (10, 30, 61, 500, None)])
    high, low = times[AlarmPriority.HIGH], times[AlarmPriority.LOW]
    assert (high.count, high.answered, high.within, high.median_s, high.longest_s) == (5, 4, (2, 2, 3), 45.5, 500)
    assert (low.count, low.answered, low.median_s) == (0, 0, None)
    assert list(times) == ["high", "medium", "low"]
