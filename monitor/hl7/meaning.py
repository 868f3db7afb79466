"""What one observation row is about: number, name and sub-id of OBX-3 and OBX-4 weighed, and the unit of OBX-6.

Law: the number decides; the name only when the number is 0, empty or no MDC number; where they mean different vitals
it is a conflict and nothing is charted. Two labels of one vital are charted with a note.
"""

from dataclasses import dataclass

from monitor.clinical.vitals import Vital
from monitor.hl7.codes import LOWEST_MDC_NUMBER, MDC_SYSTEMS, CodeTable, Conversion
from monitor.hl7.delimiters import STANDARD, Delimiters

_CACHED_ROWS = 4096
_CACHED_TEXT = 512
_CACHED_VALUES = 2048
_CACHED_VALUE_TEXT = 12
_SENT_AS_NOTHING = '""'


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a row is about; `reason` says why it can never be charted, None for a vital."""

    code: str
    name: str
    system: str
    sub_id: str
    number: int | None
    vital: Vital | None
    reason: str | None  # unknown_code, other_quantity or conflict
    container: bool
    conversion: Conversion | None  # None: the unit is missing, unknown, contradictory or of another quantity
    note: str
    special: bool  # an alarm, the device itself or a pump's state: more than an observation, or none
    plain: bool  # a vital in a known unit about which there is nothing else to say
    values: dict[str, tuple[float, bool]]  # plain values read before, with their plausibility; `remember` fills it

    def remember(self, text: str, value: float, *, plausible: bool) -> None:
        """Keep a value that was read without any remark; the same text of a row like this means the same again."""
        if len(text) <= _CACHED_VALUE_TEXT:
            if len(self.values) >= _CACHED_VALUES:
                self.values.clear()
            self.values[text] = (value, plausible)

    @property
    def label(self) -> str:
        """Code and name for a note."""
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class _Named:
    number: int | None
    vital: Vital | None
    reason: str | None
    note: str = ""


def meaning_of(codes: CodeTable, signs: Delimiters, identifier: str, sub_id: str, unit: str) -> Meaning:
    """The meaning of raw OBX-3, OBX-4 and OBX-6; remembered by their text (at most 4096 rows, then forgotten)."""
    if signs is not STANDARD:
        return _weigh(codes, signs, identifier, sub_id, unit)
    key = (identifier, sub_id, unit)
    known = codes.cache.get(key)
    if isinstance(known, Meaning):
        return known
    meaning = _weigh(codes, signs, identifier, sub_id, unit)
    if len(identifier) + len(sub_id) + len(unit) <= _CACHED_TEXT:
        if len(codes.cache) >= _CACHED_ROWS:
            codes.cache.clear()
        codes.cache[key] = meaning
    return meaning


def _weigh(codes: CodeTable, signs: Delimiters, identifier: str, sub_id: str, unit: str) -> Meaning:
    parts = _components(signs, identifier, 6)
    sub = signs.decode(sub_id).strip()
    named = _name(codes, parts[0], parts[1], parts[2], sub)
    if named.reason == "unknown_code" and (parts[3] or parts[4]):
        named = _name(codes, parts[3], parts[4], parts[5], sub)
    elif named.vital is not None and (parts[3] or parts[4]):
        other = _name(codes, parts[3], parts[4], parts[5], "")
        if other.reason in ("conflict", "other_quantity") or other.vital not in (None, named.vital):
            named = _conflict(named.number, f"{parts[0]} {parts[1]}", f"{parts[3]} {parts[4]}")
    number = named.number if named.number is not None else codes.number(parts[0], parts[1], parts[2])
    conversion = _conversion(codes, signs, unit, named.vital)
    container, special = codes.is_container(number, parts[1]), codes.is_special(number, parts[2])
    values: dict[str, tuple[float, bool]] = {}
    if named.vital is not None and conversion is not None:
        values = codes.values.setdefault((named.vital, conversion), values)
    return Meaning(
        code=parts[0] or parts[1],
        name=parts[1] if parts[0] else "",
        system=parts[2],
        sub_id=sub,
        number=number,
        vital=named.vital,
        reason=named.reason,
        container=container,
        conversion=conversion,
        note=named.note,
        special=special,
        plain=conversion is not None and not (container or special or named.note),
        values=values,
    )


def _components(signs: Delimiters, text: str, count: int) -> list[str]:
    decoded = [signs.decode(part).strip() for part in text.split(signs.component, count)[:count]]
    return [*("" if part == _SENT_AS_NOTHING else part for part in decoded), *[""] * (count - len(decoded))]


def _conflict(number: int | None, this: str, that: str) -> _Named:
    return _Named(number, None, "conflict", f"{this.strip()} and {that.strip()} mean different things: not charted")


def _name(codes: CodeTable, code: str, name: str, system: str, sub_id: str) -> _Named:
    number = codes.number(code, name, system)
    by_name = codes.names.get(name) if system in MDC_SYSTEMS else None
    decided = number if number is not None else by_name
    vital = codes.vitals.get(decided) if decided is not None else None
    named_vital = codes.vitals.get(by_name) if by_name is not None else None
    differs = by_name is not None and named_vital is not vital
    if differs or (vital is not None and name in codes.foreign_names):
        return _conflict(decided, code, name)
    if _sub_id_vital(codes, sub_id) not in (None, vital):
        return _conflict(decided, f"{code} {name}", f"sub-id {sub_id}")
    if vital is None:
        known = decided in codes.others
        return _Named(decided, None, "other_quantity" if known else "unknown_code")
    if named_vital is vital and by_name not in (None, decided):
        return _Named(decided, vital, None, f"{code} is labelled {name} ({by_name}); both mean {vital}")
    return _Named(decided, vital, None)


def _sub_id_vital(codes: CodeTable, sub_id: str) -> Vital | None:
    """The vital a sub-id such as 1.1.9.150301 ends in; most end in a small counter and say nothing."""
    last = sub_id.rpartition(".")[2]
    if not (last.isascii() and last.isdigit() and 6 <= len(last) <= 9 and int(last) >= LOWEST_MDC_NUMBER):
        return None
    return codes.vitals.get(int(last))


def _conversion(codes: CodeTable, signs: Delimiters, unit: str, vital: Vital | None) -> Conversion | None:
    meant = unit_of(codes, signs, unit) if vital is not None else None
    return None if meant is None or vital is None else codes.conversions.get((meant, vital))


def unit_of(codes: CodeTable, signs: Delimiters, unit: str) -> str | None:
    """The UCUM unit a raw OBX-6 means; None when it is missing, unknown or contradicts itself."""
    parts = _components(signs, unit, 6)
    meant = {codes.units[part] for part in (parts[0], parts[1], parts[3], parts[4]) if part in codes.units}
    return meant.pop() if len(meant) == 1 else None
