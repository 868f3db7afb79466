"""What the receiver would make of some bytes, for people and acceptance checks.

Law: never raises, whatever the bytes; the same reading code as the live path, nothing of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.clinical.vitals import Quality, Reading
from monitor.hl7 import ack, batch
from monitor.hl7.ack import Outcome
from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceAlarm, DeviceMessage, MessageKind
from monitor.hl7.message import MalformedMessage, Message, parse, read_header
from monitor.hl7.mllp import VT, Frame, FrameBuffer
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings

Line = dict[str, object]
_FRAME_LIMIT_BYTES = 1024 * 1024
_NO_ALARM_NOTES = {MessageKind.KEEP_ALIVE: "keep-alive: counted", MessageKind.CLOCK: "clock message: counted"}


@dataclass(frozen=True, slots=True)
class _With:
    codes: CodeTable
    settings: SourceSettings
    received_at: datetime
    sources: Mapping[str, SourceSettings]

    def of(self, message: Message) -> SourceSettings:
        """The settings of who sent it, by MSH-3.1."""
        return self.sources.get(message.part(message.field("MSH", 3)), self.settings)


_NO_SOURCES: Mapping[str, SourceSettings] = {}


@dataclass(frozen=True, slots=True)
class Lost:
    """A frame that gives no message: never ended (not answered), over the size limit (answered, then closed), empty."""

    raw: bytes
    reason: str
    answered: bool


def explain(
    raw: bytes,
    codes: CodeTable,
    settings: SourceSettings,
    received_at: datetime,
    sources: Mapping[str, SourceSettings] = _NO_SOURCES,
) -> list[Line]:
    """One line a message or refused fragment of a message, a batch or an MLLP capture; at least one.

    `sources` holds the settings of single sources, `settings` those of all others.
    """
    context = _With(codes, settings, received_at, sources)
    lines = [_lost(item, context) if isinstance(item, Lost) else _message(item, context) for item in payloads(raw)]
    return lines or [_refused(None, None, "there is no message in it")]


def payloads(raw: bytes) -> Iterator[bytes | Lost]:
    """The messages and the refused fragments of a file, a batch or an MLLP capture, in order."""
    if VT not in raw:
        yield from batch.split(raw)
        return
    frames = FrameBuffer(_FRAME_LIMIT_BYTES)
    for item in [*frames.feed(raw), *frames.finish()]:
        if isinstance(item, Frame):
            parts = batch.split(item.raw)
            yield from parts
            if not parts:
                yield Lost(b"", "the frame holds no message", answered=True)
        elif item.kind == "unfinished":
            yield Lost(item.raw, "the frame never ended", answered=False)
        elif item.kind != "junk":
            yield Lost(item.raw, "the frame is over the size limit", answered=True)


def _message(raw: bytes, context: _With) -> Line:
    try:
        message = parse(raw)
        settings = context.of(message)
        found = read(message, context.codes, settings, context.received_at)
    except MalformedMessage as refusal:
        return _refusal(refusal, context)
    return _line(found, ack.code(message, Outcome.ACCEPT, settings.ack_form))


def _lost(lost: Lost, context: _With) -> Line:
    header = read_header(lost.raw)
    if header is None or not lost.answered:
        return _refused(header.control_id if header else None, None, lost.reason, header.type if header else None)
    return _refusal(MalformedMessage(lost.reason, header), context)


def _refusal(refusal: MalformedMessage, context: _With) -> Line:
    header = refusal.header
    if header is None:
        return _refused(None, None, refusal.reason)
    outcome = Outcome.REJECT if refusal.answer == "reject" else Outcome.ERROR
    answer = ack.code(header, outcome, context.of(header).ack_form)
    return _refused(header.control_id or None, answer, refusal.reason, header.type or None)


def _refused(control_id: str | None, answer: str | None, reason: str, kind: str | None = None) -> Line:
    return {
        "control_id": control_id,
        "ack": answer,
        "type": kind,
        "patient_id": None,
        "bed": None,
        "measured_at": None,
        "readings": [],
        "not_charted": [],
        "device_alarms": [],
        "notes": [f"refused: {reason}"],
    }


def _line(found: DeviceMessage, answer: str) -> Line:
    notes = [*found.notes, *(_alarm_note(alarm) for alarm in found.device_alarms)]
    if found.kind in _NO_ALARM_NOTES:
        notes.append(_NO_ALARM_NOTES[found.kind])
    elif found.kind is MessageKind.OTHER:
        notes.append("message type is not read: answered and counted")
    if found.patient_id is not None and not found.patient_known:
        notes.append(f"{found.patient_id!r} is a placeholder, not a patient identifier")
    return {
        "control_id": found.control_id or None,
        "ack": answer,
        "type": found.type or None,
        "patient_id": found.patient_id,
        "bed": found.bed,
        "measured_at": _time(found.measured_at),
        "readings": [_reading(reading) for reading in found.readings if reading.quality is not Quality.IMPLAUSIBLE],
        "not_charted": [{"code": row.code, "reason": row.reason, "sub_id": row.sub_id} for row in found.not_charted],
        "device_alarms": [{"text": alarm.text, "phase": alarm.phase} for alarm in found.device_alarms],
        "notes": notes,
    }


def _reading(reading: Reading) -> Mapping[str, object]:
    whole = reading.value.is_integer()
    return {
        "vital": str(reading.vital),
        "value": int(reading.value) if whole else reading.value,
        "unit": reading.unit,
        "measured_at": _time(reading.measured_at) if reading.timed else None,
        "sub_id": reading.sub_id,
    }


def _alarm_note(alarm: DeviceAlarm) -> str:
    parts = (
        ("priority", alarm.priority),
        ("source", alarm.source_channel),
        ("state", alarm.state),
        ("audio", alarm.audio),
    )
    said = ", ".join(f"{name} {value}" for name, value in parts if value)
    return f"device alarm {alarm.code}: {said}".rstrip(": ")


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
