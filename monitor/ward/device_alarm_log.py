"""What the devices alarmed about in a session, told as alarms with a beginning and an end instead of single words.

Law: pairs only what the device itself pairs: source, device, condition code and alert source. An alarm whose end was
not said has none here; nothing is closed because time went by.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from monitor.store.queries.alarms import DeviceAlarmRecord

OVER = frozenset({"end", "inactive"})  # a phase, or a state, that says so
APART_S = 60.0  # of what is merely repeated: more time than this between two words is another alarm


@dataclass(frozen=True, slots=True)
class DeviceAlarmWord:
    """One change in what a device says of its alarm."""

    at: datetime
    received_at: datetime
    phase: str | None
    state: str | None
    audio: str | None
    priority: str | None
    text: str


@dataclass(slots=True)
class DeviceAlarmSpan:
    """One alarm of a device; `ended_at` None: its end was not said."""

    source: str
    device: str | None
    code: str
    source_channel: str | None
    text: str
    priority: str | None
    began_at: datetime
    last_said_at: datetime
    last_received_at: datetime
    ended_at: datetime | None = None
    repeated: bool = False  # said without a phase: it ends when the device stops repeating it
    words: list[DeviceAlarmWord] = field(default_factory=list)

    def take(self, record: DeviceAlarmRecord) -> None:
        """One more word of it; what says nothing new is only counted as said."""
        word = DeviceAlarmWord(
            record.device_at, record.received_at, record.phase, record.state, record.audio, record.priority, record.text
        )
        if not self.words or _said(word) != _said(self.words[-1]):
            self.words.append(word)
        self.last_said_at, self.last_received_at = record.device_at, record.received_at
        self.text, self.priority = record.text, record.priority or self.priority
        if _is_end(record):
            self.ended_at = record.device_at


def spans(records: Iterable[DeviceAlarmRecord]) -> list[DeviceAlarmSpan]:
    """The alarms in the order in which they began; `records` are in the order of the devices' times."""
    told: list[DeviceAlarmSpan] = []
    open_: dict[tuple[str, str | None, str, str | None], DeviceAlarmSpan] = {}
    for record in records:
        key = (record.source, record.device, record.code, record.source_channel)
        span = open_.get(key)
        if span is None or span.ended_at is not None or _is_another(span, record):
            span = open_[key] = DeviceAlarmSpan(
                *key, record.text, record.priority, record.device_at, record.device_at, record.received_at,
                repeated=record.phase is None,
            )  # fmt: skip
            told.append(span)
        span.take(record)
    return told


def _is_another(span: DeviceAlarmSpan, record: DeviceAlarmRecord) -> bool:
    """A second start without an end between is another word of the same alarm, unless it was merely repeated."""
    return record.phase is None and (record.device_at - span.last_said_at).total_seconds() > APART_S


def _is_end(record: DeviceAlarmRecord) -> bool:
    return bool(OVER & {record.phase, record.state})


def _said(word: DeviceAlarmWord) -> tuple[str | None, ...]:
    return word.phase, word.state, word.audio, word.priority, word.text
