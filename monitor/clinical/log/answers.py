"""How alarms were answered: each with its time to acknowledgement, and the shares of each priority.

Laws
1. The clock runs from when the alarm first had its worst priority: who acknowledged it while it was milder has not
   answered what it became.
2. What ended before anybody answered was not answered; it is told apart from what stands unanswered.

Source: the marks at 30, 60 and 120 s are those of the escalation ladder (DESIGN.md “Time”; CLINICAL.md §3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from monitor.clinical.alarms.recorded import BECAME, RecordedAlarm, over_at
from monitor.clinical.alarms.table import CALLS, AlarmEventName, AlarmPriority, Reach

MARKS_S = (30, 60, 120)


@dataclass(frozen=True, slots=True)
class Answered:
    """One alarm at its worst. `over_at` None: the condition is still there; `answer_s` None: nobody answered it."""

    id: str
    rule_id: str
    kind: str
    vital: str | None
    priority: AlarmPriority
    words: str
    value: float | None
    raised_at: datetime
    became_at: datetime
    over_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    answer_s: float | None
    reach: Reach

    @property
    def ended_unanswered(self) -> bool:
        """Whether it was over before anybody answered, and nobody ever did."""
        return self.answered_at is None and self.over_at is not None


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """The alarms of one priority; `within` counts those answered within so many seconds, for each of MARKS_S."""

    count: int
    answered: int
    within: tuple[int, ...]
    median_s: float | None
    longest_s: float | None


def answered(alarm: RecordedAlarm) -> Answered | None:
    """How one alarm was answered; None of one that never had an event."""
    if not alarm.events:
        return None
    events = [one for one in alarm.events if one.event in BECAME] or list(alarm.events)
    worst = max(events, key=lambda one: AlarmPriority(one.priority).rank)  # the first of the worst
    rank = AlarmPriority(worst.priority).rank
    seen = [
        one
        for one in alarm.acknowledgements
        if one.at >= worst.at and AlarmPriority(one.priority_seen).rank >= rank
    ]  # fmt: skip
    first = seen[0] if seen else None
    return Answered(
        id=alarm.id,
        rule_id=alarm.rule_id,
        kind=alarm.kind,
        vital=alarm.vital,
        priority=AlarmPriority(worst.priority),
        words=worst.words,
        value=worst.value,
        raised_at=alarm.raised_at,
        became_at=worst.at,
        over_at=over_at(alarm),
        answered_at=None if first is None else first.at,
        answered_by="" if first is None else first.by,
        answer_s=None if first is None else (first.at - worst.at).total_seconds(),
        reach=_reach(alarm),
    )


def every_answer(alarms: Iterable[RecordedAlarm]) -> list[Answered]:
    """The same of many, in their order."""
    return [found for alarm in alarms if (found := answered(alarm)) is not None]


def answer_times(answers: Sequence[Answered]) -> dict[AlarmPriority, AnswerTimes]:
    """By priority, the worst first; each of the three is there."""
    return {
        priority: _times([one.answer_s for one in answers if one.priority is priority])
        for priority in reversed(AlarmPriority)
    }


def _times(seconds: Sequence[float | None]) -> AnswerTimes:
    known = [one for one in seconds if one is not None]
    return AnswerTimes(
        count=len(seconds),
        answered=len(known),
        within=tuple(sum(one <= mark for one in known) for mark in MARKS_S),
        median_s=median(known) if known else None,
        longest_s=max(known, default=None),
    )


def _reach(alarm: RecordedAlarm) -> Reach:
    """The farthest it called."""
    called = [CALLS[name] for one in alarm.events if (name := AlarmEventName(one.event)) in CALLS]
    return max(called, key=lambda one: one.rank, default=Reach.STATION)
