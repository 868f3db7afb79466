"""The guard rails of dose at the bedside (CLINICAL.md §1.2). Law: only a physician passes them, with a reason."""

from monitor.clinical.dosing.dose import bolus_rail, guard_rails, order_figures
from monitor.clinical.session import SessionEvent
from monitor.errors import Refused
from monitor.recorder.acts import SessionAct
from monitor.ward.course import number
from monitor.ward.live_session import LiveSession

RATES = frozenset({SessionEvent.START, SessionEvent.CHANGE_RATE, SessionEvent.RESUME})
_ORDERED = ("dose_mg_per_kg", "over_min", "concentration_mg_per_ml")


def check_dose(live: LiveSession, act: SessionAct, event: SessionEvent) -> None:
    """Raises Refused when an order, a bolus or a rate crosses a rail of the session's policy."""
    crossed = _crossed(live, act, event)
    if crossed and not (act.person.role == "physician" and (act.reason or "").strip()):
        raise Refused(
            f"Beyond the policy's guard rail ({'; '.join(crossed)}): a physician must do this, with a reason.",
            ("physician_reason",),
        )


def _crossed(live: LiveSession, act: SessionAct, event: SessionEvent) -> tuple[str, ...]:
    course, policy = live.course, live.policy.dosing
    if event is SessionEvent.RECORD_ORDER:
        weight_kg = course.weight_kg or 1.0  # the rails are per kg: they hold before anybody was weighed
        ordered = [number(act.details, name) for name in _ORDERED]
        return guard_rails(policy, order_figures(weight_kg, *ordered), weight_kg)
    if course.weight_kg is None:
        return ()
    if event is SessionEvent.GIVE_BOLUS:
        return bolus_rail(policy, number(act.details, "dose_mg"), course.weight_kg)
    if event in RATES and course.order is not None:
        rate_ml_per_h = number(act.details, "rate_ml_per_h")
        per_kg_h = rate_ml_per_h * course.order.concentration_mg_per_ml / course.weight_kg
        if per_kg_h > policy.rate_mg_per_kg_h:
            return (f"rate {per_kg_h:.2f} mg/kg/h > {policy.rate_mg_per_kg_h:g}",)
    return ()
