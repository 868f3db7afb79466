"""A session's course as pages show it: dose, preparation, events. Law: plain JSON values, units in the names;
what was corrected stays listed, and names its correction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.clinical.adverse_events import title_of
from monitor.clinical.dosing.allergies import Allergies
from monitor.clinical.dosing.dose import given_mg
from monitor.clinical.dosing.medication import stated_words
from monitor.clinical.dosing.orders import OrderForm
from monitor.clinical.policy.preparation_parts import MedicationPolicy
from monitor.clinical.scores.ctcae import GONE
from monitor.clinical.session import SessionEvent
from monitor.clinical.vitals import Vital
from monitor.clinical.words import NAMES
from monitor.ward.course import InfusionOrder, ordered_of
from monitor.ward.entries import CORRECTABLE, CourseEvent, corrections, instead_of, version_corrected
from monitor.ward.live_session import LiveSession

Json = dict[str, object]
_EVENT_KINDS = {
    SessionEvent.SYMPTOM: "symptom",
    SessionEvent.RECORD_ADVERSE_EVENT: "symptom",
    SessionEvent.RESOLVE_ADVERSE_EVENT: "symptom",
    SessionEvent.NOTE: "note",
    SessionEvent.START: "drug",
    SessionEvent.CHANGE_RATE: "drug",
    SessionEvent.GIVE_BOLUS: "drug",
    SessionEvent.CHANGE_ORDER: "drug",
    SessionEvent.GIVE_MEDICATION: "drug",
    SessionEvent.HOLD: "drug",
    SessionEvent.RESUME: "drug",
    SessionEvent.END_INFUSION: "drug",
    SessionEvent.RECORD_WASTE: "note",
    SessionEvent.MARK_VALUES: "note",
}


def dose(live: LiveSession, now: datetime) -> Json | None:
    """Given of ordered; None until there is an order and a weight."""
    course, figures = live.course, live.course.figures()
    if figures is None or course.order is None:
        return None
    concentration = course.order.concentration_mg_per_ml
    given = given_mg(course.rates, concentration, now, course.boluses)
    ordered = course.order.ordered
    return {
        "given_mg": round(given, 2),
        "ordered_mg": round(figures.total_mg, 2),
        "mg_per_kg": round(ordered.dose_mg_per_kg, 4),
        "mg_per_kg_h": round(course.rate_ml_per_h * concentration / (course.weight_kg or 1), 3),
        "rate_ml_per_h": course.rate_ml_per_h,
        "ordered_rate_ml_per_h": round(figures.rate_ml_per_h, 2),
        "concentration_mg_per_ml": concentration,
        "over_min": ordered.over_min,
        "form": ordered.form.value,
        "amount": ordered.amount,
        "ordered_by": ordered_by(course.order),
        "ordered_at": course.order.mark.at.isoformat(),
        "fraction": round(min(1.0, given / figures.total_mg), 4),
    }


def ordered_by(order: InfusionOrder) -> str:
    """Who ordered it: the physician of the series' order, where it was taken over from there."""
    return order.mark.by if order.of_series is None else order.of_series.by


def allergies_picture(allergies: Allergies) -> Json:
    """What is known of allergies in words, with who said so last; each listed one by its statement's number."""
    newest = allergies.newest
    return {
        "status": allergies.status.value,
        "words": allergies.words,
        "listed": [{"id": one.id, "substance": one.substance, "reaction": one.reaction} for one in allergies.listed],
        "by": None if newest is None else newest.by,
        "at": None if newest is None else newest.at.isoformat(),
    }


def medications(policy: MedicationPolicy) -> list[Json]:
    """The drugs at hand beside the infusion by name: usual dose, the most of a session and the time apart in words."""
    return [
        {
            "id": one.id,
            "words": one.words,
            "low": one.low,
            "high": one.high,
            "unit": one.unit,
            "routes": list(one.routes),
            "most": None if one.most is None else stated_words(one.most),
            "apart": None if one.apart is None else stated_words(one.apart),
        }
        for one in sorted(policy.drugs.values(), key=lambda one: one.words)
    ]


def preparation(live: LiveSession) -> Json:
    """Who did which part of the preparation, and when."""
    course = live.course
    marks = {
        "order": None if course.order is None else course.order.mark,
        "consent": course.consent,
        "second_check": course.second_check,
        "physician_clearance": course.physician_clearance,
        "baseline": course.baseline_mark,
    }
    return {name: None if mark is None else {"by": mark.by, "at": mark.at.isoformat()} for name, mark in marks.items()}


def events_of(events: Sequence[CourseEvent]) -> list[Json]:
    """The events of a session as pages list them, oldest first.

    `corrects` is the version an entry corrects, `corrected_by` the version of its correction; `stands` says whether it
    is in force, `happened_at` when what it tells of happened, and `can` what a correction of it says anew (empty: it
    cannot be corrected).
    """
    corrected, roots = corrections(events), _roots(events)
    return [_listed(event, roots, corrected) for event in events]


def _roots(events: Sequence[CourseEvent]) -> dict[int, CourseEvent]:
    """The entry behind each event: itself, or what a correction goes back to, with what the correction says."""
    roots: dict[int, CourseEvent] = {}
    for event in events:
        before = roots.get(version_corrected(event)) if event.event is SessionEvent.CORRECT_ENTRY else None
        roots[event.version] = event if before is None else _said_anew(before, event)
    return roots


