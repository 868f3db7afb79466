"""A parsed message to what it says: whose, when, which readings, which alarms.

Law: pure; the same bytes, table, settings and time of receipt give the same answer. Rows are read in message order,
and every one is charted, kept, or listed with its reason.
"""

from datetime import datetime

from monitor.clinical.vitals import Vital
from monitor.hl7 import choosing, identity
from monitor.hl7.codes import CodeTable
from monitor.hl7.delimiters import STANDARD
from monitor.hl7.device_alarms import AlarmRows
from monitor.hl7.device_message import Absence, DeviceMessage, MessageKind, NotCharted, Withdrawal
from monitor.hl7.device_rows import DeviceRows
from monitor.hl7.meaning import Meaning
from monitor.hl7.message import MalformedMessage, Message, Problem, Segment
from monitor.hl7.observations import Row, judge_row, known_row, make_row, row_meaning
from monitor.hl7.source import SourceSettings
from monitor.hl7.timing import Timing

_ADMISSIONS = frozenset(("A01", "A02", "A03", "A04", "A08", "A11", "A40"))
_READ_AS_READINGS = frozenset(("ORU^R01", "ORU^R42", "ORU"))
_SHOWN_AS = {"lead_off": "no_value"}  # contract reasons of not_charted know no lead_off; the note says it


def read(message: Message, codes: CodeTable, settings: SourceSettings, received_at: datetime) -> DeviceMessage:
    """What the message says; raises MalformedMessage when its content cannot be used (an ADT without PID)."""
    _allow(message)
    return _Reading(message, codes, settings, received_at).result()


def read_rows(
    message: Message, codes: CodeTable, settings: SourceSettings, received_at: datetime
) -> tuple[DeviceMessage, dict[int, tuple[Row, str]]]:
    """What `read` says, and what became of each observation row: place among the segments -> (row, verdict).

    The verdict is charted, or a reason of `not_charted` (and lead_off). Rows that are no observation are not in it.
    """
    _allow(message)
    reading = _Reading(message, codes, settings, received_at)
    found = reading.result()
    return found, {row.order: (row, row.reason or reading.reasons.get(row.order, "charted")) for row in reading.rows}


def _allow(message: Message) -> None:
    if message.type.startswith("ADT") and message.first("PID") is None:
        raise MalformedMessage(Problem("an ADT without PID names no patient", "PID", 100), message)


def kind_of(message: Message) -> MessageKind:
    """What the message is for, by its type alone."""
    code, _, trigger = message.type.partition("^")
    if message.type in _READ_AS_READINGS:
        return MessageKind.READINGS
    if message.type == "ORU^R40":
        return MessageKind.DEVICE_ALARM
    if code == "NMD":
        return MessageKind.CLOCK
    if code == "ADT" and trigger in _ADMISSIONS:
        return MessageKind.ADMISSION
    return MessageKind.OTHER


