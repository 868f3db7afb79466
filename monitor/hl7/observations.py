"""One OBX row to a value or to the reason why it has none.

Law: no value is no value. Empty, null, status X and sentinels are told apart from numbers before any unit is looked
at; HR, PR and SpO2 of 0 are a lead or probe off; an unknown unit is never assumed.
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.vitals import Vital, is_plausible
from monitor.hl7.codes import SAME, CodeTable
from monitor.hl7.meaning import Meaning, meaning_of
from monitor.hl7.message import NULL, Message, Segment
from monitor.hl7.numbers import parse_number

_VALUES = frozenset(("F", "R", "P", "S", "", "C"))
_PLAIN = frozenset(("F", "R", "P", "S", ""))
_WITHDRAWN = frozenset(("D", "W"))


@dataclass(slots=True)
class Row:
    """A row of type NM, or without type, or that should be a vital; `value` is in the vital's unit.

    `reason` is why it is not charted (INTEROP's words, and lead_off), None for a number.
    """

    order: int
    meaning: Meaning
    vital: Vital | None
    value: float
    reason: str | None
    measured_at: datetime
    timed: bool
    corrects: bool
    plausible: bool = True
    doubted: bool = False  # the device itself marks it questionable (OBX-8)

    def of(self) -> Vital:
        """The vital of a row with a number; raises ValueError for a row that is about none."""
        if self.vital is None:
            raise ValueError(f"{self.meaning.label} is no vital")
        return self.vital


def field(segment: Segment, number: int) -> str:
    """A field as sent, "" beyond the end."""
    return segment[number] if number < len(segment) else ""


def row_meaning(segment: Segment, message: Message, codes: CodeTable) -> Meaning:
    """What an OBX is about."""
    size = len(segment)
    return meaning_of(
        codes,
        message.delimiters,
        segment[3] if size > 3 else "",
        segment[4] if size > 4 else "",
        segment[6] if size > 6 else "",
    )


def judge_row(
    segment: Segment, meaning: Meaning, message: Message, codes: CodeTable, notes: list[str]
) -> tuple[float, str | None] | None:
    """(value, None), or (0.0, reason), or None for a row that is no observation of interest (texts, attributes)."""
    kind = segment[2] if len(segment) > 2 else ""
    text = segment[5] if len(segment) > 5 else ""
    if message.delimiters.escape in text:
        text = message.text(text)
    status = segment[11].strip() if len(segment) > 11 else ""
    empty = not text.strip() or text.strip() == NULL
    if meaning.container and empty:
        return 0.0, "container"
    if kind not in ("NM", "") and meaning.vital is None and meaning.reason != "conflict":
        return None
    if status in _WITHDRAWN:
        return 0.0, "withdrawn"
    if empty or status not in _VALUES:
        if status not in _VALUES and status != "X":
            notes.append(f"{meaning.label}: OBX-11 {status[:10]!r} is not a result")
        return 0.0, "no_value"
    if meaning.vital is None:
        return 0.0, meaning.reason
    return _number(kind, text, meaning, meaning.vital, codes, notes)


def _number(
    kind: str, text: str, meaning: Meaning, vital: Vital, codes: CodeTable, notes: list[str]
) -> tuple[float, str | None]:
    if kind != "NM":
        notes.append(f"{meaning.label}: value type {kind[:10]!r} is not NM")
        return 0.0, "not_a_number"
    sent = parse_number(text)
    if sent is None:
        notes.append(f"{meaning.label}: {text[:40]!r} is not a number")
        return 0.0, "not_a_number"
    if sent in codes.sentinels:
        return 0.0, "sentinel"
    if sent == 0 and vital in codes.lead_off_at_zero:
        notes.append(f"{vital} 0: lead or probe off")
        return 0.0, "lead_off"
    if meaning.conversion is None:
        return 0.0, "unknown_unit"
    return sent if meaning.conversion is SAME else meaning.conversion.apply(sent), None


def known_row(
    order: int, segment: Segment, meaning: Meaning, measured_at: datetime | None, received_at: datetime
) -> Row | None:
    """A row of plain meaning that says what one like it has said before: the same as judging it again.

    None when it is anything else than a plain number with a plain status: it is judged then.
    """
    if len(segment) < 12 or segment[2] != "NM" or segment[11] not in _PLAIN or segment[8]:
        return None
    known = meaning.values.get(segment[5])
    if known is None:
        return None
    at = received_at if measured_at is None else measured_at
    return Row(order, meaning, meaning.vital, known[0], None, at, measured_at is not None, False, known[1])


def make_row(
    order: int,
    segment: Segment,
    meaning: Meaning,
    judged: tuple[float, str | None],
    measured_at: datetime | None,
    received_at: datetime,
    codes: CodeTable,
) -> Row:
    """The row as a value, with its time."""
    value, reason = judged
    vital = meaning.vital
    return Row(
        order,
        meaning,
        vital,
        value,
        reason,
        received_at if measured_at is None else measured_at,
        measured_at is not None,
        len(segment) > 11 and segment[11].strip() == "C",
        reason is not None or vital is None or is_plausible(vital, value),
        len(segment) > 8 and segment[8] != "" and _is_doubted(segment[8], codes),
    )


def _is_doubted(flags: str, codes: CodeTable) -> bool:
    """Whether one of the repetitions of OBX-8 is a mark of doubt."""
    return not codes.questionable_flags.isdisjoint(flag.strip().upper() for flag in flags.split("~"))
