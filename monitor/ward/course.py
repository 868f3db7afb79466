"""What a session's events add up to: weight, order, checks, baseline, infusion, pauses.

Law: a fold and nothing else; the same events give the same course at the bedside and after a restart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.clinical.alarms.own_limits import OwnLimits, read_wanted, with_change
from monitor.clinical.dosing.dose import Bolus, RateStep
from monitor.clinical.dosing.medication import Given
from monitor.clinical.dosing.orders import Ordered, OrderFigures, OrderForm, order_figures
from monitor.clinical.marked_values import MarkedValues
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.preparation.entries import Mark, Said
from monitor.clinical.preparation.start_gate import StartFacts
from monitor.clinical.session import SessionEvent, SessionState
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Baseline
from monitor.ward.entries import MOVES_THE_RATE, CourseEvent, number, standing
from monitor.ward.said import (
    Artefact,
    artefact,
    given,
    marked_values,
    preparation_said,
    review_said,
    screening_said,
    stop_overridden,
)

_SAME_RATE_ML_PER_H = 0.05  # a pump is set in tenths


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that ends by itself; the server's clock being set back ends it too."""

    from_at: datetime
    until_at: datetime

    def runs(self, now: datetime) -> bool:
        """Whether it is on."""
        return self.from_at <= now < self.until_at


@dataclass(frozen=True, slots=True)
class SeriesOrdered:
    """The order of the series that a session took over, and the physician who signed it."""

    paper_id: int
    by: str
    person_id: int


@dataclass(frozen=True, slots=True)
class InfusionOrder:
    """What the physician ordered; `mark` is who recorded it here, `of_series` where it was taken over from."""

    ordered: Ordered
    mark: Mark
    of_series: SeriesOrdered | None = None

    @property
    def concentration_mg_per_ml(self) -> float:
        """Of the bag, mg/mL."""
        return self.ordered.concentration_mg_per_ml


@dataclass(frozen=True, slots=True)
class Waste:
    """Drug that was thrown away before a witness."""

    at: datetime
    mg: float
    by: str
    witness: str


@dataclass(frozen=True, slots=True)
class PatientConfirmed:
    """Somebody compared patient and session although the hospital's word differs; `said` is that word's number."""

    said: int
    reason: str
    mark: Mark


@dataclass(slots=True)
class Course:
    """Where the session stands; the rate is 0 while held."""

    state: SessionState = SessionState.SCHEDULED
    version: int = 0
    state_since_at: datetime | None = None
    weight_kg: float | None = None
    order: InfusionOrder | None = None
    orders_before: list[InfusionOrder] = field(default_factory=list)  # replaced while the drug ran, oldest first
    consent: Mark | None = None
    second_check: Mark | None = None
    physician_clearance: Mark | None = None
    baseline: Baseline | None = None
    baseline_mark: Mark | None = None
    baseline_cuff_at: datetime | None = None
    said: Said = field(default_factory=Said)
    medications: list[Given] = field(default_factory=list)
    artefacts: dict[str, Artefact] = field(default_factory=dict)
    marked: list[MarkedValues] = field(default_factory=list)
    rates: list[RateStep] = field(default_factory=list)
    boluses: list[Bolus] = field(default_factory=list)
    wastes: list[Waste] = field(default_factory=list)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    held_reason: str | None = None
    monitoring_pause: Pause | None = None
    audio_pause: Pause | None = None
    monitoring_ended_at: datetime | None = None
    checked_in_at: datetime | None = None
    patient_confirmed: PatientConfirmed | None = None
    own_limits: OwnLimits = field(default_factory=dict)  # replaced by a change, never changed in place
    events: list[CourseEvent] = field(default_factory=list)

    @property
    def rate_ml_per_h(self) -> float:
        """The rate the pump was last said to run at."""
        return self.rates[-1].ml_per_h if self.rates else 0.0

    def figures(self) -> OrderFigures | None:
        """The order in the pump's words; None while order or weight is missing."""
        if self.order is None or self.weight_kg is None:
            return None
        return order_figures(self.order.ordered, self.weight_kg)

    def orders_followed(self) -> list[tuple[datetime, OrderFigures]]:
        """Every order of the infusion in the pump's words, with when it was given; the one that stands is the last."""
        if self.order is None or self.weight_kg is None:
            return []
        every = [*self.orders_before, self.order]
        return [(one.mark.at, order_figures(one.ordered, self.weight_kg)) for one in every]

    @property
    def awaits_rate(self) -> bool:
        """Whether drug runs at a rate that was set before the order was changed, and is not the ordered one."""
        figures = self.figures()
        if self.state is not SessionState.INFUSING or figures is None or self.order is None or not self.orders_before:
            return False
        differs = abs(self.rate_ml_per_h - figures.rate_ml_per_h) > _SAME_RATE_ML_PER_H
        return differs and self.rates[-1].at <= self.order.mark.at

    def rate_changes(self) -> list[datetime]:
        """When more or less drug began to run after the start: steps of the rate, and boluses."""
        return sorted([*(step.at for step in self.rates[1:]), *(bolus.at for bolus in self.boluses)])

    def start_facts(self, policy: ClinicPolicy, *, chair: bool) -> StartFacts:
        """What has been done towards the start; what the readings say is not among it."""
        until_at = None
        if self.baseline is not None and self.baseline_cuff_at is not None:
            until_at = self.baseline_cuff_at + timedelta(seconds=policy.baseline.nibp_window_s)
        return StartFacts(
            order=self.order is not None,
            weight=self.weight_kg is not None,
            consent=self.consent is not None,
            second_check=self.second_check is not None,
            physician_clearance=self.physician_clearance is not None,
            chair=chair,
            baseline_until_at=until_at,
            said=self.said,
        )

    def add(self, event: CourseEvent) -> None:
        """Fold one event in."""
        if event.to_state is not event.from_state or self.state_since_at is None:
            self.state_since_at = event.at
        self.state, self.version = event.to_state, event.version
        self.events.append(event)
        fold = _FOLDS.get(event.event)
        if fold is not None:
            fold(self, event)


