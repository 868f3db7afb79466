"""Which follow-ups an infusion asks for, and until when. Law: counted from the infusion's end; a weekly one that the
next infusion overtook is not asked for.

Source: CLINICAL.md §1.1 (benefit is judged over weeks), §7.2; the numbers are the policy's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clinical.outcomes.facts import FollowUpFacts, FollowUpKind, Reached
from monitor.clinical.policy.outcome_parts import FollowUpPolicy

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Ended:
    """An infusion that is over; `in_series` False: a single one, which is followed up once."""

    session_id: int
    ended_at: datetime
    next_started_at: datetime | None = None  # of the same series
    in_series: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """One follow-up that is asked for from `due_at` on; from `lapses_at` on it is missing."""

    session_id: int
    kind: FollowUpKind
    week: int
    due_at: datetime
    lapses_at: datetime

    @property
    def name(self) -> tuple[int, int]:
        """What identifies it: session and week."""
        return self.session_id, self.week


def dues(ended: Ended, policy: FollowUpPolicy) -> tuple[Due, ...]:
    """Every follow-up of one infusion, by time."""
    end = ended.ended_at
    first = Due(
        ended.session_id,
        FollowUpKind.NEXT_DAY,
        0,
        end + timedelta(seconds=policy.next_day_after_s),
        end + timedelta(seconds=policy.next_day_lapses_s),
    )
    weeks = range(1, policy.weekly_for + 1 if ended.in_series else 1)
    weekly = (
        Due(ended.session_id, FollowUpKind.WEEKLY, week, end + week * WEEK, end + (week + 1) * WEEK) for week in weeks
    )
    stop = ended.next_started_at
    return (first, *(one for one in weekly if stop is None or one.due_at < stop))


def answered(follow_ups: Iterable[FollowUpFacts]) -> dict[tuple[int, int], FollowUpFacts]:
    """The follow-up that closes each due one; an attempt closes nothing, and being reached goes before giving up."""
    closed: dict[tuple[int, int], FollowUpFacts] = {}
    for one in follow_ups:
        name = (one.session_id, one.week)
        if one.reached is Reached.YES or (one.reached is not Reached.ATTEMPT and name not in closed):
            closed[name] = one
    return closed


@dataclass(frozen=True, slots=True)
class AskNoMore:
    """Somebody said that a patient is not to be asked again, at `at`, in place of the one due at `due_at`."""

    at: datetime
    due_at: datetime


def still_asked(wanted: Iterable[Due], ended_at: datetime, stop: AskNoMore | None) -> tuple[Due, ...]:
    """Those of an infusion that are asked for: after a stop none later, unless the infusion itself came later."""
    if stop is None or ended_at > stop.at:
        return tuple(wanted)
    return tuple(one for one in wanted if one.due_at <= stop.due_at)


def ask_no_more(follow_ups: Iterable[FollowUpFacts]) -> AskNoMore | None:
    """The newest such word of a series."""
    stops = [AskNoMore(one.at, one.due_at) for one in follow_ups if one.reached is Reached.STOP]
    return max(stops, key=lambda stop: stop.at, default=None)


def open_dues(wanted: Sequence[Due], follow_ups: Iterable[FollowUpFacts], now: datetime) -> tuple[Due, ...]:
    """Those to be done now: due, not lapsed, and neither answered nor given up."""
    closed = answered(follow_ups)
    return tuple(one for one in wanted if one.due_at <= now < one.lapses_at and one.name not in closed)
