"""When a physician looks at a series again before the next infusion.

Laws
1. Relief that nobody knows asks as loudly as too little of it.
2. An answer names what it saw: less relief, a worse grade or a newer adverse event asks again.
3. “Stop the series” is an answer that keeps the next infusion from starting.

Source: CLINICAL.md §1.1 (positive response from 30 %, no more infusions without benefit), §5.7; the rules are the
policy's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.clinical.outcomes.series_outcome import SeriesOutcome
from monitor.clinical.policy.outcome_parts import ReassessRule


class Decision(StrEnum):
    """What the physician decided."""

    CONTINUE = "continue"
    CHANGE = "change"  # go on with what is said to be changed
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule that stands before the next infusion.

    `seen` is the relief in percent (0 while unknown) or the worst grade; `since_at` when the newest of it came.
    """

    rule: ReassessRule
    words: str
    seen: float
    since_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A physician's answer to one rule, with what it saw then."""

    rule_id: str
    decision: Decision
    seen: float
    at: datetime
    by: str
    words: str


def asked_before(rules: Iterable[ReassessRule], number: int, outcome: SeriesOutcome) -> tuple[Asked, ...]:
    """Every rule that stands before infusion `number`, in the policy's order."""
    found = (_asked(rule, outcome) for rule in rules if number >= rule.before_infusion)
    return tuple(one for one in found if one is not None)


def still_open(asked: Iterable[Asked], answers: Sequence[Answered]) -> tuple[Asked, ...]:
    """Those no answer covers."""
    return tuple(one for one in asked if not _covered(one, answers))


def stopped(answers: Sequence[Answered]) -> Answered | None:
    """The newest answer when it says that the series ends."""
    newest = max(answers, key=lambda one: one.at, default=None)
    return newest if newest is not None and newest.decision is Decision.STOP else None


def _asked(rule: ReassessRule, outcome: SeriesOutcome) -> Asked | None:
    if rule.grade_from is not None:
        return _after_events(rule, rule.grade_from, outcome)
    response = outcome.response
    least = rule.response_below_percent
    if least is None or (response.percent is not None and response.percent >= least):
        return None
    newest = None if response.newest is None else response.newest.at
    if response.percent is None:
        return Asked(rule, f"relief unknown: {response.says}", 0.0, newest)
    return Asked(rule, f"relief {response.percent:.0f} %", response.percent, newest)


def _after_events(rule: ReassessRule, grade_from: int, outcome: SeriesOutcome) -> Asked | None:
    bad = [event for one in outcome.infusions for event in one.events if event.grade >= grade_from]
    if not bad:
        return None
    worst = max(bad, key=lambda event: (event.grade, event.at))
    return Asked(rule, f"{worst.words}, grade {worst.grade}", float(worst.grade), max(event.at for event in bad))


def _covered(asked: Asked, answers: Sequence[Answered]) -> bool:
    said = [one for one in answers if one.rule_id == asked.rule.id and one.decision is not Decision.STOP]
    if asked.rule.grade_from is not None:
        return any(asked.seen <= one.seen and (asked.since_at is None or asked.since_at <= one.at) for one in said)
    return any(asked.seen >= one.seen for one in said)
