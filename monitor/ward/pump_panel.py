"""What the pump of a chair last said of itself, beside what is recorded, as the session's page shows it.

Law: every word of the pump carries its age and how old it may be; what it did not say is null, never 0. Nothing here
compares: what differs is said by `compare`.
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.dosing.dose import infused_ml
from monitor.clinical.vitals import Vital
from monitor.ward.chairs import Chair
from monitor.ward.course import Course
from monitor.ward.course_picture import Json
from monitor.ward.feed import INTERVALS
from monitor.ward.live_session import LiveSession
from monitor.ward.pump import compare
from monitor.ward.pump_state import PumpState

OLD_AFTER_S, MISSING_AFTER_S = 10.0, 30.0  # at least; else three of the pump's own intervals (DESIGN.md "Time")


@dataclass(frozen=True, slots=True)
class _Word:
    value: float
    at: datetime


def pump_panel(live: LiveSession, chair: Chair, now: datetime) -> Json | None:
    """The pump's words and the record's; None while no pump has spoken in this session."""
    pump, course = live.pump, live.course
    known = pump.states.of_the_drug()
    words = {vital: _Word(value, at) for vital, (at, value) in pump.newest.items()}
    words |= {vital: _Word(total.value, total.at) for vital, total in pump.totals.items()}
    heard_at = [*(word.at for word in words.values()), *(one.heard_at for one in known if one.heard_at is not None)]
    if not heard_at:
        return None
    found = compare(live.policy.dosing.pump, course, pump, now)
    interval_s = INTERVALS * (chair.senders.pump_interval_s() or 0.0)
    return {
        "age_s": round((now - max(heard_at)).total_seconds(), 1),
        "old_after_s": max(OLD_AFTER_S, interval_s),
        "missing_after_s": max(MISSING_AFTER_S, interval_s),
        "simulated": live.simulated or chair.simulated,
        "pumps": [_pump(device, one) for (_, device), one in pump.states.known.items() if one in known],
        "rate_ml_per_h": _value(words.get(Vital.PUMP_RATE)),
        "volume_ml": _value(words.get(Vital.PUMP_VOLUME)),
        "dose_mg": _value(words.get(Vital.PUMP_DOSE)),
        "concentration_mg_per_ml": _value(words.get(Vital.PUMP_CONCENTRATION)),
        "recorded": _recorded(course, now),
        "differing": [] if found is None else list(found.differing),
        "notes": [] if found is None else list(found.notes),
    }


def _value(word: _Word | None) -> float | None:
    return None if word is None else word.value


def _pump(device: str, one: PumpState) -> Json:
    return {
        "device": device,
        "drug": one.facts.drug,
        "weight_kg": one.facts.weight_kg,
        "programmed_ml_per_h": one.facts.programmed_ml_per_h,
        "volume_to_be_infused_ml": one.facts.volume_to_be_infused_ml,
        "runs": one.runs,
        "why_not": one.facts.not_delivering_reason,
        "since_at": None if one.since_at is None else one.since_at.isoformat(),
    }


def _recorded(course: Course, now: datetime) -> Json:
    return {
        "weight_kg": course.weight_kg,
        "concentration_mg_per_ml": None if course.order is None else course.order.concentration_mg_per_ml,
        "rate_ml_per_h": course.rate_ml_per_h if course.rates else None,
        "volume_ml": round(infused_ml(course.rates, now), 2) if course.rates else None,
    }
