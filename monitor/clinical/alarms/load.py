"""What a set of limits asks of people: how often it rings, how soon, and how long values are beyond the limits.

Law: counts what was told, judges nothing itself. A value counts until the next one of its vital, and no longer than it
may be taken for the present one; time without a value counts nowhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.clinical.alarms.judging import fresh_for_s
from monitor.clinical.alarms.limits import Direction, level_of
from monitor.clinical.alarms.recorded import BECAME
from monitor.clinical.alarms.table import AlarmEventName, AlarmPriority
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched

RINGS = BECAME


@dataclass(frozen=True, slots=True)
class AlarmStep:
    """One thing that happened to one alarm; `alarm` numbers the alarms of a session in the order they were raised."""

    alarm: int
    rule_id: str
    kind: str
    at: datetime
    event: AlarmEventName
    priority: AlarmPriority
    value: float | None
    limit: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Load:
    """How often a session rang: by rule and priority, and by priority an hour of watching."""

    rings: Mapping[tuple[str, AlarmPriority], int]
    per_hour: Mapping[AlarmPriority, float]
    first_after_s: float | None  # from the beginning of watching to the first that rang; None: none did


def load_of(steps: Iterable[AlarmStep], began_at: datetime, watched_s: float) -> Load:
    """The alarm load of one session watched from `began_at` for so long; a load an hour needs some watching."""
    ringing = [step for step in steps if step.event in RINGS]
    rings = Counter((step.rule_id, step.priority) for step in ringing)
    hours = watched_s / 3600
    per_hour = {
        priority: sum(count for (_, one), count in rings.items() if one is priority) / hours if hours > 0 else 0.0
        for priority in AlarmPriority
    }
    first_at = min((step.at for step in ringing), default=None)
    return Load(rings, per_hour, None if first_at is None else (first_at - began_at).total_seconds())


@dataclass(slots=True)
class OutOfRange:
    """Seconds each vital was beyond its mildest limit in force, above or below."""

    seconds: dict[tuple[Vital, Direction], float] = field(default_factory=dict)
    _since: dict[Vital, tuple[float, float, frozenset[Direction]]] = field(default_factory=dict)

    def heard(self, policy: ClinicPolicy, context: Watched, vital: Vital, value: float, mono_s: float) -> None:
        """An accepted value came."""
        self._end(vital, mono_s)
        beyond = frozenset(
            rule.direction
            for rule in policy.rules_by_vital.get(vital, ())
            if context.phase in rule.phases and level_of(rule, value, context) is not None
        )
        self._since[vital] = (mono_s, fresh_for_s(policy, context, vital), beyond)

    def close(self, mono_s: float) -> None:
        """The watching is over."""
        for vital in list(self._since):
            self._end(vital, mono_s)

    def _end(self, vital: Vital, mono_s: float) -> None:
        since_s, fresh_s, beyond = self._since.pop(vital, (mono_s, 0.0, frozenset[Direction]()))
        for direction in beyond:
            stood_s = max(0.0, min(mono_s - since_s, fresh_s))
            self.seconds[(vital, direction)] = self.seconds.get((vital, direction), 0.0) + stood_s
