"""When blood pressure and scores are due next. Law: a change of the rate only ever brings a measurement nearer.

Source: CLINICAL.md §2.6 "NIBP schedule": q5 for the first 15 min and for 10 min after any rate change, then q10, q15 in
recovery, and always one at 40 min. Ending the infusion, a hold, a resume, a bolus and a rescue drug count as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clinical.policy.parts import BpSchedule, ScoreSchedule


@dataclass(frozen=True, slots=True)
class BpDue:
    """The next measurement: when, and the interval it was scheduled by (for "BP overdue")."""

    at: datetime
    interval_s: float


def interval_s(
    schedule: BpSchedule, started_at: datetime, ended_at: datetime | None, changes: Sequence[datetime], at: datetime
) -> float:
    """The interval in force at this time; `changes` are the times of rate changes, the end among them or not."""
    close_s = schedule.close_every_s
    if timedelta(0) <= at - started_at < timedelta(seconds=schedule.close_after_start_s):
        return close_s
    changed = (*changes, ended_at) if ended_at is not None else tuple(changes)
    if any(timedelta(0) <= at - change < timedelta(seconds=schedule.close_after_change_s) for change in changed):
        return close_s
    return schedule.recovery_every_s if ended_at is not None and at >= ended_at else schedule.infusing_every_s


def next_bp(
    schedule: BpSchedule,
    started_at: datetime | None,
    ended_at: datetime | None,
    changes: Sequence[datetime],
    last_bp_at: datetime | None,
    now: datetime,
) -> BpDue | None:
    """The next blood pressure; None before the infusion. A measurement before the start counts as one at the start."""
    if started_at is None:
        return None
    last_at = started_at if last_bp_at is None else max(last_bp_at, started_at)
    turns = [last_at, *changes] if ended_at is None else [last_at, *changes, ended_at]
    candidates = []
    for turn in turns:
        if last_at <= turn <= now or turn == last_at:
            every_s = interval_s(schedule, started_at, ended_at, changes, turn)
            candidates.append(BpDue(turn + timedelta(seconds=every_s), every_s))
    always_at = started_at + timedelta(seconds=schedule.always_at_s)
    if last_at < always_at and (ended_at is None or always_at <= ended_at):
        candidates.append(BpDue(always_at, schedule.close_every_s))
    return min(candidates, key=lambda due: due.at)


@dataclass(frozen=True, slots=True)
class ScoreDue:
    """A score that is due: which look it is, and when."""

    look: str  # sedation, pain, dissociation
    at: datetime


# Which scales are one look: any of them counts.
LOOKS = {"sedation": ("moaas", "rass", "poss", "ramsay"), "pain": ("nrs",), "dissociation": ("cadss6",)}


def next_scores(
    schedule: ScoreSchedule,
    started_at: datetime,
    ended_at: datetime | None,
    last: Mapping[str, datetime],
) -> tuple[ScoreDue, ...]:
    """The next sedation and pain score, and the one of dissociation until it was taken; `last` is by look."""
    every_s = {
        "sedation": schedule.sedation_infusing_s if ended_at is None else schedule.sedation_recovery_s,
        "pain": schedule.pain_infusing_s if ended_at is None else schedule.pain_recovery_s,
    }
    due = [
        ScoreDue(look, max(last.get(look, started_at), started_at) + timedelta(seconds=wait_s))
        for look, wait_s in every_s.items()
    ]
    if last.get("dissociation", started_at) <= started_at:
        peak = started_at + timedelta(seconds=schedule.dissociation_at_s)
        due.append(ScoreDue("dissociation", peak if ended_at is None else min(peak, ended_at)))
    return tuple(due)
