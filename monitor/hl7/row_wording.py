"""What became of each OBX row, and why, in one sentence.

Law: every OBX of a message has a sentence; what could be mended says how.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.hl7.codes import CodeTable
from monitor.hl7.device_alarms import AlarmRows
from monitor.hl7.device_message import DeviceMessage, MessageKind
from monitor.hl7.meaning import Meaning
from monitor.hl7.message import Message, Segment
from monitor.hl7.observations import Row, field, row_meaning
from monitor.hl7.reader import kind_of
from monitor.hl7.source import SourceSettings
from monitor.hl7.timing import Timing

Judged = Mapping[int, tuple[Row, str]]
_WHY = {
    "container": "a container row: it groups others and carries no value",
    "no_value": "not charted: it has no value (empty, null, or status X)",
    "sentinel": "not charted: this number is the device's way to say that it has no reading",
    "lead_off": "not charted: 0 means that the lead or probe is off",
    "not_a_number": "not charted: a value must be type NM and a plain decimal number",
    "conflict": "not charted: number, name or sub-id mean different things",
    "other_quantity": "not charted: a known quantity that is none of the vitals",
    "unknown_code": "not charted: the code is unknown; if it is a vital, add it to codes.toml",
    "withdrawn": "not charted: the device takes it back (OBX-11 D or W)",
    "other_source": "kept, not charted: another source of this vital goes before it",
    "implausible": "kept, not charted as a value: outside what is plausible, look at patient and sensor",
    "alarm": "an alarm of the device itself, shown apart from ours",
    "keep_alive": "part of a keep-alive: counted, never an alarm",
    "device": "describes the device or the pump; no observation",
    "text": "a text or setting, no observation of a vital",
    "not_read": "not read: messages of this type are only answered and counted",
}


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row; `segment` counts from 1 (the MSH), texts are decoded as sent."""

    segment: int
    code: str
    name: str
    value: str
    unit: str
    verdict: str
    words: str


def words_of_rows(
    message: Message,
    found: DeviceMessage,
    judged: Judged,
    codes: CodeTable,
    settings: SourceSettings,
    received_at: datetime,
) -> tuple[list[RowWords], str]:
    """A sentence for each OBX, and the field the time of the first charted row (else of the message) comes from."""
    timing, rows, time_field, group_field = Timing(message, settings, received_at, []), [], "", ""
    alarms = AlarmRows(message, codes, is_event=kind_of(message) is MessageKind.DEVICE_ALARM)
    for order, segment in enumerate(message.segments):
        if segment[0] == "OBR":
            timing.begin_group(segment)
            group_field = group_field or timing.field_of("", vendor_obr14=False)
        if segment[0] != "OBX":
            continue
        meaning = row_meaning(segment, message, codes)
        at_field = timing.field_of(field(segment, 14), vendor_obr14=meaning.system in codes.obr14_systems)
        verdict = judged[order][1] if order in judged else _unjudged(segment, meaning, alarms, found, received_at)
        if verdict == "charted":
            time_field = time_field or at_field
        rows.append(_row(order, segment, meaning, verdict, message, judged))
    return rows, time_field or group_field or ("MSH-7" if timing.sent_at is not None else "")


def _unjudged(
    segment: Segment, meaning: Meaning, alarms: AlarmRows, found: DeviceMessage, received_at: datetime
) -> str:
    """The verdict on a row that is no observation: of an alarm, of the device, or a text."""
    if found.kind not in (MessageKind.READINGS, MessageKind.DEVICE_ALARM, MessageKind.KEEP_ALIVE):
        return "not_read"
    if meaning.special and alarms.take(segment, meaning, received_at):
        return "alarm" if found.device_alarms else "keep_alive"
    return "device" if meaning.special else "text"


def _row(order: int, segment: Segment, meaning: Meaning, verdict: str, message: Message, judged: Judged) -> RowWords:
    value = message.text(field(segment, 5)).strip()
    unit = _shortest(message.text(part).strip() for part in field(segment, 6).split(message.delimiters.component))
    what = " ".join(text for text in (meaning.label, value, unit) if text) or "a row without a code"
    return RowWords(
        segment=order + 1,
        code=meaning.code,
        name=meaning.name,
        value=value,
        unit=unit,
        verdict=verdict,
        words=f"{what}: {_why(verdict, meaning, unit, judged.get(order))}",
    )


def _shortest(texts: Iterable[str]) -> str:
    """What a person would call the unit: the first spelling that is no number and no MDC name, else the first."""
    said = [text for text in texts if text]
    short = [text for text in said if not text.isdigit() and text not in ("MDC", "UCUM", "MDIL")]
    plain = [text for text in short if not text.startswith("MDC_")]
    return (plain or short or said or [""])[0]


def _why(verdict: str, meaning: Meaning, unit: str, row: tuple[Row, str] | None) -> str:
    vital = meaning.vital
    if verdict == "charted" and row is not None:
        doubt = "; the device itself doubts it (OBX-8)" if row[0].doubted else ""
        return f"charted as {vital} {row[0].value:g}" + doubt
    if verdict == "unknown_unit":
        said = f"unit {unit!r} is unknown for {vital}" if unit else f"{vital} has no unit"
        return f"not charted: {said}; add it to codes.toml if it is meant"
    if verdict == "conflict" and meaning.note:
        return meaning.note
    if verdict == "other_quantity" and meaning.special:
        return "not charted: no vital, but read as what the pump says of itself"
    return _WHY[verdict]