def _said_anew(before: CourseEvent, correction: CourseEvent) -> CourseEvent:
    said = instead_of(correction)
    if said is None:
        return before
    at = said.get("at")
    return replace(before, details=said, at=datetime.fromisoformat(at) if isinstance(at, str) else before.at)


def _listed(event: CourseEvent, roots: Mapping[int, CourseEvent], corrected: Mapping[int, CourseEvent]) -> Json:
    root, by = roots[event.version], corrected.get(event.version)
    correction = event.event is SessionEvent.CORRECT_ENTRY
    struck = correction and instead_of(event) is None
    fields = () if struck else sorted(CORRECTABLE.get(root.event, ()))
    return {
        **_event_of(event),
        "words": _correction_words(event, roots) if correction else event_words(event),
        "kind": _EVENT_KINDS.get(root.event, "state"),
        "entry": root.event.value,
        "says": {} if struck else dict(root.details),
        "happened_at": root.at.isoformat(),
        "corrects": version_corrected(event) if correction else None,
        "corrected_by": None if by is None else by.version,
        "stands": by is None and not struck,
        "can": [] if by is not None else fields,
    }


def _correction_words(event: CourseEvent, roots: Mapping[int, CourseEvent]) -> str:
    """“Nausea 1 instead of nausea 2”, or that it never happened, and why."""
    before = roots.get(version_corrected(event))
    was = "" if before is None else event_words(before)
    reason = event.reason or ""
    if instead_of(event) is None:
        return f"Entered in error: {was} ({reason})"
    return f"{event_words(roots[event.version])}, instead of: {was} ({reason})"


def _event_of(event: CourseEvent) -> Json:
    return {
        "id": event.version,
        "at": event.at.isoformat(),
        "event": event.event.value,
        "by": event.by,
        "reason": event.reason,
        "details": dict(event.details),
    }


def event_words(event: CourseEvent) -> str:
    """A session event in a few words for a label on the axis."""
    details = event.details
    if event.event in _ORDERS:
        return f"{_ORDERS[event.event]}: {order_written(details)}"
    template = _GONE if _is_gone(event) else _WORDS.get(event.event)
    if template is None:
        return event.event.value.replace("_", " ").capitalize()
    rule = str(details.get("rule", "")).replace("_", " ")
    said = {**details, "reason": event.reason or "", "rule": rule, "limits_words": _limits_words(details)}
    if event.event is SessionEvent.MARK_VALUES:
        said["name"] = NAMES[Vital(str(details["vital"]))]
    if event.event is SessionEvent.RECORD_ADVERSE_EVENT:
        said["title"] = title_of(str(details["term"]))
    return template.format_map(_Said(said)).strip()


_ORDERS = {SessionEvent.CHANGE_ORDER: "Order changed", SessionEvent.ADOPT_ORDER: "Order of the series taken over"}
_UNITS = {
    OrderForm.MG_PER_KG: "mg/kg",
    OrderForm.MG_PER_KG_H: "mg/kg/h",
    OrderForm.MCG_PER_KG_MIN: "µg/kg/min",
}


def order_written(details: Mapping[str, object]) -> str:
    """An order as an event carries it: “0.75 mg/kg/h for 40 min”."""
    ordered = ordered_of(details)
    return f"{ordered.amount:g} {_UNITS[ordered.form]} for {ordered.over_min:g} min"


def _is_gone(event: CourseEvent) -> bool:
    return event.event is SessionEvent.SYMPTOM and event.details.get("grade") == GONE


def _limits_words(details: Mapping[str, object]) -> str:
    """“medium 90, high 88” of a change of limits."""
    limits = details.get("limits")
    if not isinstance(limits, Mapping):
        return "as the policy says"
    return ", ".join(f"{priority} {limit:g}" for priority, limit in limits.items() if limit is not None)


class _Said(dict[str, object]):
    """What an event says; what it does not say is left out."""

    def __missing__(self, name: str) -> str:
        return ""


_GONE = "{symptom} is gone"
_WORDS = {
    SessionEvent.START: "Start {rate_ml_per_h} mL/h",
    SessionEvent.RESUME: "Resume {rate_ml_per_h} mL/h",
    SessionEvent.CHANGE_RATE: "Rate {rate_ml_per_h} mL/h",
    SessionEvent.HOLD: "Hold: {reason}",
    SessionEvent.GIVE_BOLUS: "Bolus {dose_mg} mg",
    SessionEvent.GIVE_MEDICATION: "{drug} {dose:g} {unit} {route}",
    SessionEvent.SYMPTOM: "{symptom} {grade}",
    SessionEvent.NOTE: "{text}",
    SessionEvent.RECORD_ADVERSE_EVENT: "Adverse event: {title} grade {grade}",
    SessionEvent.RESOLVE_ADVERSE_EVENT: "Adverse event is over",
    SessionEvent.LEAVE_AGAINST_ADVICE: "Left against advice: {reason}",
    SessionEvent.TRANSFER: "Transfer to {service}: {reason}",
    SessionEvent.RECORD_WEIGHT: "Weight {weight_kg} kg",
    SessionEvent.CHANGE_LIMITS: "Limits {rule}: {limits_words}",
    SessionEvent.RECORD_WASTE: "Wasted {waste_mg} mg",
    SessionEvent.MARK_VALUES: "{name} marked as artefact: {reason}",
    SessionEvent.MARK_ARTEFACT: "Alarm marked as artefact: {reason}",
}
