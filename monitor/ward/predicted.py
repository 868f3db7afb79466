"""What a model predicts of the doses a session was given. Law: a prediction carries the words that say so.

It informs: no criterion, alarm or rail rests on it.
"""

from datetime import datetime, timedelta

from monitor.clinical.dosing.pharmacokinetics import Doses, below_from_min, predict
from monitor.clinical.policy.prediction import PredictionPolicy
from monitor.ward.course import Course

Json = dict[str, object]
PREDICTED_WORDS = "predicted, not measured"
AHEAD_MIN = 30
CURVE_POINTS = 300


def predicted(policy: PredictionPolicy, course: Course, now: datetime) -> Json | None:
    """What the policy's model predicts now and, at the present rate, for the next half hour; None before the start."""
    given = _given(course)
    if given is None:
        return None
    doses, zero_at = given
    minute = _minutes(now - zero_at)
    at_present = predict(policy.model, doses, minute)
    clear_at = expected_clear_at(policy, course)
    return {
        "words": PREDICTED_WORDS,
        "model": policy.model.name,
        "title": policy.model.title,
        "at": now.isoformat(),
        "plasma_ng_ml": round(at_present.plasma_ng_ml, 1),
        "effect_site_ng_ml": round(at_present.effect_site_ng_ml, 1),
        "ahead_ng_ml": [
            round(predict(policy.model, doses, minute + ahead).effect_site_ng_ml, 1) for ahead in range(AHEAD_MIN + 1)
        ],
        "clear_below_ng_ml": policy.clear_below_ng_ml,
        "clear_at": None if clear_at is None else clear_at.isoformat(),
    }


def predicted_curve(policy: PredictionPolicy, course: Course, now: datetime) -> Json | None:
    """The predicted effect site from the start until now, for the chart; None before the start."""
    given = _given(course)
    if given is None:
        return None
    doses, zero_at = given
    until = max(0.0, _minutes(now - zero_at))
    step = max(1.0, until / CURVE_POINTS)
    minutes = [*(place * step for place in range(int(until / step) + 1)), until]
    return {
        "at": [(zero_at + timedelta(minutes=minute)).isoformat() for minute in minutes],
        "ng_per_ml": [round(predict(policy.model, doses, minute).effect_site_ng_ml, 2) for minute in minutes],
    }


def expected_clear_at(policy: PredictionPolicy, course: Course) -> datetime | None:
    """When the effect site is expected to stay below the policy's level; None while drug runs or before the start."""
    given = _given(course)
    if given is None or course.ended_at is None:
        return None
    doses, zero_at = given
    minute = below_from_min(policy.model, doses, policy.clear_below_ng_ml, 0.0)
    return None if minute is None else zero_at + timedelta(minutes=minute)


def _given(course: Course) -> tuple[Doses, datetime] | None:
    """What was given as a model reads it, and the moment its minutes count from; None before anything was given."""
    if course.order is None or course.weight_kg is None or not course.rates:
        return None
    zero_at = min([course.rates[0].at, *(bolus.at for bolus in course.boluses)])
    per_ml_h = course.order.concentration_mg_per_ml / course.weight_kg / 60
    rates = [(_minutes(step.at - zero_at), step.ml_per_h * per_ml_h) for step in course.rates]
    boluses = [(_minutes(bolus.at - zero_at), bolus.mg / course.weight_kg) for bolus in course.boluses]
    return Doses(rates, boluses), zero_at


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60
