"""What is due next on a chair. Law: computed from the policy's schedules and what was done; nothing is remembered."""

from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.schedule import BpDue, next_bp
from monitor.clinical.session import SessionState
from monitor.ward.chairs import Chair, LiveSession

_SCHEDULED = frozenset({SessionState.INFUSING, SessionState.HELD, SessionState.OBSERVING})


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do, and in how many seconds (negative: overdue)."""

    words: str
    due_s: float


def bp_due(live: LiveSession, chair: Chair, now: datetime) -> BpDue | None:
    """The next scheduled blood pressure; None while none is scheduled."""
    course = live.course
    if course.state not in _SCHEDULED or course.monitoring_ended_at is not None:
        return None
    last_at = None if chair.cuff is None else chair.cuff.charted_at
    return next_bp(live.policy.bp_schedule, course.started_at, course.ended_at, course.rate_changes(), last_at, now)


def due_list(live: LiveSession, chair: Chair, now: datetime) -> list[Due]:
    """What is due, soonest first."""
    due: list[Due] = []
    pressure = bp_due(live, chair, now)
    if pressure is not None:
        due.append(Due("BP", (pressure.at - now).total_seconds()))
    course = live.course
    if course.ended_at is not None and course.state is SessionState.OBSERVING:
        earliest_s = live.policy.discharge.after_end_s - (now - course.ended_at).total_seconds()
        if earliest_s > 0:
            due.append(Due("Earliest discharge", earliest_s))
    if course.paused_until_at is not None and now < course.paused_until_at:
        due.append(Due("Monitoring paused, ends", (course.paused_until_at - now).total_seconds()))
    return sorted(due, key=lambda one: one.due_s)
