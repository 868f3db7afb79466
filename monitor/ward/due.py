"""What is due next on a chair. Law: computed from the policy's schedules and what was done; nothing is remembered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clinical.dosing.dose import given_mg
from monitor.clinical.schedule import LOOKS, BpDue, ScoreDue, next_bp, next_scores
from monitor.clinical.session import DRUG_STATES, SessionState
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession

SCORE_WORDS = {"sedation": "Sedation score", "pain": "Pain score", "dissociation": "Dissociation score"}


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do, and in how many seconds (negative: overdue)."""

    words: str
    due_s: float


def bp_due(live: LiveSession, chair: Chair, now: datetime) -> BpDue | None:
    """The next scheduled blood pressure; None while none is scheduled."""
    course = live.course
    if course.state not in DRUG_STATES or course.monitoring_ended_at is not None:
        return None
    last_at = None if chair.cuff is None else chair.cuff.charted_at
    drugs = live.policy.medications.drugs
    rescued = [given.at for given in course.medications if given.drug in drugs and drugs[given.drug].rescue]
    changes = [*course.rate_changes(), *rescued]
    return next_bp(live.policy.bp_schedule, course.started_at, course.ended_at, changes, last_at, now)


def scores_due(live: LiveSession) -> tuple[ScoreDue, ...]:
    """The scores the policy's schedule asks for in this phase; none before the start."""
    course = live.course
    if course.state not in DRUG_STATES or course.started_at is None:
        return ()
    seen = {look: [one.at for kind in kinds if (one := live.scores.newest(kind))] for look, kinds in LOOKS.items()}
    last = {look: max(times) for look, times in seen.items() if times}
    return next_scores(live.policy.score_schedule, course.started_at, course.ended_at, last)


def repeat_due(live: LiveSession, chair: Chair) -> datetime | None:
    """When the newest blood pressure is to be measured once more; None when that was not asked for."""
    asked, cuff = live.pressure, chair.cuff
    if asked is None or not asked.asks or cuff is None or cuff.device_at != asked.measured_at or not live.is_watched:
        return None
    return cuff.charted_at + timedelta(seconds=live.policy.bp_schedule.repeat_after_s)


def dose_left_s(live: LiveSession, now: datetime) -> float | None:
    """Seconds until the ordered dose is given at the present rate, negative once it is; None while nothing runs."""
    course, figures = live.course, live.course.figures()
    if course.state is not SessionState.INFUSING or figures is None or course.order is None:
        return None
    mg_per_s = course.rate_ml_per_h * course.order.concentration_mg_per_ml / 3600
    if mg_per_s <= 0:
        return None
    given = given_mg(course.rates, course.order.concentration_mg_per_ml, now, course.boluses)
    return (figures.total_mg - given) / mg_per_s


def due_list(live: LiveSession, chair: Chair, now: datetime) -> list[Due]:
    """What is due, soonest first."""
    due: list[Due] = []
    pressure = bp_due(live, chair, now)
    if pressure is not None:
        due.append(Due("BP", (pressure.at - now).total_seconds()))
    due += [Due(SCORE_WORDS[one.look], (one.at - now).total_seconds()) for one in scores_due(live)]
    if (repeat := repeat_due(live, chair)) is not None:
        due.append(Due("Repeat BP", (repeat - now).total_seconds()))
    course, figures = live.course, live.course.figures()
    if course.awaits_rate and course.order is not None and figures is not None:
        words = f"Order changed: set {figures.rate_ml_per_h:.1f} mL/h"
        due.append(Due(words, (course.order.mark.at - now).total_seconds()))
    if (left_s := dose_left_s(live, now)) is not None:
        due.append(Due("End of infusion" if left_s > 0 else "Ordered dose given: end the infusion", left_s))
    if course.ended_at is not None and course.state is SessionState.OBSERVING:
        earliest_s = live.policy.discharge.after_end_s - (now - course.ended_at).total_seconds()
        if earliest_s > 0:
            due.append(Due("Earliest discharge", earliest_s))
    if course.monitoring_pause is not None and course.monitoring_pause.runs(now):
        due.append(Due("Monitoring paused, ends", (course.monitoring_pause.until_at - now).total_seconds()))
    if course.audio_pause is not None and course.audio_pause.runs(now):
        due.append(Due("Sound paused, ends", (course.audio_pause.until_at - now).total_seconds()))
    return sorted(due, key=lambda one: one.due_s)
