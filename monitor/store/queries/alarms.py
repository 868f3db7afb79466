"""Alarms with everything that happened to them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, or_, select

from monitor.store import schema
from monitor.store.queries.fetch import many

_a, _e, _k, _d = schema.alarms, schema.alarm_events, schema.acknowledgements, schema.device_alarms


@dataclass(frozen=True, slots=True)
class AlarmEventRecord:
    """One change of an alarm."""

    id: int
    alarm_id: str
    at: datetime
    event: str
    state: str
    priority: str
    value: float | None
    limit: float | None
    words: str
    cause: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class AcknowledgementRecord:
    """Who acknowledged an alarm, by the name shown, and what they saw; `person_id` is None for a program."""

    alarm_id: str
    at: datetime
    person_id: int | None
    by: str
    priority_seen: str
    value_seen: float | None


OfAlarm = TypeVar("OfAlarm", AlarmEventRecord, AcknowledgementRecord)


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """An alarm, its events and acknowledgements, oldest first."""

    id: str
    session_id: int
    chair_id: int
    rule_id: str
    kind: str
    vital: str | None
    raised_at: datetime
    events: tuple[AlarmEventRecord, ...]
    acknowledgements: tuple[AcknowledgementRecord, ...]

    @property
    def latest(self) -> AlarmEventRecord | None:
        """The newest event; None when none was stored."""
        return self.events[-1] if self.events else None

    @property
    def state(self) -> str:
        """The state the newest event left it in; `normal` when none was stored."""
        return self.events[-1].state if self.events else "normal"

    @property
    def open(self) -> bool:
        """Whether it still stands (the clinical state is anything but normal)."""
        return self.state != "normal"

    @property
    def unseen(self) -> bool:
        """Whether it has ended without anybody having acknowledged it."""
        return not self.open and not self.acknowledgements


@dataclass(frozen=True, slots=True)
class DeviceAlarmRecord:
    """An alarm of the bedside monitor or pump itself."""

    id: int
    chair_id: int | None
    session_id: int | None
    source: str
    code: str
    text: str
    phase: str | None
    priority: str | None
    device_at: datetime
    received_at: datetime
    device: str | None = None
    source_channel: str | None = None
    state: str | None = None
    audio: str | None = None


_ALARM = (_a.c.id, _a.c.session_id, _a.c.chair_id, _a.c.rule_id, _a.c.kind, _a.c.vital, _a.c.raised_at)
_EVENT = (
    *(_e.c.id, _e.c.alarm_id, _e.c.at, _e.c.event, _e.c.state, _e.c.priority, _e.c.value, _e.c.limit_value),
    *(_e.c.words, _e.c.cause, _e.c.person_id),
)
_ACKNOWLEDGEMENT = (_k.c.alarm_id, _k.c.at, _k.c.person_id, _k.c.by)
_SEEN = (_k.c.priority_seen, _k.c.value_seen)
_DEVICE = (
    *(_d.c.id, _d.c.chair_id, _d.c.session_id, _d.c.source, _d.c.code, _d.c.text, _d.c.phase, _d.c.priority),
    *(_d.c.device_at, _d.c.received_at, _d.c.device, _d.c.source_channel, _d.c.state, _d.c.audio),
)


def alarms(connection: Connection, session_id: int) -> list[AlarmRecord]:
    """Every alarm of a session with its events and acknowledgements, by when it was raised."""
    of_session = select(_a.c.id).where(_a.c.session_id == session_id)
    events = select(*_EVENT).where(_e.c.alarm_id.in_(of_session)).order_by(_e.c.id)
    acknowledged = select(*_ACKNOWLEDGEMENT, *_SEEN).where(_k.c.alarm_id.in_(of_session)).order_by(_k.c.id)
    events_of = _by_alarm(many(connection, events, AlarmEventRecord))
    acknowledged_of = _by_alarm(many(connection, acknowledged, AcknowledgementRecord))

    def whole(alarm_id: str, *rest: object) -> AlarmRecord:
        made: Callable[..., AlarmRecord] = AlarmRecord
        return made(alarm_id, *rest, tuple(events_of.get(alarm_id, ())), tuple(acknowledged_of.get(alarm_id, ())))

    heads = select(*_ALARM).where(_a.c.session_id == session_id).order_by(_a.c.raised_at, _a.c.id)
    return many(connection, heads, whole)


def standing_alarms(connection: Connection, session_id: int) -> list[AlarmRecord]:
    """The alarms of a session that are open, and those that ended unseen."""
    return [alarm for alarm in alarms(connection, session_id) if alarm.open or alarm.unseen]


def device_alarms(connection: Connection, session_id: int) -> list[DeviceAlarmRecord]:
    """What the devices themselves alarmed about in a session, by device time."""
    query = select(*_DEVICE).where(_d.c.session_id == session_id).order_by(_d.c.device_at, _d.c.id)
    return many(connection, query, DeviceAlarmRecord)


def device_alarms_as_they_came(
    connection: Connection, session_id: int, repeated_since: datetime
) -> list[DeviceAlarmRecord]:
    """In the order in which they were received: all that were said to start, go on or end, and what was merely repeated
    since a time.
    """
    wanted = (_d.c.session_id == session_id, or_(_d.c.phase.is_not(None), _d.c.received_at >= repeated_since))
    return many(connection, select(*_DEVICE).where(*wanted).order_by(_d.c.received_at, _d.c.id), DeviceAlarmRecord)


def _by_alarm(rows: Iterable[OfAlarm]) -> dict[str, list[OfAlarm]]:
    grouped: dict[str, list[OfAlarm]] = {}
    for row in rows:
        grouped.setdefault(row.alarm_id, []).append(row)
    return grouped
