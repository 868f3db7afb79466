"""A clinic over a period: alarms a chair-hour, how soon they were answered, which limits ring, how sessions ended.

Laws
1. A share of nothing is None, never zero and never all.
2. A load an hour needs hours: without any it is None.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.analytics.counted import CountedAlarms, CountedRange, CountedSession
from monitor.clinical.log.answers import MARKS_S
from monitor.clinical.session import FINAL_STATES, SessionState
from monitor.clinical.vitals import Vital

PRIORITIES = tuple(reversed(AlarmPriority))  # the worst first


@dataclass(frozen=True, slots=True)
class PriorityLoad:
    """The alarms of one priority; `shares` are those answered within each of MARKS_S."""

    priority: AlarmPriority
    count: int
    answered: int
    per_hour: float | None
    shares: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class LimitLoad:
    """How often one rule rang, by priority and in all."""

    rule_id: str
    kind: str
    count: int
    by_priority: Mapping[AlarmPriority, int]
    per_hour: float | None
    share_of_all: float


@dataclass(frozen=True, slots=True)
class VitalRange:
    """How long one vital was beyond its limits, of the time it had a value; `sessions` in which it had one."""

    vital: Vital
    sessions: int
    above_s: float
    below_s: float
    measured_s: float

    @property
    def share(self) -> float | None:
        """The part of the measured time that was out of range."""
        return _per(self.above_s + self.below_s, self.measured_s)


@dataclass(frozen=True, slots=True)
class Ends:
    """How the sessions of a period ended, or that they did not."""

    discharged: int
    overridden: int  # among the discharged
    left: int
    transferred: int
    cancelled: int
    running: int
    scheduled: int

    @property
    def total(self) -> int:
        """All sessions planned for the period."""
        return self.discharged + self.left + self.transferred + self.cancelled + self.running + self.scheduled


@dataclass(frozen=True, slots=True)
class Counted:
    """What one stretch of days holds; `from_day` is its first."""

    from_day: date
    sessions: Sequence[CountedSession]
    alarms: Sequence[CountedAlarms]
    ranges: Sequence[CountedRange] = ()
    reckoned: int = 0  # sessions whose ranges are known

    @property
    def watched_h(self) -> float:
        """Chair-hours."""
        return sum(one.watched_h for one in self.sessions)


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the trend."""

    from_day: date
    sessions: int  # that are over
    watched_h: float
    priorities: tuple[PriorityLoad, ...]


@dataclass(frozen=True, slots=True)
class ClinicFigures:
    """Everything told of a period."""

    sessions: int  # that are over: those whose hours and alarms are counted
    watched_h: float
    priorities: tuple[PriorityLoad, ...]
    limits: tuple[LimitLoad, ...]
    ranges: tuple[VitalRange, ...]
    reckoned: int
    ends: Ends
    weeks: tuple[Week, ...]


def clinic_figures(weeks: Sequence[Counted]) -> ClinicFigures:
    """The figures of consecutive weeks, of each and of all together."""
    sessions = [one for week in weeks for one in week.sessions]
    alarms = [one for week in weeks for one in week.alarms]
    watched_h = sum(week.watched_h for week in weeks)
    return ClinicFigures(
        sessions=sum(one.is_over for one in sessions),
        watched_h=watched_h,
        priorities=_priorities(alarms, watched_h),
        limits=_limits(alarms, watched_h),
        ranges=_ranges([one for week in weeks for one in week.ranges]),
        reckoned=sum(week.reckoned for week in weeks),
        ends=_ends(sessions),
        weeks=tuple(_week(one) for one in weeks),
    )


def _week(one: Counted) -> Week:
    over = sum(session.is_over for session in one.sessions)
    return Week(one.from_day, over, one.watched_h, _priorities(one.alarms, one.watched_h))


def _priorities(alarms: Sequence[CountedAlarms], watched_h: float) -> tuple[PriorityLoad, ...]:
    return tuple(_priority(p, [one for one in alarms if one.priority is p], watched_h) for p in PRIORITIES)


def _priority(priority: AlarmPriority, alarms: Sequence[CountedAlarms], watched_h: float) -> PriorityLoad:
    count = sum(one.count for one in alarms)
    within = [sum(one.within[place] for one in alarms) for place in range(len(MARKS_S))]
    return PriorityLoad(
        priority=priority,
        count=count,
        answered=sum(one.answered for one in alarms),
        per_hour=_per(count, watched_h),
        shares=tuple(_per(one, count) for one in within),
    )


def _limits(alarms: Iterable[CountedAlarms], watched_h: float) -> tuple[LimitLoad, ...]:
    """By how often they rang, the most first."""
    found: dict[tuple[str, str], Counter[AlarmPriority]] = {}
    for one in alarms:
        found.setdefault((one.rule_id, one.kind), Counter())[one.priority] += one.count
    total = sum(by.total() for by in found.values())
    loads = [
        LimitLoad(rule_id, kind, by.total(), dict(by), _per(by.total(), watched_h), by.total() / total)
        for (rule_id, kind), by in found.items()
    ]
    return tuple(sorted(loads, key=lambda one: (-one.count, one.rule_id)))


def _ranges(found: Sequence[CountedRange]) -> tuple[VitalRange, ...]:
    """By vital, in the order of the words for vitals."""
    by_vital = {vital: [one for one in found if one.vital is vital] for vital in Vital}
    return tuple(
        VitalRange(
            vital,
            len(of),
            sum(one.above_s for one in of),
            sum(one.below_s for one in of),
            sum(one.measured_s for one in of),
        )
        for vital, of in by_vital.items()
        if of
    )


def _ends(sessions: Iterable[CountedSession]) -> Ends:
    known = list(sessions)
    states = Counter(one.state for one in known)
    running = sum(one.state not in FINAL_STATES and one.state is not SessionState.SCHEDULED for one in known)
    return Ends(
        discharged=states[SessionState.DISCHARGED],
        overridden=sum(one.overridden for one in known if one.state is SessionState.DISCHARGED),
        left=states[SessionState.LEFT],
        transferred=states[SessionState.TRANSFERRED],
        cancelled=states[SessionState.CANCELLED],
        running=running,
        scheduled=states[SessionState.SCHEDULED],
    )


def _per(count: float, of: float) -> float | None:
    return count / of if of > 0 else None