def ordered_of(details: Mapping[str, object]) -> Ordered:
    """The order an event carries, as it was written; KeyError or TypeError when it carries none, or more than one."""
    written = [form for form in OrderForm if details.get(form.value) is not None]
    if len(written) != 1:
        names = ", ".join(form.value for form in OrderForm)
        raise KeyError(f"exactly one of {names} is needed")
    optional = {name: number(details, name) for name in ("bolus_mg_per_kg", "bag_ml") if details.get(name) is not None}
    return Ordered(
        form=written[0],
        amount=number(details, written[0].value),
        over_min=number(details, "over_min"),
        concentration_mg_per_ml=number(details, "concentration_mg_per_ml"),
        bolus_mg_per_kg=optional.get("bolus_mg_per_kg", 0.0),
        bag_ml=optional.get("bag_ml"),
    )


def _weight(course: Course, event: CourseEvent) -> None:
    weight_kg = number(event.details, "weight_kg")
    if weight_kg != course.weight_kg:
        # Another weight is another dose: what was checked and cleared was the old one.
        course.second_check = course.physician_clearance = None
    course.weight_kg = weight_kg


def _order(course: Course, event: CourseEvent) -> None:
    course.order = InfusionOrder(ordered_of(event.details), event.mark, _of_series(event.details))
    # A new order is a new drug setting: what was checked and cleared was the old one.
    course.second_check = course.physician_clearance = None


def _of_series(details: Mapping[str, object]) -> SeriesOrdered | None:
    by = details.get("ordered_by")
    if not isinstance(by, Mapping):
        return None
    return SeriesOrdered(int(number(details, "series_order")), str(by["name"]), int(number(by, "person_id")))


def _change_order(course: Course, event: CourseEvent) -> None:
    if course.order is not None:
        course.orders_before.append(course.order)
    course.order = InfusionOrder(ordered_of(event.details), event.mark)


def _consent(course: Course, event: CourseEvent) -> None:
    course.consent = event.mark


def _second_check(course: Course, event: CourseEvent) -> None:
    course.second_check = event.mark


def _clearance(course: Course, event: CourseEvent) -> None:
    course.physician_clearance = event.mark


def _baseline(course: Course, event: CourseEvent) -> None:
    values = event.details["values"]
    if not isinstance(values, Mapping):
        raise TypeError("a baseline without values")
    course.baseline = Baseline({Vital(vital): number(values, vital) for vital in values}, event.at)
    course.baseline_mark = event.mark
    cuff_at = event.details.get("cuff_at")
    course.baseline_cuff_at = datetime.fromisoformat(cuff_at) if isinstance(cuff_at, str) else event.at


def _screening(course: Course, event: CourseEvent) -> None:
    course.said, graver = screening_said(course.said, event.details, event.mark)
    if graver:
        course.physician_clearance = None  # it cleared what was known then


def _override(course: Course, event: CourseEvent) -> None:
    course.said = stop_overridden(course.said, event.details, event.reason or "", event.mark)


def _preparation(course: Course, event: CourseEvent) -> None:
    course.said, changed = preparation_said(course.said, event.details, event.mark)
    if "drug" in changed:
        course.second_check = None  # another drug was drawn up than the one that was checked
    if "pregnancy" in changed:
        course.physician_clearance = None


def _review(course: Course, event: CourseEvent) -> None:
    course.said = review_said(course.said, event.details, event.mark)


def _medication(course: Course, event: CourseEvent) -> None:
    course.medications.append(given(event.details, event.mark))


def _artefact(course: Course, event: CourseEvent) -> None:
    marked = artefact(event.details, event.reason or "", event.mark)
    course.artefacts[marked.alarm_id] = marked


def _mark_values(course: Course, event: CourseEvent) -> None:
    course.marked.append(marked_values(event.details, event.reason or "", event.mark))


