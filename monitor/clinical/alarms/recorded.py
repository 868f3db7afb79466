"""An alarm as it was recorded, read afterwards. Law: what happened to it is told by its events alone, oldest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from monitor.clinical.alarms.table import AlarmEventName, AlarmStage

BECAME = frozenset({AlarmEventName.RAISED, AlarmEventName.ESCALATED, AlarmEventName.RETURNED})  # there (again)
_OVER = frozenset({AlarmEventName.LATCHED, AlarmEventName.ENDED})


class RecordedEvent(Protocol):
    """One thing that happened to it; `event`, `state` and `priority` by the words that are stored."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def event(self) -> str:
        """An AlarmEventName."""

    @property
    def state(self) -> str:
        """The AlarmStage it was left in."""

    @property
    def priority(self) -> str:
        """An AlarmPriority."""

    @property
    def value(self) -> float | None:
        """The value, in the vital's canonical unit."""

    @property
    def words(self) -> str:
        """What was shown."""


class RecordedAcknowledgement(Protocol):
    """Who acknowledged it, and at which priority they saw it."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def by(self) -> str:
        """The name shown."""

    @property
    def priority_seen(self) -> str:
        """An AlarmPriority."""


class RecordedAlarm(Protocol):
    """One alarm of one session."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def rule_id(self) -> str:
        """The rule that raised it."""

    @property
    def kind(self) -> str:
        """An AlarmKind."""

    @property
    def vital(self) -> str | None:
        """The vital it is about."""

    @property
    def raised_at(self) -> datetime:
        """When it was first told."""

    @property
    def events(self) -> Sequence[RecordedEvent]:
        """What happened to it, oldest first."""

    @property
    def acknowledgements(self) -> Sequence[RecordedAcknowledgement]:
        """Who acknowledged it, oldest first."""


def over_at(alarm: RecordedAlarm) -> datetime | None:
    """Since when the alarm's condition is over; None while it is there. One that came back counts from its last end."""
    if not alarm.events or alarm.events[-1].state not in (AlarmStage.NORMAL, AlarmStage.LATCHED):
        return None
    ended: datetime | None = None
    for event in alarm.events:
        if event.event in BECAME:
            ended = None
        elif event.event in _OVER and ended is None:
            ended = event.at
    return ended
