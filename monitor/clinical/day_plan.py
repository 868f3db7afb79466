"""The day plan: how long a visit takes, where one lies by now, and which two cannot both be.

Laws
1. A visit is preparation, infusion and observation, one after the other; what has happened takes the place of what was
   expected, and what is late lasts at least until now: nobody is shown as gone who is still here.
2. A chair holds one visit at a time, with the time to make it ready between two; a patient is in one visit at a time.
3. It only plans. Nothing here ends an infusion, moves a patient or says that somebody may go.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from monitor.clinical.policy.day_plan import DayPlanPolicy
from monitor.clinical.session import FINAL_STATES, SessionState

Span = tuple[datetime, datetime]

DAYS_AHEAD = 14  # so far a free time is looked for


class Stage(StrEnum):
    """The parts of a visit."""

    PREPARATION = "preparation"
    INFUSION = "infusion"
    OBSERVATION = "observation"


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of one visit; `infusion_s` as ordered, `left_s` until the ordered dose is given at this rate."""

    scheduled_for: datetime
    state: SessionState
    infusion_s: float | None = None
    checked_in_at: datetime | None = None
    started_at: datetime | None = None
    left_s: float | None = None
    ended_at: datetime | None = None
    ready_at: datetime | None = None
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of a visit from a time to another; `expected` as long as its end has not happened."""

    stage: Stage
    from_at: datetime
    until_at: datetime
    expected: bool


@dataclass(frozen=True, slots=True)
class Booking:
    """The time a session takes a chair and a patient."""

    session_id: int
    chair_id: int
    patient_id: int
    from_at: datetime
    until_at: datetime


def stretches(visit: Visit, policy: DayPlanPolicy, now: datetime) -> tuple[Stretch, ...]:
    """The parts of a visit as they went and as they are expected from now on; none of one that never began."""
    if visit.state in FINAL_STATES:
        return _as_it_went(visit)
    began_at = visit.checked_in_at or visit.scheduled_for
    started_at = visit.started_at or _ahead(visit, began_at + timedelta(seconds=policy.preparation_s), now)
    ended_at = visit.ended_at or _infusion_ends(visit, policy, started_at, now)
    usual_at = ended_at + timedelta(seconds=policy.observation_s)
    gone_at = _ahead(visit, max(usual_at, visit.ready_at or usual_at), now)
    return (
        Stretch(Stage.PREPARATION, began_at, started_at, visit.started_at is None),
        Stretch(Stage.INFUSION, started_at, ended_at, visit.ended_at is None),
        Stretch(Stage.OBSERVATION, ended_at, gone_at, expected=True),
    )


def _as_it_went(visit: Visit) -> tuple[Stretch, ...]:
    if visit.checked_in_at is None or visit.over_at is None:
        return ()
    edges = [visit.checked_in_at, visit.started_at or visit.over_at, visit.ended_at or visit.over_at, visit.over_at]
    parts = zip(Stage, edges, edges[1:], strict=False)
    return tuple(Stretch(stage, begins, ends, expected=False) for stage, begins, ends in parts if begins < ends)


def _ahead(visit: Visit, at: datetime, now: datetime) -> datetime:
    """A time that is still to come, once somebody is here; an appointment keeps its own."""
    return at if visit.state is SessionState.SCHEDULED else max(at, now)


def _infusion_ends(visit: Visit, policy: DayPlanPolicy, started_at: datetime, now: datetime) -> datetime:
    if visit.left_s is not None:
        return now + timedelta(seconds=max(0.0, visit.left_s))
    return _ahead(visit, started_at + timedelta(seconds=visit.infusion_s or policy.infusion_s), now)


def clash(wanted: Booking, others: Iterable[Booking], policy: DayPlanPolicy) -> Booking | None:
    """The first other booking that the wanted one cannot stand beside: the same patient's, or one of its chair."""
    found = [one for one in others if one.session_id != wanted.session_id and _cannot_both(wanted, one, policy)]
    return min(found, key=lambda one: (one.patient_id != wanted.patient_id, one.from_at), default=None)


def _cannot_both(wanted: Booking, other: Booking, policy: DayPlanPolicy) -> bool:
    if wanted.patient_id == other.patient_id:
        return wanted.from_at < other.until_at and other.from_at < wanted.until_at
    between = timedelta(seconds=policy.turnover_s)
    beside = wanted.from_at < other.until_at + between and other.from_at < wanted.until_at + between
    return wanted.chair_id == other.chair_id and beside


def next_free(wanted: Booking, others: Sequence[Booking], policy: DayPlanPolicy, zone: tzinfo) -> datetime | None:
    """The first time from the wanted one on when its chair and its patient are free and the clinic is open."""
    lasts = wanted.until_at - wanted.from_at
    from_at, latest = _opened(wanted.from_at, lasts, policy, zone), wanted.from_at + timedelta(days=DAYS_AHEAD)
    while from_at <= latest:
        tried = Booking(wanted.session_id, wanted.chair_id, wanted.patient_id, from_at, from_at + lasts)
        hit = clash(tried, others, policy)
        if hit is None:
            return from_at
        between = timedelta(0) if hit.patient_id == wanted.patient_id else timedelta(seconds=policy.turnover_s)
        from_at = _opened(_on_the_step(hit.until_at + between, policy), lasts, policy, zone)
    return None


def _on_the_step(at: datetime, policy: DayPlanPolicy) -> datetime:
    """The same time or the next one that an appointment can begin at."""
    over_s = at.timestamp() % policy.step_s
    return at if over_s == 0 else at + timedelta(seconds=policy.step_s - over_s)


def _opened(at: datetime, lasts: timedelta, policy: DayPlanPolicy, zone: tzinfo) -> datetime:
    """The time itself when the visit fits into that day, else the next opening; a visit longer than a day fits nowhere
    and is tried at the opening."""
    local = at.astimezone(zone)
    opens_at, closes_at = hours_of(local, policy)
    if at < opens_at:
        return opens_at
    if at == opens_at or at + lasts <= closes_at:
        return at
    return hours_of(local + timedelta(days=1), policy)[0]


def hours_of(local: datetime, policy: DayPlanPolicy) -> tuple[datetime, datetime]:
    """When the clinic opens and closes on the day of a local time, by its own wall: summer time moves neither."""
    midnight = datetime.combine(local.date(), time(), local.tzinfo)  # a sum with a zone is one on the wall clock
    opens_at, closes_at = (midnight + timedelta(seconds=after_s) for after_s in (policy.opens_s, policy.closes_s))
    return opens_at.astimezone(UTC), closes_at.astimezone(UTC)


def gaps(booked: Iterable[Span], from_at: datetime, until_at: datetime) -> list[Span]:
    """What is free of a chair between two times."""
    free, at = [], from_at
    for begins, ends in sorted(booked):
        if begins > at:
            free.append((at, min(begins, until_at)))
        at = max(at, ends)
        if at >= until_at:
            break
    if at < until_at:
        free.append((at, until_at))
    return free
