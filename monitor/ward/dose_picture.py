"""The dose account of a session as pages and programs read it: planned, given, wasted, the pump's word, the prediction.

Law: a prediction carries the words that say so wherever it goes; the pump's word stands beside the record, never in it.
"""

from dataclasses import asdict
from datetime import datetime

from monitor.clinical.dosing.account import given_at, intervals
from monitor.clinical.dosing.orders import OrderFigures
from monitor.clinical.dosing.pump import Difference
from monitor.clinical.policy.dosing import Guideline, PumpPolicy
from monitor.ward.course import Course, InfusionOrder
from monitor.ward.course_picture import Json, dose, ordered_by
from monitor.ward.live_session import LiveSession
from monitor.ward.predicted import predicted
from monitor.ward.pump import compare


def dose_panel(live: LiveSession, now: datetime) -> Json | None:
    """The dose as the session's own page shows it; None until there is an order and a weight."""
    short, course = dose(live, now), live.course
    figures = course.figures()
    if short is None or course.order is None or figures is None or course.weight_kg is None:
        return None
    given = given_at(
        now, course.rates, course.boluses, course.orders_followed(), course.order.concentration_mg_per_ml,
        course.weight_kg,
    )  # fmt: skip
    return {
        **short,
        "given_mg_per_kg": round(given.mg_per_kg, 4),
        "given_ml": round(given.infused_ml, 2),
        "bolus_mg": round(given.bolus_mg, 2),
        "planned_mg": round(given.planned_mg, 2),
        "ordered_ml": round(figures.volume_ml, 2),
        "ordered_bolus_mg": round(figures.bolus_mg, 2),
        "orders_before": [_replaced(one) for one in course.orders_before],
        "rate_differs": course.awaits_rate,
        **_prepared(course, course.order, figures, given.mg),
        "guideline": _against(live.policy.dosing.guideline, figures, course.order),
        "pump": _pump(live, now),
        "predicted": predicted(live.policy.prediction, course, now),
    }


def account(live: LiveSession, now: datetime) -> Json:
    """The panel with the account line by line."""
    course = live.course
    panel = dose_panel(live, now)
    if panel is None or course.order is None:
        return {"at": now.isoformat(), "dose": None, "intervals": [], "wastes": [], "pump_events": []}
    lines = intervals(course.rates, course.order.concentration_mg_per_ml, course.boluses, _last(course, now))
    return {
        "at": now.isoformat(),
        "dose": panel,
        "intervals": [
            {
                "from_at": line.from_at.isoformat(),
                "to_at": line.to_at.isoformat(),
                "rate_ml_per_h": line.rate_ml_per_h,
                "ml": round(line.ml, 3),
                "bolus_mg": round(line.bolus_mg, 3),
                "mg": round(line.mg, 3),
                "total_mg": round(line.total_mg, 3),
                "total_mg_per_kg": round(line.total_mg / (course.weight_kg or 1), 4),
            }
            for line in lines
        ],
        "wastes": [
            {"at": one.at.isoformat(), "mg": one.mg, "by": one.by, "witness": one.witness} for one in course.wastes
        ],
        "pump_events": [
            {"at": one.at.isoformat(), "source": one.source, "kind": one.event.kind.value, "words": one.event.words}
            for one in live.pump.states.events
        ],
    }


def _replaced(order: InfusionOrder) -> Json:
    """An order that was changed while the drug ran, as it was written."""
    ordered = order.ordered
    written = {"form": ordered.form.value, "amount": ordered.amount, "over_min": ordered.over_min}
    return {**written, "ordered_by": ordered_by(order), "at": order.mark.at.isoformat()}


def _prepared(course: Course, order: InfusionOrder, figures: OrderFigures, given_mg: float) -> Json:
    """Given and wasted against what was prepared; without a said bag it is what was ordered."""
    bag_ml = order.ordered.bag_ml
    prepared_mg = figures.total_mg if bag_ml is None else bag_ml * order.concentration_mg_per_ml
    wasted_mg = sum(one.mg for one in course.wastes)
    return {
        "prepared_mg": round(prepared_mg, 2),
        "wasted_mg": round(wasted_mg, 2),
        "unaccounted_mg": round(prepared_mg - given_mg - wasted_mg, 2),
    }


def guideline(said: Guideline) -> Json:
    """What the guideline says of a whole infusion."""
    return {
        "rate_low_mg_per_kg_h": said.rate.low,
        "rate_high_mg_per_kg_h": said.rate.high,
        "total_mg": said.total_mg,
        "longer_than_min": said.longer_than_min,
        "bolus_mg_per_kg": said.bolus_mg_per_kg,
    }


def compared(pump: PumpPolicy) -> Json:
    """From how many percent beside the order a number is marked, at the second check and at the start."""
    return {"check_percent": pump.check_percent, "start_percent": pump.start_percent}


def _against(said: Guideline, figures: OrderFigures, order: InfusionOrder) -> Json:
    """The order beside the guideline: it is shown, it blocks nothing."""
    return {
        **guideline(said),
        "rate_inside": said.rate.holds(figures.mg_per_kg_h),
        "total_inside": figures.total_mg >= said.total_mg,
        "duration_inside": order.ordered.over_min > said.longer_than_min,
        "bolus_inside": order.ordered.bolus_mg_per_kg <= said.bolus_mg_per_kg,
    }


def _pump(live: LiveSession, now: datetime) -> Json | None:
    found = compare(live.policy.dosing.pump, live.course, live.pump, now)
    if found is None:
        return None
    return {
        "discrepancy": bool(found.differing),
        "differing": list(found.differing),
        "notes": list(found.notes),
        "totals": {vital.value: _difference(one) for vital, one in found.totals.items()},
        "states": [
            {
                "source": source,
                "device": device,
                **asdict(one.facts),
                "runs": one.runs,
                "since_at": None if one.since_at is None else one.since_at.isoformat(),
            }
            for (source, device), one in live.pump.states.known.items()
        ],
    }


def _difference(one: Difference) -> Json:
    return {
        "pump": round(one.pump, 2),
        "recorded": round(one.recorded, 2),
        "off": round(one.off, 2),
        "percent": None if one.percent is None else round(one.percent, 1),
        "since_at": one.since_at.isoformat(),
        "at": one.at.isoformat(),
        "beyond": one.beyond,
    }


def _last(course: Course, now: datetime) -> datetime:
    return now if course.ended_at is None else max(course.ended_at, course.rates[-1].at)
