"""An alarm as people are shown it. Law: what ended unseen stays as a message until somebody has seen it."""

from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.alarms.table import STANDING, AlarmKind, AlarmPriority, AlarmStage, Reach
from monitor.clinical.vitals import Vital


@dataclass(frozen=True, slots=True)
class Seen:
    """Who acknowledged an alarm, when, and the value they saw."""

    by: str
    at: datetime
    saw: str


@dataclass(slots=True)
class ShownAlarm:
    """An alarm as people are shown it; `ended` ones stay as a message until seen."""

    id: str
    rule_id: str
    kind: AlarmKind
    vital: Vital | None
    priority: AlarmPriority
    stage: AlarmStage
    words: str
    value: float | None
    limit: float | None
    raised_at: datetime
    cleared_at: datetime | None = None
    seen: Seen | None = None
    recorded: bool = True
    group: str = ""
    silenced: bool = False
    reach: Reach = Reach.STATION

    @property
    def stage_is_standing(self) -> bool:
        """Whether there is a state to acknowledge; else only a message to be seen."""
        return self.stage in STANDING

    @property
    def ended(self) -> bool:
        """Whether the condition is over and nothing sounds any more."""
        return self.cleared_at is not None and self.stage is not AlarmStage.LATCHED
