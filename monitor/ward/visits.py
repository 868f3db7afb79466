"""Where each visit lies, as the day plan reads it from the live picture. Law: it shows and promises nothing."""

from datetime import datetime

from monitor.clinical.day_plan import Stretch, Visit, stretches
from monitor.clinical.dosing.dose import remaining_s
from monitor.clinical.dosing.orders import Ordered
from monitor.clinical.policy.day_plan import DayPlanPolicy
from monitor.clinical.session import SessionState
from monitor.ward.chairs import Chair
from monitor.ward.course import Course
from monitor.ward.live_session import LiveSession
from monitor.ward.responsible import responsible, responsible_picture
from monitor.ward.starting import start_gate_of

Json = dict[str, object]
_BEFORE_THE_START = frozenset({SessionState.SCHEDULED, SessionState.PREPARING})


def visit_of(live: LiveSession, now: datetime) -> Visit:
    """What the live picture knows of a visit that is not over."""
    course = live.course
    ready_at = None if live.outlook is None else live.outlook.ready_at
    return Visit(
        scheduled_for=live.scheduled_for,
        state=course.state,
        infusion_s=None if course.order is None else course.order.ordered.over_min * 60,
        checked_in_at=course.checked_in_at,
        started_at=course.started_at,
        left_s=_left_s(course, now),
        ended_at=course.ended_at,
        ready_at=None if ready_at is None else datetime.fromisoformat(ready_at),
    )


def stretches_of(live: LiveSession, policy: DayPlanPolicy, now: datetime) -> tuple[Stretch, ...]:
    """The parts of a visit that is not over, as they went and as they are expected."""
    return stretches(visit_of(live, now), policy, now)


def _left_s(course: Course, now: datetime) -> float | None:
    """Until the ordered dose is given at the present rate; None while nothing runs, as when it is held."""
    figures = course.figures()
    if figures is None or course.order is None or course.state is not SessionState.INFUSING:
        return None
    concentration = course.order.concentration_mg_per_ml
    return remaining_s(course.rates, concentration, figures.total_mg, now, course.boluses)


def visit_picture(live: LiveSession, chair: Chair, now: datetime, policy: DayPlanPolicy) -> Json:
    """A visit that is not over on the day plan: its parts, what a start still needs, and who looks after it."""
    order = live.course.order
    return {
        "parts": [part_picture(one) for one in stretches_of(live, policy, now)],
        "missing": _missing(live, chair, now),
        "allergies": {"status": live.allergies.status.value, "words": live.allergies.words},
        "responsible": _responsible(live, chair, now),
        "order": None if order is None else order_words(order.ordered),
        "ready_at": None if live.outlook is None else live.outlook.ready_at,
        "held_reason": live.course.held_reason,
    }


def part_picture(one: Stretch) -> Json:
    """One part of a visit; `expected` as long as its end has not happened."""
    return {
        "stage": one.stage.value,
        "from_at": one.from_at.isoformat(),
        "until_at": one.until_at.isoformat(),
        "expected": one.expected,
    }


def _responsible(live: LiveSession, chair: Chair, now: datetime) -> Json | None:
    """Who looks after the chair: of an appointment only when their time reaches to it."""
    standing = responsible(chair, now)
    planned = live.course.state is SessionState.SCHEDULED
    if standing is None or (planned and standing.until_at <= live.scheduled_for):
        return None
    return responsible_picture(chair, now)


def _missing(live: LiveSession, chair: Chair, now: datetime) -> list[Json]:
    if live.course.state not in _BEFORE_THE_START:
        return []
    gate = start_gate_of(live, now, chair=bool(chair.bed), look=live.gate)
    return [{"id": one.id, "words": one.words, "who": one.who, "detail": one.detail} for one in gate.missing]


def order_words(ordered: Ordered) -> str:
    """“0.5 mg/kg over 40 min”."""
    return f"{ordered.dose_mg_per_kg:g} mg/kg over {ordered.over_min:g} min"
