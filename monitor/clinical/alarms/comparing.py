"""Two sets of alarms of one session beside each other: what only one of them has, and what both have.

Law: compares what was told, judges nothing. Alarms belong together when they are of one rule and stood at one time, or
began within the tolerance; each belongs to at most one of the other set, the nearest in time first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.alarms.load import AlarmStep
from monitor.clinical.alarms.recorded import BECAME
from monitor.clinical.alarms.table import AlarmEventName, AlarmPriority

TOLERANCE_S = 1.0  # a replay judges time at whole seconds after the check-in, a live server at whole seconds of its own
_OVER = frozenset({AlarmEventName.LATCHED, AlarmEventName.ENDED})


@dataclass(frozen=True, slots=True)
class Episode:
    """One alarm from its beginning to the end of its cause; `to_at` None: the cause stood until the watching ended."""

    rule_id: str
    kind: str
    priority: AlarmPriority  # the worst it reached
    words: str  # at that priority
    from_at: datetime
    to_at: datetime | None

    @property
    def lasted_s(self) -> float | None:
        """Seconds its cause stood; None when it stood until the watching ended."""
        return None if self.to_at is None else (self.to_at - self.from_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Pair:
    """One alarm in both sets, or in one of them alone."""

    then: Episode | None
    now: Episode | None

    @property
    def from_at(self) -> datetime:
        """When the first of the two began."""
        return min(one.from_at for one in (self.then, self.now) if one is not None)

    @property
    def later_s(self) -> float | None:
        """By how many seconds `now` began later than `then` (below zero: earlier); None without both."""
        if self.then is None or self.now is None:
            return None
        return (self.now.from_at - self.then.from_at).total_seconds()

    @property
    def is_same(self) -> bool:
        """Whether both say the same: priority, and beginning and end within the tolerance."""
        then, now = self.then, self.now
        if then is None or now is None or then.priority is not now.priority:
            return False
        if (then.to_at is None) != (now.to_at is None):
            return False
        ends = then.to_at is None or now.to_at is None or _apart_s(then.to_at, now.to_at) <= TOLERANCE_S
        return ends and _apart_s(then.from_at, now.from_at) <= TOLERANCE_S


def episodes(steps: Iterable[AlarmStep]) -> list[Episode]:
    """The alarms of a session in the order in which they began."""
    by_alarm: dict[int, list[AlarmStep]] = {}
    for step in steps:
        by_alarm.setdefault(step.alarm, []).append(step)
    return sorted((_episode(told) for told in by_alarm.values()), key=lambda one: (one.from_at, one.rule_id))


def beside(then: Sequence[Episode], now: Sequence[Episode]) -> list[Pair]:
    """Every alarm of both sets once, by time."""
    near = sorted(
        (_apart_s(one.from_at, other.from_at), left, right)
        for left, one in enumerate(then)
        for right, other in enumerate(now)
        if one.rule_id == other.rule_id and _meet(one, other)
    )
    of_then: dict[int, int] = {}
    taken: set[int] = set()
    for _, left, right in near:
        if left not in of_then and right not in taken:
            of_then[left] = right
            taken.add(right)
    pairs = [Pair(one, now[of_then[left]] if left in of_then else None) for left, one in enumerate(then)]
    pairs += [Pair(None, other) for right, other in enumerate(now) if right not in taken]
    return sorted(pairs, key=lambda pair: pair.from_at)


def _episode(told: Sequence[AlarmStep]) -> Episode:
    became = [step for step in told if step.event in BECAME]
    worst = max(became or told, key=lambda step: step.priority.rank)
    ends = [index for index, step in enumerate(told) if step.event in _OVER]
    back = max((index for index, step in enumerate(told) if step.event in BECAME), default=-1)
    to_at = next((told[index].at for index in ends if index > back), None)
    return Episode(worst.rule_id, worst.kind, worst.priority, worst.words, told[0].at, to_at)


def _meet(one: Episode, other: Episode) -> bool:
    if _apart_s(one.from_at, other.from_at) <= TOLERANCE_S:
        return True
    first, second = sorted((one, other), key=lambda episode: episode.from_at)
    return first.to_at is None or second.from_at <= first.to_at


def _apart_s(one: datetime, other: datetime) -> float:
    return abs((one - other).total_seconds())