class _Reading:
    """The reading of one message, step by step; lives as long as `read`."""

    def __init__(self, message: Message, codes: CodeTable, settings: SourceSettings, received_at: datetime) -> None:
        self.message = message
        self.codes = codes
        self.settings = settings
        self.received_at = received_at
        self.kind = kind_of(message)
        self.notes = list(message.notes)
        self.timing = Timing(message, settings, received_at, self.notes)
        self.alarms = AlarmRows(message, codes, is_event=self.kind is MessageKind.DEVICE_ALARM)
        self.device = DeviceRows(message, codes, self.notes)
        self.rows: list[Row] = []
        self.reasons: dict[int, str] = {}  # of the rows with a number that are not charted
        self.group_at: datetime | None = None

    def result(self) -> DeviceMessage:
        if self.kind in (MessageKind.READINGS, MessageKind.DEVICE_ALARM):
            self._read_segments()
        numbers = self._without_withdrawn()
        clean = len(numbers) == len(self.rows)
        charted, others = choosing.choose(numbers, self._ranks()) if numbers else ([], [])
        alarms = self.alarms.finish()
        if not alarms and all(row.reason == "container" for row in self.rows) and self._says_alive():
            self.kind = MessageKind.KEEP_ALIVE
        who = identity.of(self.message, self.codes, self.settings)
        first_at = next((row.measured_at for row in charted if row.timed), self.group_at)
        return DeviceMessage(
            control_id=self.message.control_id,
            type=self.message.type,
            kind=self.kind,
            source=who.source,
            simulated=who.simulated,
            patient_id=who.patient_id,
            patient_known=who.patient_known,
            bed=who.bed,
            device_id=who.device_id,
            sent_at=self.timing.sent_at,
            measured_at=first_at or self.timing.sent_at,
            readings=tuple([choosing.reading(row) for row in charted]),
            others=tuple([choosing.reading(row) for row in others]),
            absences=() if clean else self._absences(charted),
            not_charted=self._not_charted(charted, others),
            device_alarms=alarms,
            notes=tuple(dict.fromkeys(self.notes)),
            admission=identity.admission(self.message, who, self.settings, self.timing)
            if self.kind is MessageKind.ADMISSION
            else None,
            corrections=tuple([choosing.reading(row) for row in numbers if row.corrects]),
            withdrawals=() if clean else self._withdrawals(),
            pump_events=self.device.events(),
            pump=self.device.facts(),
            equipment=self.device.equipment(who.instance),
            clock_at=self.timing.instant(self.device.clock) or self.timing.sent_at,
        )

    def _ranks(self) -> choosing.Ranks:
        """The order of sources: the table's, or this source's own where it is set."""
        if not self.settings.priorities:
            return self.codes.ranks
        own = self.settings.priorities.items()
        return {**self.codes.ranks, **{vital: {mdc: rank for rank, mdc in enumerate(order)} for vital, order in own}}

    def _says_alive(self) -> bool:
        """A keep-alive row, or a report without any row, as some monitors send to keep a connection alive."""
        bare = self.kind is MessageKind.READINGS and self.message.first("OBX") is None
        return bare or self.alarms.keep_alives > 0

    def _read_segments(self) -> None:
        message, codes, timing, rows = self.message, self.codes, self.timing, self.rows
        known_meanings = codes.cache if message.delimiters is STANDARD else {}
        is_plain_kind, received_at = self.kind is MessageKind.READINGS, self.received_at
        place: tuple[str, str] | None = None  # OBX-14 and system of the row before: most rows share one time
        at: datetime | None = None
        for order, segment in enumerate(message.segments):
            name = segment[0]
            if name == "OBR":
                place = None
                timing.begin_group(segment)
                self.alarms.end_group()
                if self.group_at is None:
                    self.group_at = timing.group_at()
            elif name == "OBX":
                size = len(segment)
                found = known_meanings.get((segment[3], segment[4], segment[6])) if size > 6 else None
                meaning = found if isinstance(found, Meaning) else row_meaning(segment, message, codes)
                here = (segment[14] if size > 14 else "", meaning.system)
                if here != place:
                    at, place = timing.row_at(here[0], vendor_obr14=here[1] in codes.obr14_systems), here
                known = known_row(order, segment, meaning, at, received_at) if is_plain_kind and meaning.plain else None
                if known is None:
                    self._row(order, segment, meaning, at)
                else:
                    rows.append(known)

    def _row(self, order: int, segment: Segment, meaning: Meaning, at: datetime | None) -> None:
        """One row about which there may be something to say."""
        if meaning.special:
            when = self.received_at if at is None else at
            if self.alarms.take(segment, meaning, when):
                return
            self.device.take(segment, meaning, when)
        judged = judge_row(segment, meaning, self.message, self.codes, self.notes)
        if judged is None:
            return
        if self.kind is MessageKind.DEVICE_ALARM and judged[1] is None:
            judged = (0.0, "other_quantity")  # a number inside an alarm belongs to the alarm
        if meaning.note:
            self.notes.append(meaning.note)
        row = make_row(order, segment, meaning, judged, at, self.received_at, self.codes)
        self.rows.append(row)
        if row.reason is None and meaning.plain:
            meaning.remember(segment[5], row.value, plausible=row.plausible)

    def _withdrawals(self) -> tuple[Withdrawal, ...]:
        gone = [row for row in self.rows if row.reason == "withdrawn"]
        return tuple(
            Withdrawal(row.vital, row.measured_at, row.meaning.sub_id) for row in gone if row.vital is not None
        )

    def _without_withdrawn(self) -> list[Row]:
        """The rows with a number that no later row of this message takes back."""
        numbers = [row for row in self.rows if row.reason is None]
        if len(numbers) == len(self.rows):
            return numbers
        withdrawn = {
            _place(row): row.order for row in self.rows if row.reason == "withdrawn"
        }  # the last one of a place
        for row in numbers:
            if row.order < withdrawn.get(_place(row), -1):
                row.reason = "withdrawn"
        return [row for row in numbers if row.reason is None]

    def _not_charted(self, charted: list[Row], others: list[Row]) -> tuple[NotCharted, ...]:
        reasons = self.reasons
        for row in charted:
            if not row.plausible:
                reasons[row.order] = "implausible"
        for row in others:
            reasons[row.order] = "other_source" if row.plausible else "implausible"
        if not reasons and len(charted) == len(self.rows):
            return ()
        found = []
        for row in self.rows:
            reason = row.reason or reasons.get(row.order)
            if reason is not None:
                found.append(NotCharted(row.meaning.code, _SHOWN_AS.get(reason, reason), row.meaning.sub_id))
        return tuple(found)

    def _absences(self, charted: list[Row]) -> tuple[Absence, ...]:
        """Vitals without a number, each once; a lead off goes before other reasons."""
        present = {row.vital for row in charted}
        absent: dict[str, Absence] = {}
        for row in self.rows:
            if row.vital is None or row.vital in present or row.reason in (None, "withdrawn", "container"):
                continue
            if row.vital not in absent or row.reason == "lead_off":
                absent[row.vital] = Absence(row.vital, row.reason, row.measured_at)
        return tuple(absent.values())


def _place(row: Row) -> tuple[Vital | None, str, datetime]:
    """What one row and its withdrawal have in common."""
    return row.vital, row.meaning.sub_id, row.measured_at