def _correction(course: Course, event: CourseEvent) -> None:
    """The entry that is corrected may lie behind others: what is summed up from entries is summed up anew."""
    number(event.details, "corrects")
    entries = standing(course.events)
    course.medications = [given(one.details, one.mark) for one in entries if one.event is SessionEvent.GIVE_MEDICATION]
    course.boluses = [_bolus_of(one) for one in entries if one.event is SessionEvent.GIVE_BOLUS]
    course.rates = [_step_of(one) for one in entries if one.event in MOVES_THE_RATE]
    course.marked = [
        marked_values(one.details, one.reason or "", one.mark)
        for one in entries
        if one.event is SessionEvent.MARK_VALUES
    ]
    course.wastes = [_waste_of(one) for one in entries if one.event is SessionEvent.RECORD_WASTE]


def _step_of(event: CourseEvent) -> RateStep:
    stopped = event.event in (SessionEvent.HOLD, SessionEvent.END_INFUSION)
    return RateStep(event.at, 0.0 if stopped else number(event.details, "rate_ml_per_h"))


def _bolus_of(event: CourseEvent) -> Bolus:
    return Bolus(event.at, number(event.details, "dose_mg"))


def _rate(course: Course, event: CourseEvent) -> None:
    course.rates.append(_step_of(event))
    course.held_reason = None
    if event.event is SessionEvent.START:
        course.started_at = event.at


def _hold(course: Course, event: CourseEvent) -> None:
    course.rates.append(_step_of(event))
    course.held_reason = event.reason


def _end_infusion(course: Course, event: CourseEvent) -> None:
    course.rates.append(_step_of(event))
    course.held_reason = None
    course.ended_at = event.at


def _bolus(course: Course, event: CourseEvent) -> None:
    course.boluses.append(_bolus_of(event))


def _waste(course: Course, event: CourseEvent) -> None:
    course.wastes.append(_waste_of(event))


def _waste_of(event: CourseEvent) -> Waste:
    witness = event.details["second_person"]
    if not isinstance(witness, Mapping) or not witness.get("name"):
        raise TypeError("a waste without its witness")
    return Waste(event.at, number(event.details, "waste_mg"), event.by, str(witness["name"]))


def _pause_of(event: CourseEvent) -> Pause:
    # Pauses recorded before they said how long lasted ten minutes.
    pause_s = number(event.details, "pause_s") if "pause_s" in event.details else 600.0
    return Pause(event.at, event.at + timedelta(seconds=pause_s))


def _pause_monitoring(course: Course, event: CourseEvent) -> None:
    course.monitoring_pause = _pause_of(event)


def _resume_monitoring(course: Course, event: CourseEvent) -> None:
    course.monitoring_pause = None


def _pause_audio(course: Course, event: CourseEvent) -> None:
    course.audio_pause = _pause_of(event)


def _resume_audio(course: Course, event: CourseEvent) -> None:
    course.audio_pause = None


def _end_monitoring(course: Course, event: CourseEvent) -> None:
    course.monitoring_ended_at = event.at


def _check_in(course: Course, event: CourseEvent) -> None:
    course.checked_in_at = event.at


def _confirm_patient(course: Course, event: CourseEvent) -> None:
    course.patient_confirmed = PatientConfirmed(int(number(event.details, "said")), event.reason or "", event.mark)


def _change_limits(course: Course, event: CourseEvent) -> None:
    rule_id, wanted = read_wanted(event.details)
    course.own_limits = with_change(course.own_limits, rule_id, wanted, event.by, event.at, event.reason or "")


_FOLDS = {
    SessionEvent.CHECK_IN: _check_in,
    SessionEvent.CONFIRM_PATIENT: _confirm_patient,
    SessionEvent.CHANGE_LIMITS: _change_limits,
    SessionEvent.RECORD_WEIGHT: _weight,
    SessionEvent.RECORD_ORDER: _order,
    SessionEvent.ADOPT_ORDER: _order,
    SessionEvent.CHANGE_ORDER: _change_order,
    SessionEvent.CONFIRM_CONSENT: _consent,
    SessionEvent.SECOND_CHECK: _second_check,
    SessionEvent.PHYSICIAN_CLEARANCE: _clearance,
    SessionEvent.CAPTURE_BASELINE: _baseline,
    SessionEvent.RECORD_SCREENING: _screening,
    SessionEvent.OVERRIDE_STOP: _override,
    SessionEvent.RECORD_PREPARATION: _preparation,
    SessionEvent.ACKNOWLEDGE_GATE: _review,
    SessionEvent.GIVE_MEDICATION: _medication,
    SessionEvent.MARK_ARTEFACT: _artefact,
    SessionEvent.MARK_VALUES: _mark_values,
    SessionEvent.CORRECT_ENTRY: _correction,
    SessionEvent.START: _rate,
    SessionEvent.CHANGE_RATE: _rate,
    SessionEvent.RESUME: _rate,
    SessionEvent.HOLD: _hold,
    SessionEvent.END_INFUSION: _end_infusion,
    SessionEvent.GIVE_BOLUS: _bolus,
    SessionEvent.RECORD_WASTE: _waste,
    SessionEvent.PAUSE_MONITORING: _pause_monitoring,
    SessionEvent.RESUME_MONITORING: _resume_monitoring,
    SessionEvent.PAUSE_AUDIO: _pause_audio,
    SessionEvent.RESUME_AUDIO: _resume_audio,
    SessionEvent.END_MONITORING: _end_monitoring,
}
