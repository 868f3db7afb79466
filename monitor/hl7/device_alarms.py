"""The device's own alarms: ORU^R40 events, conditions inside a report of readings, Philips alert rows.

Law: stored and shown as the device's, never mixed with ours; a keep-alive is counted and never an alarm.
"""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceAlarm
from monitor.hl7.meaning import Meaning
from monitor.hl7.message import Message, Segment
from monitor.hl7.observations import field as field_of


@dataclass
class _Open:
    """One alarm while its rows are collected; `parts` holds source, phase, state, audio, priority and text."""

    measured_at: datetime
    code: str = ""
    number: int | None = None
    name: str = ""
    parts: dict[str, str] = field(default_factory=dict)


class AlarmRows:
    """Collects the alarm rows of one message; `is_event` says it is an R40, whose texts count without a condition."""

    def __init__(self, message: Message, codes: CodeTable, *, is_event: bool) -> None:
        self._message = message
        self._codes = codes
        self._alarm = codes.alarm
        self._is_event = is_event
        self._open: _Open | None = None
        self._alarms: list[DeviceAlarm] = []
        self.keep_alives = 0

    def take(self, segment: Segment, meaning: Meaning, measured_at: datetime) -> bool:
        """Whether the row belongs to an alarm (and is not to be looked at as an observation)."""
        if meaning.system == self._alarm.alert_system:
            self._alert(segment, meaning, measured_at)
            return True
        number = meaning.number or 0  # no code is 0
        part = self._alarm.parts.get(number)
        if part is not None:
            self._part(part, field_of(segment, 5), measured_at)
            return True
        if number in self._alarm.event or number in self._alarm.condition:
            value = field_of(segment, 5)
            self._begin(measured_at, self._message.part(value, 1), self._message.part(value, 2))
            return True
        if self._is_event and number // 65536 == self._alarm.event_partition:
            self._begin(measured_at, meaning.code, meaning.name)
            self._part("text", field_of(segment, 5), measured_at)
            return True
        return False

    def end_group(self) -> None:
        """The rows of one OBR are complete: an alarm of an R40 does not reach into the next."""
        if self._open is not None:
            self._close(self._open)
            self._open = None

    def finish(self) -> tuple[DeviceAlarm, ...]:
        """All alarms of the message, in order."""
        self.end_group()
        return tuple(self._alarms)

    def _begin(self, measured_at: datetime, code: str, name: str) -> None:
        if self._open is not None and self._open.code:
            self.end_group()
        if self._open is None:
            self._open = _Open(measured_at)
        self._open.code, self._open.name, self._open.measured_at = code, name, measured_at
        self._open.number = int(code) if code.isascii() and code.isdigit() and len(code) <= 9 else None

    def _part(self, part: str, value: str, measured_at: datetime) -> None:
        text = self._message.text(value).strip() if part == "text" else self._message.part(value)
        if self._open is None:
            self._open = _Open(measured_at)
        if text:
            self._open.parts.setdefault(part, text)

    def _close(self, alarm: _Open) -> None:
        parts = alarm.parts
        if self._is_keep_alive(alarm.number, parts.get("text", "")):
            self.keep_alives += 1
        elif alarm.code or alarm.name or (self._is_event and "text" in parts):
            self._alarms.append(
                DeviceAlarm(
                    code=alarm.code,
                    text=parts.get("text") or alarm.name or alarm.code,
                    phase=parts.get("phase"),
                    priority=self._priority(parts.get("priority")),
                    source_channel=parts.get("source"),
                    measured_at=alarm.measured_at,
                    state=parts.get("state"),
                    audio=parts.get("audio"),
                )
            )

    def _priority(self, sent: str | None) -> str | None:
        return None if sent is None else self._alarm.priorities.get(sent, sent)

    def _is_keep_alive(self, number: int | None, text: str) -> bool:
        return number in self._codes.keep_alive_codes or text.lower() in self._codes.keep_alive_texts

    def _alert(self, segment: Segment, meaning: Meaning, measured_at: datetime) -> None:
        text = self._message.text(field_of(segment, 5)).strip()
        if self._is_keep_alive(None, text):
            self.keep_alives += 1
            return
        self._alarms.append(
            DeviceAlarm(
                code=meaning.label,
                text=text or meaning.name,
                phase=None,
                priority=self._alarm.alert_priorities.get(meaning.code),
                source_channel=None,
                measured_at=measured_at,
            )
        )
