"""Why each row of a message was charted or not, in sentences an interface engineer can act on.

Law: the same reading code as the live path, and a sentence for every OBX; never raises, whatever the bytes.

One explanation a message or refused fragment, as JSON (`hl7 explain --words` and the intake pages show the same):
    {"summary": str, "control_id": str|null, "type": str|null, "answer": "AA"…|null, "answer_words": str,
     "whose": {"source", "device", "bed", "patient_id": str|null, "words": str},
     "time": {"measured_at": ISO|null, "field": "OBX-14"|"OBR-7"|"OBR-14"|"MSH-7"|"", "words": str},
     "rows": [{"segment": int (1 is MSH), "code", "name", "value", "unit", "verdict", "words"}],
     "device_alarms": [str], "pump": [str], "equipment": [str], "admission": [str], "notes": [str]}
A verdict is charted, alarm, keep_alive, device, text, or a reason of `not_charted` (and lead_off).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from monitor.hl7 import ack
from monitor.hl7.ack import Outcome
from monitor.hl7.admission_wording import effect_words
from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceMessage, MessageKind
from monitor.hl7.explain import Lost, payloads
from monitor.hl7.message import MalformedMessage, Message, parse, read_header
from monitor.hl7.observations import field
from monitor.hl7.reader import read_rows
from monitor.hl7.row_wording import RowWords, words_of_rows
from monitor.hl7.source import EVERY_OTHER, SourceSettings

Explanation = dict[str, object]
IsBound = Callable[[DeviceMessage], bool]
_KINDS = {
    MessageKind.KEEP_ALIVE: "a keep-alive: answered and counted, nothing is charted",
    MessageKind.CLOCK: "a clock message: answered and counted, nothing is charted",
    MessageKind.OTHER: "a type of message that is not read: answered and counted, nothing is charted",
    MessageKind.ADMISSION: "the hospital says who a patient is and where they lie; nothing is charted",
}


@dataclass(frozen=True, slots=True)
class _With:
    codes: CodeTable
    sources: Mapping[str, SourceSettings]
    received_at: datetime
    is_bound: IsBound | None


def explanations(
    raw: bytes,
    codes: CodeTable,
    sources: Mapping[str, SourceSettings],
    received_at: datetime,
    is_bound: IsBound | None = None,
) -> list[Explanation]:
    """At least one, for a message, a batch, a capture or anything else; `is_bound` None: not known whether bound."""
    context = _With(codes, sources, received_at, is_bound)
    found = [_one(item, context) for item in payloads(raw)]
    return found or [_refused(MalformedMessage("there is no message in it"), None, answered=False)]


def as_text(explanation: Explanation) -> str:
    """The same for a terminal: a summary, then indented lines."""
    lines = [str(explanation["summary"])]
    for part in ("whose", "time"):
        told = explanation[part]
        if isinstance(told, dict) and told["words"]:
            lines.append(f"  {told['words']}")
    lines.append(f"  {explanation['answer_words']}")
    rows = explanation["rows"]
    lines += [f"  segment {row['segment']}: {row['words']}" for row in rows] if isinstance(rows, list) else []
    for part in ("device_alarms", "pump", "equipment", "admission", "notes"):
        told = explanation[part]
        lines += [f"  {part.replace('_', ' ')}: {words}" for words in told] if isinstance(told, list) else []
    return "\n".join(lines)


def _one(item: bytes | Lost, context: _With) -> Explanation:
    if isinstance(item, Lost):
        header = read_header(item.raw)
        return _refused(MalformedMessage(item.reason, header), context, answered=item.answered)
    try:
        message = parse(item)
        settings = _settings(message, context)
        found, judged = read_rows(message, context.codes, settings, context.received_at)
    except MalformedMessage as refusal:
        return _refused(refusal, context, answered=True)
    rows, time_field = words_of_rows(message, found, judged, context.codes, settings, context.received_at)
    return {
        "summary": _summary(found, rows),
        "control_id": found.control_id or None,
        "type": found.type or None,
        "answer": ack.code(message, Outcome.ACCEPT, settings.ack_form),
        "answer_words": _answer(message, settings),
        "whose": _whose(found, settings, context),
        "time": _time(found, time_field, settings),
        "rows": [asdict(row) for row in rows],
        "device_alarms": [
            f"{alarm.text} ({alarm.code}): phase {alarm.phase or 'not said'}, priority {alarm.priority or 'not said'},"
            f" source {alarm.source_channel or 'not said'}; shown as the device's own"
            for alarm in found.device_alarms
        ],
        "pump": _pump(found),
        "equipment": [f"{name}: {value}" for name, value in asdict(found.equipment).items() if value]
        if found.equipment
        else [],
        "admission": _admission(found),
        "notes": list(found.notes),
    }


def _settings(message: Message, context: _With) -> SourceSettings:
    name = message.part(field(message.segments[0], 3))
    return context.sources.get(name) or context.sources[EVERY_OTHER]


def _summary(found: DeviceMessage, rows: list[RowWords]) -> str:
    head = f"{found.type or 'message without a type'} {found.control_id}".strip()
    if found.kind in _KINDS:
        return f"{head}: {_KINDS[found.kind]}"
    charted = sum(row.verdict == "charted" for row in rows)
    alarms = len(found.device_alarms)
    said = f"{charted} of {len(rows)} rows charted"
    return f"{head}: {said}" + (f", {alarms} alarm(s) of the device itself" if alarms else "")


def _answer(message: Message, settings: SourceSettings) -> str:
    code = ack.code(message, Outcome.ACCEPT, settings.ack_form)
    asked = message.part(field(message.segments[0], 15)), message.part(field(message.segments[0], 16))
    if settings.ack_form is not None:
        why = f"the source is set to ack_form = {settings.ack_form!r}"
    elif code[0] == "C":
        why = f"MSH-15 is {asked[0]}, which asks for the accept form"
    elif any(asked):
        said = " and ".join(f"MSH-{place} is {word or 'empty'}" for place, word in zip((15, 16), asked, strict=True))
        why = f"{said}: the application form; NE silences nothing"
    else:
        why = "MSH-15 and MSH-16 are empty: the original form"
    return f"answered {code} once it is recorded: {why}"


def _whose(found: DeviceMessage, settings: SourceSettings, context: _With) -> Explanation:
    patient = f"patient {found.patient_id} (PID-3)" if found.patient_known else "no patient identifier in PID-3"
    if found.patient_id is not None and not found.patient_known:
        patient = f"PID-3 {found.patient_id!r} is a placeholder and counts as no identifier"
    bed = f"bed {found.bed} ({settings.bed_field})" if found.bed else f"no bed in {settings.bed_field}"
    device = f"device {found.device_id}" if found.device_id else "no device id"
    words = f"from {found.source or 'a sender without a name (MSH-3 is empty)'}; {bed}; {device}; {patient}"
    if context.is_bound is not None:
        bound = context.is_bound(found)
        words += "; bound to a chair" if bound else "; bound to no chair: kept unassigned, bind the bed or device"
    return {
        "source": found.source,
        "device": found.device_id,
        "bed": found.bed,
        "patient_id": found.patient_id,
        "words": words,
    }


def _time(found: DeviceMessage, time_field: str, settings: SourceSettings) -> Explanation:
    at = found.measured_at.isoformat() if found.measured_at is not None else None
    if at is None:
        words = "no field of the message says when: the time of receipt is charted"
    else:
        words = f"measured at {at}, from {time_field or 'MSH-7'}; a time without a zone is in {settings.zone.key}"
    return {"measured_at": at, "field": time_field, "words": words}


def _pump(found: DeviceMessage) -> list[str]:
    said = [f"{event.kind}: {event.words} ({event.code})" for event in found.pump_events]
    if found.pump is not None:
        said += [f"{name}: {value}" for name, value in asdict(found.pump).items() if value is not None]
    return said


def _admission(found: DeviceMessage) -> list[str]:
    """What the message does, then what it says."""
    if found.admission is None:
        return []
    said = [f"{name}: {value}" for name, value in asdict(found.admission).items() if value]
    return [*effect_words(found.admission, patient_known=found.patient_known), *said]


def _refused(refusal: MalformedMessage, context: _With | None, *, answered: bool) -> Explanation:
    header, answer = refusal.header, None
    if header is not None and answered and context is not None:
        outcome = Outcome.REJECT if refusal.answer == "reject" else Outcome.ERROR
        answer = ack.code(header, outcome, _settings(header, context).ack_form)
    place = f" (at {refusal.problem.location})" if refusal.problem.location else ""
    return {
        "summary": f"refused: {refusal.reason}{place}",
        "control_id": (header.control_id or None) if header is not None else None,
        "type": (header.type or None) if header is not None else None,
        "answer": answer,
        "answer_words": f"answered {answer} and kept in quarantine" if answer else "not answered; kept and counted",
        "whose": {"source": "", "device": None, "bed": None, "patient_id": None, "words": ""},
        "time": {"measured_at": None, "field": "", "words": ""},
        "rows": [],
        "device_alarms": [],
        "pump": [],
        "equipment": [],
        "admission": [],
        "notes": list(header.notes) if header is not None else [],
    }
