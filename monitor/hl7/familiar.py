"""What a monitor says again in the same form is read from memory: a ward sends the same report each second.

Law: the same answer as `read(parse(raw))`, or none. A report is learnt only when it is plain: numbers of one time, one
a vital, nothing else to say. It is known again only when nothing differs but the control id, times that can be read,
numbers that were read before, and numbers that are not charted whatever they are; the reader gets everything else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from typing import cast

from monitor.clinical.vitals import ABP, NIBP, Quality, Reading, Vital, is_plausible_pressure
from monitor.hl7.codes import CodeTable
from monitor.hl7.delimiters import STANDARD
from monitor.hl7.device_message import DeviceMessage, MessageKind
from monitor.hl7.message import NULL, Message, Segment
from monitor.hl7.observations import known_row, row_meaning
from monitor.hl7.source import SourceSettings
from monitor.hl7.times import parse_time
from monitor.hl7.timing import AHEAD

MOST_REPORTS = 8192
_LONGEST_BYTES = 4096
_LAYOUTS_A_SOURCE = 8
_RESTS = 16  # times MOST_REPORTS are not learnt when what was learnt was not said again
_BEGINS = b"MSH|^~\\&|"
_MSH_7, _MSH_10 = 6, 9  # their places among the words
_OBR_UNREAD = (2, 3)  # numbers of the order, often another one in each message
_PRESSURES = frozenset((*NIBP, *ABP))

Words = Sequence[str]
Pick = Callable[[Words], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Value:
    """One charted row: where its number stands, and what its texts have meant."""

    place: int
    vital: Vital
    sub_id: str
    known: dict[str, tuple[float, bool]]


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the words stand that may differ."""

    measured: tuple[int, ...]  # one time, said once or several times
    times: tuple[int, ...]  # must be readable
    numbers: tuple[int, ...]  # of what is charted
    uncharted: tuple[int, ...]  # must not be empty
    unread: tuple[int, ...]  # whatever they say

    def every(self) -> frozenset[int]:
        """All of them, with the control id."""
        return frozenset((_MSH_10, *self.measured, *self.times, *self.numbers, *self.uncharted, *self.unread))


@dataclass(frozen=True, slots=True)
class _Report:
    """A report that was read, and how to read it again."""

    device: DeviceMessage
    settings: SourceSettings
    header_words: int
    values: tuple[_Value, ...]
    has_pressure: bool


@dataclass(frozen=True, slots=True)
class _Layout:
    """Reports whose words differ in the same places, by the words that do not."""

    places: _Places
    fixed: Pick
    reports: dict[tuple[str, ...], _Report] = field(default_factory=dict)


_ANYWHEN = datetime(1, 1, 1, tzinfo=UTC)  # what a row means does not depend on when


class Familiar:
    """The plain reports of all sources; bounded, and forgotten as a whole when full."""

    def __init__(self, codes: CodeTable) -> None:
        self._codes = codes
        self._layouts: dict[tuple[int, str], list[_Layout]] = {}
        self._texts: dict[str, str] = {}
        self._picks: dict[tuple[int, frozenset[int]], Pick] = {}
        self._learnt = self._recalled = self._resting = 0

    def recall(self, raw: bytes, received_at: datetime) -> tuple[Message, DeviceMessage] | None:
        """The header and what the message says; None when it is not known."""
        words = _words(raw)
        if words is None:
            return None
        for layout in self._layouts.get((len(words), words[2]), ()):
            report = layout.reports.get(layout.fixed(words))
            if report is not None:
                found = _again(report, layout.places, words, received_at)
                self._recalled += found is not None
                return found
        return None

    def learn(self, raw: bytes, message: Message, device: DeviceMessage, settings: SourceSettings) -> None:
        """Keep a message for the next time, if it is plain."""
        if self._resting:
            self._resting -= 1
        elif _is_plain(message, device) and (words := _words(raw)) is not None:
            starts = _starts(words)
            found = _Survey(message, starts, self._codes) if len(starts) == len(message.segments) else None
            if found is not None and found.is_learnable(device):
                self._keep(words, found.places(), _Report(
                    device, settings, starts[1] - 1 if len(starts) > 1 else len(words), tuple(found.values),
                    not _PRESSURES.isdisjoint([value.vital for value in found.values]),
                ))  # fmt: skip

    def _keep(self, words: Words, places: _Places, report: _Report) -> None:
        if self._learnt >= MOST_REPORTS:
            self._layouts.clear()
            self._texts.clear()
            self._picks.clear()
            self._resting = 0 if self._recalled > self._learnt else _RESTS * MOST_REPORTS
            self._learnt = self._recalled = 0
            if self._resting:
                return
        layouts = self._layouts.setdefault((len(words), words[2]), [])
        layout = next((one for one in layouts if one.places == places), None)
        if layout is None:
            if len(layouts) >= _LAYOUTS_A_SOURCE:
                return
            layout = _Layout(places, self._pick(len(words), places.every()))
            layouts.append(layout)
        shared = tuple([self._texts.setdefault(word, word) for word in layout.fixed(words)])
        layout.reports[shared] = report
        self._learnt += 1

    def _pick(self, size: int, changing: frozenset[int]) -> Pick:
        """Takes the words that do not change; shared, as a ward has few kinds of monitors."""
        fixed = [place for place in range(size) if place not in changing]
        return self._picks.setdefault((size, changing), cast("Pick", itemgetter(*fixed)))


