"""When a value is beyond a limit and when it is back inside.

Laws
1. A rule without what it needs (a baseline, the right phase) is inert: it neither breaches nor clears.
2. A level is beyond its limit by the level's own comparison; it is back inside only by the rule's hysteresis.
3. Relative rises: limit = max(arming value, the smaller of the percent and step limits); falls mirror it.
4. A rule of change has no limit of its own: rate_of_change.py makes one from the values of its window.

Source: CLINICAL.md §2.6 "Words that settle how the rules are coded".
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.session import LIVE_STATES, SessionState
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched

_DIGITS = 6  # limits are rounded so that 36.0 + 0.2 is 36.2


class Direction(StrEnum):
    """Which side of the limit is bad."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Adjustable:
    """How far a person may move a level's limit for one patient, bounds included (own_limits.py)."""

    low: float
    high: float
    physician: bool  # only a physician may
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class Level:
    """One priority of a rule. Absolute: `limit`. Relative to the baseline: `percent` and/or `step`, with `armed_at`.
    Of change: `change` within the rule's window.

    Exactly one of `persist_s` (seconds; 0 is at once) and `measurements` (different device times) is set.
    """

    priority: AlarmPriority
    source: str
    mark: str
    limit: float | None = None
    percent: float | None = None
    step: float | None = None
    armed_at: float | None = None
    inclusive: bool = False
    persist_s: float | None = None
    measurements: int | None = None
    latching: bool = False
    change: float | None = None
    adjustable: Adjustable | None = None  # None: nobody may move it
    policy_limit: float | None = None  # the policy's, where a person set `limit` for this patient
    changed_by: str = ""  # who did

    @property
    def needs(self) -> float:
        """The progress at which the level is held: seconds, or measurements."""
        return self.persist_s if self.persist_s is not None else float(self.measurements or 1)

    @property
    def timed(self) -> bool:
        """Whether the persistence is counted in seconds."""
        return self.persist_s is not None


class Stepped(Protocol):
    """Whatever has levels from mild to severe on one side: a rule for a vital, a rule for a score."""

    @property
    def direction(self) -> Direction:
        """Which side is bad."""

    @property
    def levels(self) -> tuple[Level, ...]:
        """From mild to severe."""

    @property
    def hysteresis(self) -> float:
        """By how much a value must re-enter."""

    @property
    def extra_s(self) -> float:
        """By how much a questionable signal may lengthen its delay, seconds."""


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """One alarm: a vital, a direction, and its levels from mild to severe."""

    id: str
    vital: Vital
    direction: Direction
    levels: tuple[Level, ...]
    hysteresis: float
    unit: str
    source: str
    mark: str
    relative: bool = False
    phases: frozenset[SessionState] = LIVE_STATES
    stands_in_for: tuple[Vital, ...] = ()  # applies only while none of these is at hand
    group: str = ""  # rules of one group raised by one measurement give one signal
    extra_s: float = 0.0  # by how much a questionable signal may lengthen its delay; 0: never
    off_reason: str = ""  # a clinic switched the rule off, and why
    within_s: float | None = None  # a rule of change: the length of its window

    @property
    def is_off(self) -> bool:
        """Whether the clinic switched this rule off."""
        return bool(self.off_reason)

    @property
    def absolute(self) -> bool:
        """Whether its limits are numbers the policy names."""
        return not self.relative and self.within_s is None


def limit_of(rule: AlarmRule, level: Level, context: Watched) -> float | None:
    """The level's limit for this patient in the vital's unit; None when it needs a baseline that is not there.

    None also for a rule of change: its limit follows from a past that only judging knows.
    """
    if level.limit is not None:
        return level.limit
    if level.change is not None:
        return None
    base = context.baseline.get(rule.vital) if context.baseline is not None else None
    if base is None:
        return None
    offsets = [level.step] if level.step is not None else []
    if level.percent is not None:
        offsets.append(base * level.percent / 100)
    offset = min(offsets)
    if rule.direction is Direction.HIGH:
        limit = base + offset
        return round(limit if level.armed_at is None else max(level.armed_at, limit), _DIGITS)
    limit = base - offset
    return round(limit if level.armed_at is None else min(level.armed_at, limit), _DIGITS)


def is_beyond(rule: Stepped, level: Level, value: float, limit: float) -> bool:
    """Whether the value is beyond this limit."""
    if rule.direction is Direction.HIGH:
        return value > limit or (level.inclusive and value == limit)
    return value < limit or (level.inclusive and value == limit)


def is_inside(rule: Stepped, level: Level, value: float, limit: float) -> bool:
    """Whether the value is back inside this limit by the rule's hysteresis."""
    if is_beyond(rule, level, value, limit):
        return False
    if rule.direction is Direction.HIGH:
        return value <= round(limit - rule.hysteresis, _DIGITS)
    return value >= round(limit + rule.hysteresis, _DIGITS)


def level_of(rule: AlarmRule, value: float, context: Watched) -> Level | None:
    """The worst level this value is beyond, None when it is inside all of them (or the rule is inert)."""
    worst = None
    for level in rule.levels:
        limit = level.limit if level.limit is not None else limit_of(rule, level, context)
        if limit is None or not is_beyond(rule, level, value, limit):
            break  # levels go from mild to severe: a value inside one is inside the rest
        worst = level
    return worst


def cleared(rule: AlarmRule, value: float, context: Watched) -> bool:
    """Whether the value is inside every level by the hysteresis; False when the rule is inert."""
    limits = [limit_of(rule, level, context) for level in rule.levels]
    return all(
        limit is not None and is_inside(rule, level, value, limit)
        for level, limit in zip(rule.levels, limits, strict=True)
    )


def applies(rule: AlarmRule, context: Watched, present: frozenset[Vital]) -> bool:
    """Whether the rule may raise now: its phase, and nothing at hand that it only stands in for.

    `present` are the vitals measured together with the value.
    """
    if context.phase not in rule.phases:
        return False
    return not any(vital in present or vital in context.current for vital in rule.stands_in_for)
