"""One bed under one policy, judged as the recorder judges it, with a nurse who acknowledges.

Law: nothing here decides about an alarm: it asks the product's pure functions and counts what they tell.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from monitor.clinical.alarms.judging import acknowledge, judge_device_apnoea, judge_readings, judge_time
from monitor.clinical.alarms.table import AlarmEvent, AlarmEventName, AlarmStage, AlarmState, Judgement
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.quality import SignalMemory, assess
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import CONTINUOUS, Quality, Reading, Vital, is_plausible
from monitor.clinical.watched import Baseline, FeedPicture, MissingValue, VitalFeed, Watched
from tests.clinical.bedside import Seen

START = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
ACKNOWLEDGED_AFTER_S = 30.0
HEARD = frozenset({AlarmEventName.RAISED, AlarmEventName.ESCALATED, AlarmEventName.RETURNED})
Signal = tuple[str, str, str]  # rule, kind, priority


@dataclass
class Bed:
    """States, and what was heard when."""

    policy: ClinicPolicy
    interval_s: float = 1.0
    assessing: bool = True
    context: Watched = field(default_factory=lambda: Watched(SessionState.PREPARING))
    states: dict[str, AlarmState] = field(default_factory=dict)
    heard: list[tuple[float, AlarmEvent]] = field(default_factory=list)
    _memory: SignalMemory = field(default_factory=SignalMemory)
    _seen: dict[Vital, VitalFeed] = field(default_factory=dict)
    _ids: "count[int]" = field(default_factory=count)
    _last_s: float | None = None

    def enter(self, phase: SessionState, baseline: Mapping[Vital, float] | None = None) -> None:
        """The session moves on."""
        known = self.context.baseline if baseline is None else Baseline(baseline)
        self.context = replace(self.context, phase=phase, baseline=known)

    def see(self, t_s: float, shown: Mapping[str, float | None]) -> None:
        """One message at second `t_s`, then a tick."""
        at = START + timedelta(seconds=t_s)
        values = self._judged(shown, at)
        if values:
            self._last_s = t_s
        for one in values:
            if isinstance(one, Reading) and one.vital in CONTINUOUS:
                self._note(one.vital, one.quality, t_s)
        self.context = replace(self.context, interval_s=dict.fromkeys(self._seen, self.interval_s))
        self._keep(t_s, judge_readings(self.states, self.policy, self.context, values, at, t_s, self._id))
        self.tick(t_s)

    def tick(self, t_s: float) -> None:
        """Time passes, and the nurse looks."""
        feed = FeedPicture(
            watching_since_mono_s=0.0,
            last_mono_s=self._last_s,
            interval_s=self.interval_s,
            vitals=self._seen,
        )
        at = START + timedelta(seconds=t_s)
        self._keep(t_s, judge_time(self.states, self.policy, self.context, feed, at, t_s, self._id))
        for state in list(self.states.values()):
            waits = state.stage in (AlarmStage.ACTIVE, AlarmStage.LATCHED)
            if waits and state.raised_at and (at - state.raised_at).total_seconds() >= ACKNOWLEDGED_AFTER_S:
                seen = acknowledge(self.states, state.rule_id, state.alarm_id, state.priority, state.value, at)
                self._keep(t_s, seen)

    def device_apnoea(self, t_s: float, *, active: bool) -> None:
        """The monitor's own apnoea alarm begins or ends."""
        at = START + timedelta(seconds=t_s)
        judged = judge_device_apnoea(self.states, self.policy, self.context, active, at, t_s, self._id)
        self._keep(t_s, judged)

    def load(self) -> "Counter[Signal]":
        """What was heard, by rule, kind and priority."""
        return Counter((event.rule_id, str(event.kind), str(event.priority)) for _, event in self.heard)

    def _keep(self, t_s: float, judgement: Judgement) -> None:
        for rule_id, state in judgement.changed.items():
            if state.stage is AlarmStage.NORMAL:
                self.states.pop(rule_id, None)
            else:
                self.states[rule_id] = state
        self.heard += [(t_s, event) for event in judgement.events if event.event in HEARD and event.signal]

    def _judged(self, shown: Mapping[str, float | None], at: datetime) -> list[Reading | MissingValue]:
        readings: Sequence[Reading] = [
            Reading(vital, value, at, quality=_quality(vital, value))
            for vital, value in ((Vital(word), value) for word, value in shown.items())
            if value is not None
        ]
        if self.assessing:
            readings, self._memory = assess(self.policy.quality, self._memory, readings)
        absent = [Vital(word) for word, value in shown.items() if value is None]
        return [*readings, *(MissingValue(vital, "no_value") for vital in absent)]

    def _note(self, vital: Vital, quality: Quality, t_s: float) -> None:
        known = self._seen.get(vital)
        since_s = None if known is None else known.questionable_since_mono_s
        doubtful = quality is Quality.QUESTIONABLE
        self._seen[vital] = Seen(t_s, self.interval_s, (since_s or t_s) if doubtful else None)

    def _id(self) -> str:
        return f"A{next(self._ids)}"


def _quality(vital: Vital, value: float) -> Quality:
    return Quality.ACCEPTED if is_plausible(vital, value) else Quality.IMPLAUSIBLE