def _words(raw: bytes) -> list[str] | None:
    """All fields in order, the ends of segments among them; None for what is not written in the usual way."""
    if len(raw) > _LONGEST_BYTES or not raw.startswith(_BEGINS) or raw.count(b"\\") != 1 or not raw.isascii():
        return None
    if b"\n" in raw or b"\x1b" in raw or b"\0" in raw:
        return None
    words = raw.decode("ascii").replace("\r", "|\r|").split("|")
    return words if len(words) > _MSH_10 and "\r" not in words[: _MSH_10 + 1] else None


def _starts(words: Words) -> list[int]:
    """Where segments begin; the end of the message is none."""
    ends = [place for place, word in enumerate(words) if word == "\r"]
    return [0, *(place + 1 for place in ends if words[place + 1])]


def _is_plain(message: Message, device: DeviceMessage) -> bool:
    """Whether the message says nothing but the numbers of one time."""
    at = device.measured_at
    said = (device.others, device.absences, device.device_alarms, device.corrections, device.withdrawals)
    return (
        device.kind is MessageKind.READINGS
        and message.delimiters is STANDARD
        and not (any(said) or device.notes or device.pump_events or device.pump or device.admission)
        and bool(device.readings)
        and all(
            one.timed and one.measured_at == at and one.quality is Quality.ACCEPTED and not one.doubts
            for one in device.readings
        )
    )


class _Survey:
    """Which words of one message may differ the next time; made for learning it and thrown away."""

    def __init__(self, message: Message, starts: Sequence[int], codes: CodeTable) -> None:
        self.values: list[_Value] = []
        self._uncharted: list[int] = []
        self._measured: list[int] = []
        self._times: list[int] = [_MSH_7] if message.field("MSH", 7) else []
        self._unread: list[int] = []
        self._unusual = False
        group: int | None = None  # the place of the OBR-7 in force
        for order, (segment, start) in enumerate(zip(message.segments, starts, strict=True)):
            if segment[0] == "OBR":
                group = start + 7 if len(segment) > 7 and segment[7] else None
                self._times += [] if group is None else [group]
                self._unread += [start + number for number in _OBR_UNREAD if len(segment) > number]
            elif segment[0] == "OBX":
                timed = len(segment) > 14 and bool(segment[14])
                self._row(order, segment, start, start + 14 if timed else group, message, codes)

    def _row(
        self, order: int, segment: Segment, start: int, time: int | None, message: Message, codes: CodeTable
    ) -> None:
        meaning = row_meaning(segment, message, codes)
        self._measured += [] if time is None or time in self._measured else [time]
        if meaning.special:
            self._unusual = True
        elif meaning.vital is not None:
            known = known_row(order, segment, meaning, None, _ANYWHEN) if meaning.plain else None
            self._unusual |= known is None or time is None
            self.values.append(_Value(start + 5, meaning.vital, meaning.sub_id, meaning.values))
        elif not meaning.container and len(segment) > 5 and segment[2] == "NM" and _says_something(segment[5]):
            self._uncharted.append(start + 5)

    def is_learnable(self, device: DeviceMessage) -> bool:
        """Whether the reader charted every row of a vital, each once, in their order."""
        charted = [(reading.vital, reading.sub_id) for reading in device.readings]
        return not self._unusual and charted == [(one.vital, one.sub_id) for one in self.values]

    def places(self) -> _Places:
        """Where words may differ."""
        numbers = tuple(value.place for value in self.values)
        return _Places(tuple(self._measured), tuple(self._times), numbers, tuple(self._uncharted), tuple(self._unread))


def _says_something(text: str) -> bool:
    return bool(text.strip()) and text.strip() != NULL


def _again(
    report: _Report, places: _Places, words: Words, received_at: datetime
) -> tuple[Message, DeviceMessage] | None:
    zone, said = report.settings.zone, words[places.measured[0]]
    measured_at = parse_time(said, zone, received_at)
    if measured_at is None or any(words[place] != said for place in places.measured):
        return None
    sent_at = None
    for place in places.times:
        at = measured_at if words[place] == said else parse_time(words[place], zone, received_at)
        if at is None:
            return None
        if place == _MSH_7:
            sent_at = at
    if sent_at is not None and measured_at - sent_at > AHEAD:
        return None
    readings = _readings(report, words, measured_at)
    if readings is None or not all(_says_something(words[place]) for place in places.uncharted):
        return None
    return Message([["MSH", "|", *words[1 : report.header_words]]], STANDARD, "ascii"), _said(
        report.device, words[_MSH_10].strip(), sent_at, measured_at, readings
    )


def _readings(report: _Report, words: Words, at: datetime) -> list[Reading] | None:
    """The numbers; None when one of them was not read before, or what hangs together does not."""
    readings = []
    for value in report.values:
        known = value.known.get(words[value.place])
        if known is None or not known[1]:
            return None
        readings.append(Reading(value.vital, known[0], at, value.sub_id))
    if report.has_pressure:
        pressure = {one.vital: one.value for one in readings if one.vital in _PRESSURES}
        for systolic, diastolic, mean in (NIBP, ABP):
            if not is_plausible_pressure(pressure.get(systolic), pressure.get(diastolic), pressure.get(mean)):
                return None
    return readings


def _said(
    device: DeviceMessage, control_id: str, sent_at: datetime | None, measured_at: datetime, readings: list[Reading]
) -> DeviceMessage:
    """The learnt message with the words that differ."""
    return DeviceMessage(
        control_id=control_id,
        type=device.type,
        kind=device.kind,
        source=device.source,
        simulated=device.simulated,
        patient_id=device.patient_id,
        patient_known=device.patient_known,
        bed=device.bed,
        device_id=device.device_id,
        sent_at=sent_at,
        measured_at=measured_at,
        readings=tuple(readings),
        not_charted=device.not_charted,
        equipment=device.equipment,
        clock_at=sent_at,
    )
