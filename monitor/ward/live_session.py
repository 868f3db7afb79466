"""A session that is not over: whose, how far, and which alarms stand.

Law: an alarm is shown until its condition is over and a person has seen it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from monitor.clinical.alarms.own_limits import OwnLimits, in_force
from monitor.clinical.alarms.table import AlarmEvent, AlarmEventName, AlarmKind, AlarmStage, AlarmState, Reach
from monitor.clinical.dosing.allergies import NOT_ASKED, Allergies
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.preparation.gate_findings import GateFinding
from monitor.clinical.repeats import Pressure
from monitor.clinical.session import LIVE_STATES
from monitor.clinical.staff import StaffLook
from monitor.clinical.vitals import Quality, Reading
from monitor.store.queries.assignments import Assignment
from monitor.ward.course import Course
from monitor.ward.pump import SAID, Pump, compare
from monitor.ward.scores import Scores
from monitor.ward.shown import Seen, ShownAlarm


@dataclass(frozen=True, slots=True)
class PatientLabel:
    """As much of a patient as a live page may show, and the identifier a message must match."""

    id: int
    hospital_id: str
    initials: str
    id_digits: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many discharge criteria are met, and when all are expected to be (ISO 8601; None: cannot be told)."""

    met: int
    of: int
    ready_at: str | None


@dataclass(frozen=True, slots=True)
class GateLook:
    """What the record said about a start when it was last looked at: readings, the chair's nurse, the series."""

    findings: tuple[GateFinding, ...]
    etco2_measured: bool
    staff: StaffLook
    reassess: tuple[str, ...] = ()  # why a physician looks at the series again first
    consultation: bool | None = None  # whether the series' consultation accepts; None for a session of no series


@dataclass(slots=True)
class LiveSession:
    """A session that is not over."""

    id: int
    patient: PatientLabel
    chair_id: int
    policy: ClinicPolicy
    course: Course
    scheduled_for: datetime
    simulated: bool
    states: dict[str, AlarmState] = field(default_factory=dict)
    alarms: dict[str, ShownAlarm] = field(default_factory=dict)
    scores: Scores = field(default_factory=Scores)
    watching_since_mono_s: float = 0.0
    outlook: Outlook | None = None
    gate: GateLook | None = None
    pump: Pump = field(default_factory=Pump)
    pressure: Pressure | None = None
    assignments: list[Assignment] = field(default_factory=list)  # of its chair, made while it sat there
    allergies: Allergies = NOT_ASKED
    _judged_by: tuple[OwnLimits, ClinicPolicy] | None = None

    @property
    def judged_by(self) -> ClinicPolicy:
        """The rules in force: the session's policy with the limits people set for this patient."""
        own = self.course.own_limits
        if self._judged_by is None or self._judged_by[0] is not own:
            self._judged_by = (own, in_force(self.policy, own))
        return self._judged_by[1]

    @property
    def is_watched(self) -> bool:
        """Whether its vitals are judged."""
        return self.course.state in LIVE_STATES and self.course.monitoring_ended_at is None

    def hear_pump(self, readings: Iterable[Reading], charted_at: datetime | None) -> None:
        """Fold in what the pump says; `charted_at` as for the chair, None for the device's own time."""
        for one in readings:
            if one.vital in SAID and one.quality is Quality.ACCEPTED:
                self.pump.heard(one.vital, one.value, charted_at or one.measured_at, self.course.started_at)

    def dose_differs(self, now: datetime) -> bool:
        """Whether the pump's word differs from the record by more than the policy allows."""
        found = compare(self.policy.dosing.pump, self.course, self.pump, now)
        return found is not None and bool(found.differing)

    def shown(self) -> list[ShownAlarm]:
        """Standing alarms, worst first, the patient before the equipment, then newest first."""
        standing = [alarm for alarm in self.alarms.values() if not alarm.ended]
        return sorted(standing, key=lambda alarm: (_urgency(alarm), alarm.raised_at), reverse=True)

    def messages(self) -> list[ShownAlarm]:
        """Alarms that ended before anybody acknowledged them, newest first."""
        ended = [alarm for alarm in self.alarms.values() if alarm.ended and alarm.seen is None]
        return sorted(ended, key=lambda alarm: alarm.raised_at, reverse=True)

    def show(self, event: AlarmEvent, *, recorded: bool) -> ShownAlarm | None:
        """Bring the shown alarm up to what happened; None when it needs not be shown any more."""
        alarm = self.alarms.get(event.alarm_id)
        if alarm is None:
            if event.event is AlarmEventName.ENDED:
                return None
            alarm = ShownAlarm(
                event.alarm_id, event.rule_id, event.kind, event.vital, event.priority, event.stage,
                event.words, event.value, event.limit, event.at,
            )  # fmt: skip
            self.alarms[event.alarm_id] = alarm
        alarm.stage, alarm.priority, alarm.recorded = event.stage, event.priority, recorded
        if event.stage is AlarmStage.ACTIVE:
            # Whoever acknowledged it saw less, whether or not this one is heard; and it is not over.
            alarm.seen = alarm.cleared_at = None
        # Whom it has reached and whether its sound is paused is the state's to say: it is kept before it is shown.
        state = self.states.get(event.rule_id)
        mine = state is not None and state.alarm_id == event.alarm_id
        alarm.silenced = mine and state is not None and state.silenced
        alarm.reach = state.reach if mine and state is not None else Reach.STATION
        if event.event in _RETELLS:
            alarm.words, alarm.value, alarm.limit, alarm.cleared_at = event.words, event.value, event.limit, None
        if event.event in (AlarmEventName.LATCHED, AlarmEventName.ENDED):
            alarm.cleared_at = event.at
        if alarm.ended and (alarm.seen is not None or alarm.kind is AlarmKind.TECHNICAL):
            del self.alarms[alarm.id]
        return alarm

    def mark_seen(self, alarm_id: str, seen: Seen) -> None:
        """A person has seen an alarm; one that is over needs not be shown any more."""
        alarm = self.alarms.get(alarm_id)
        if alarm is not None and not alarm.stage_is_standing:
            del self.alarms[alarm_id]
        elif alarm is not None and alarm.stage is AlarmStage.ACKNOWLEDGED:
            alarm.seen = seen


_RETELLS = frozenset(
    {AlarmEventName.RAISED, AlarmEventName.ESCALATED, AlarmEventName.DEESCALATED, AlarmEventName.RETURNED}
)
_STAGE_URGENCY = {AlarmStage.ACTIVE: 2, AlarmStage.LATCHED: 1, AlarmStage.ACKNOWLEDGED: 0}


def _urgency(alarm: ShownAlarm) -> tuple[int, int, bool]:
    """Of two alike the patient goes before the equipment."""
    return (alarm.priority.rank, _STAGE_URGENCY.get(alarm.stage, 0), alarm.kind is AlarmKind.PHYSIOLOGICAL)
