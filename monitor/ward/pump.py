"""What the pump of a chair says of the running session, beside what was recorded.

Law: the pump changes nothing; a difference stands until a later total agrees.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.clinical.dosing.dose import bolus_mg, infused_ml, rate_at
from monitor.clinical.dosing.pump import Difference, PumpTotal, counted, difference, rate_differs
from monitor.clinical.policy.dosing import PumpPolicy
from monitor.clinical.vitals import Vital
from monitor.ward.course import Course
from monitor.ward.pump_state import PumpStates, states_differ

TOTALS = (Vital.PUMP_VOLUME, Vital.PUMP_DOSE)
SAID = (*TOTALS, Vital.PUMP_RATE, Vital.PUMP_CONCENTRATION)


@dataclass(slots=True)
class Pump:
    """The totals and the newest rate and concentration a session's pump has sent, and what it told of its state."""

    totals: dict[Vital, PumpTotal] = field(default_factory=dict)
    newest: dict[Vital, tuple[datetime, float]] = field(default_factory=dict)
    states: PumpStates = field(default_factory=PumpStates)

    def heard(self, vital: Vital, value: float, at: datetime, started_at: datetime | None) -> None:
        """Fold in one accepted value; others than the pump's own are not its business."""
        if vital in TOTALS:
            self.totals[vital] = counted(self.totals.get(vital), value, at, started_at)
        elif vital in SAID:
            self.newest[vital] = (at, value)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Pump against record: each total, what differs too much in words, and what else a reader must know of it."""

    totals: Mapping[Vital, Difference]
    differing: tuple[str, ...]
    notes: tuple[str, ...]


def compare(policy: PumpPolicy, course: Course, pump: Pump, now: datetime) -> Comparison | None:
    """Pump against record; None before the start, or while the pump has said nothing."""
    started_at = course.started_at
    if course.order is None or started_at is None or not (pump.totals or pump.newest or pump.states.known):
        return None
    concentration = course.order.concentration_mg_per_ml
    totals, differing, notes = {}, [], []
    for vital, total in pump.totals.items():
        if total.at < started_at:
            continue
        per_ml, unit = (1.0, "mL") if vital is Vital.PUMP_VOLUME else (concentration, "mg")
        found = totals[vital] = _total(policy, course, total, per_ml, concentration)
        if found.beyond:
            differing.append(f"pump {found.pump:.1f} {unit}, recorded {found.recorded:.1f} {unit}")
        if total.fell_from is not None:
            notes.append(
                f"the pump's total went back from {total.fell_from:g} to {total.base:g} {unit} "
                f"at {total.since_at:%H:%M} UTC; compared since then"
            )
    differing += [*_rate(policy, course, pump), *_concentration(policy, concentration, pump)]
    rate_at, _ = pump.newest.get(Vital.PUMP_RATE, (None, 0.0))
    differing += states_differ(policy, course.rates, course.weight_kg, pump.states, rate_at, now)
    return Comparison(totals, tuple(differing), tuple(notes))


def _total(policy: PumpPolicy, course: Course, total: PumpTotal, per_ml: float, concentration: float) -> Difference:
    def infused(at: datetime) -> float:
        return infused_ml(course.rates, at) * per_ml

    def at_once(at: datetime) -> float:
        return bolus_mg(course.boluses, at) / concentration * per_ml

    return difference(policy, total, infused, at_once, policy.tolerance_ml * per_ml)


def _rate(policy: PumpPolicy, course: Course, pump: Pump) -> list[str]:
    if Vital.PUMP_RATE not in pump.newest or not course.rates:
        return []
    at, ml_per_h = pump.newest[Vital.PUMP_RATE]
    recorded = rate_at(course.rates, at)
    if not rate_differs(policy, ml_per_h, at, recorded, course.rates[-1].at):
        return []
    return [f"pump runs at {ml_per_h:g} mL/h, recorded {recorded:g} mL/h"]


def _concentration(policy: PumpPolicy, ordered: float, pump: Pump) -> list[str]:
    _, set_for = pump.newest.get(Vital.PUMP_CONCENTRATION, (None, ordered))
    if abs(set_for - ordered) <= ordered * policy.percent / 100:
        return []
    return [f"pump set for {set_for:g} mg/mL, ordered {ordered:g} mg/mL"]
