"""What a device says of itself and a pump of its state: model and serial number, drug, weight, running, events.

Law: a fact is what one row says plainly; two rows that differ, an unknown word or an unknown unit make no fact, with a
note. Nothing here is a vital sign, and the programmed rate is never the running one.
"""

from datetime import datetime

from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import Equipment, PumpEvent, PumpEventKind, PumpFacts
from monitor.hl7.meaning import Meaning, unit_of
from monitor.hl7.message import Message, Segment
from monitor.hl7.numbers import parse_number

_NOT_SAID = frozenset(("X", "D", "W"))  # OBX-11: no value, deleted, wrong
_UNITS = {
    "weight_kg": {"kg": 1.0, "[lb_av]": 0.45359237},
    "programmed_ml_per_h": {"mL/h": 1.0},
    "volume_to_be_infused_ml": {"mL": 1.0, "L": 1000.0},
}


class DeviceRows:
    """Collects them over one message; a row it has taken may be an observation as well."""

    def __init__(self, message: Message, codes: CodeTable, notes: list[str]) -> None:
        self._message = message
        self._codes = codes
        self._notes = notes
        self._equipment: dict[str, str] = {}
        self._facts: dict[str, str | float | bool] = {}
        self._contradicted: set[str] = set()
        self._events: list[PumpEvent] = []
        self.clock = ""

    def take(self, segment: Segment, meaning: Meaning, measured_at: datetime) -> None:
        """Look at one row whose meaning is special."""
        number = meaning.number
        value = segment[5] if len(segment) > 5 else ""
        status = segment[11].strip() if len(segment) > 11 else ""
        if number is None or not value or status in _NOT_SAID:
            return
        about = self._codes.device.equipment.get(number)
        if about == "clock":
            self.clock = value
        elif about is not None:
            self._equipment.setdefault(about, self._message.part(value))
        fact = self._codes.device.pump.get(number)
        if fact == "event":
            self._event(value, measured_at)
        elif fact is not None:
            self._fact(fact, meaning, value, segment[6] if len(segment) > 6 else "")

    def equipment(self, instance: str | None) -> Equipment | None:
        """The device, None when nothing names it."""
        found = {name: text for name, text in self._equipment.items() if text}
        return Equipment(**found, instance=instance or "") if found or instance else None

    def facts(self) -> PumpFacts | None:
        """What the pump says of its state, None when it says nothing."""
        plain = {name: value for name, value in self._facts.items() if name not in self._contradicted}
        return PumpFacts(**plain) if plain else None  # type: ignore[arg-type]  # _value gives each its own kind

    def events(self) -> tuple[PumpEvent, ...]:
        """In message order."""
        return tuple(self._events)

    def _event(self, value: str, measured_at: datetime) -> None:
        code, name = self._message.part(value, 1), self._message.part(value, 2)
        known = self._codes.device.events
        by_number, by_name = known.get(code), known.get(name)
        kind = by_number or by_name or "other"
        if by_number is not None and by_name is not None and by_number != by_name:
            kind = "other"
            self._notes.append(f"pump event {code} and {name} mean different things")
        words = name.removeprefix("MDC_EVT_").replace("_", " ").lower() or code
        if code or name:
            self._events.append(PumpEvent(PumpEventKind(kind), code or name, words, measured_at))

    def _fact(self, fact: str, meaning: Meaning, value: str, unit: str) -> None:
        found = self._value(fact, meaning, value, unit)
        if found is None:
            return
        if self._facts.setdefault(fact, found) != found and fact not in self._contradicted:
            self._contradicted.add(fact)
            self._notes.append(f"{meaning.label} is said twice, and differently: not used")

    def _value(self, fact: str, meaning: Meaning, value: str, unit: str) -> str | float | bool | None:
        part = self._message.part
        if fact in _UNITS:
            number = parse_number(self._message.text(value))
            factor = _UNITS[fact].get(unit_of(self._codes, self._message.delimiters, unit) or "")
            if number is None or number < 0 or factor is None:
                self._notes.append(f"{meaning.label}: {value[:40]!r} in {part(unit)[:20]!r} is not used")
                return None
            return round(number * factor, 9)
        text = part(value, 1) or part(value, 2)
        if fact == "drug":
            return None if text.lower() in self._codes.device.no_drug else text or None
        if fact == "not_delivering_reason":
            return text or None
        running = self._codes.device.running.get(text.lower())
        if running is None and text:
            self._notes.append(f"{meaning.label}: {text[:40]!r} is no known word for running or not")
        return running
