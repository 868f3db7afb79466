"""What codes, names and units mean: the content of codes.toml, checked once and looked up for every row.

Law: bare vendor numbers match only with their own coding system, and what is not in the table has no meaning.
The table is data; how number, name and sub-id are weighed against each other is meaning.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.clinical.vitals import KINDS, Vital
from monitor.errors import ConfigurationRefused
from monitor.hl7.tables import Table

MDC_SYSTEMS = ("MDC", "")
LOWEST_MDC_NUMBER = 65536  # partition 1, term 0: smaller numbers name no partition and are private or incomplete
_LONGEST_MDC_NUMBER = 9
_HEXADECIMAL = re.compile(r"([0-9a-f]{4})-([0-9a-f]{4})", re.ASCII)
_PRIVATE_TERMS = 0xF000
_PLACE = "codes.toml"
PUMP_FACTS = (
    "drug",
    "infusing",
    "delivering",
    "not_delivering_reason",
    "weight_kg",
    "programmed_ml_per_h",
    "volume_to_be_infused_ml",
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """(value + add) x multiply / divide, rounded to nine places so that 5520 ug is 5.52 mg."""

    add: float = 0.0
    multiply: float = 1.0
    divide: float = 1.0

    def apply(self, value: float) -> float:
        """The value in the vital's own unit."""
        return round((value + self.add) * self.multiply / self.divide, 9)


SAME = Conversion()


@dataclass(frozen=True, slots=True)
class AlarmCodes:
    """Which numbers carry the parts of a device's own alarm."""

    event: frozenset[int]
    condition: frozenset[int]
    parts: Mapping[int, str]  # number -> source, phase, state, audio, priority, text
    event_partition: int
    priorities: Mapping[str, str]
    alert_system: str
    alert_priorities: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeviceCodes:
    """Which numbers describe the device or the pump, and the words a pump has for its state."""

    equipment: Mapping[int, str]  # number -> id, model, manufacturer, serial, software, clock
    pump: Mapping[int, str]  # number -> event, or a field of PumpFacts
    events: Mapping[str, str]  # number or name -> kind of event
    running: Mapping[str, bool]
    no_drug: frozenset[str]


@dataclass(frozen=True, slots=True)
class CodeTable:
    """Everything codes.toml says; `cache` and `values` belong to meaning.py and are bounded there."""

    vitals: Mapping[int, Vital]
    names: Mapping[str, int]  # reference id -> MDC number, of vitals and of known other quantities
    others: frozenset[int]
    foreign_names: frozenset[str]
    ranks: Mapping[Vital, Mapping[int, int]]
    vendors: Mapping[str, Mapping[str, int]]
    hexadecimal_systems: frozenset[str]
    units: Mapping[str, str]
    conversions: Mapping[tuple[str, Vital], Conversion]
    container_ranges: tuple[tuple[int, int], ...]
    container_codes: frozenset[int]
    container_suffixes: tuple[str, ...]
    sentinels: frozenset[float]
    lead_off_at_zero: frozenset[Vital]
    questionable_flags: frozenset[str]
    placeholders: frozenset[str]
    keep_alive_codes: frozenset[int]
    keep_alive_texts: frozenset[str]
    alarm: AlarmCodes
    obr14_systems: frozenset[str]
    identity_codes: tuple[str, ...]
    device: DeviceCodes
    cache: dict[tuple[str, str, str], object] = field(default_factory=dict, compare=False, repr=False)
    values: dict[tuple[Vital, Conversion], dict[str, tuple[float, bool]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def from_toml(cls, text: str) -> "CodeTable":
        """Read the text of codes.toml; raises ConfigurationRefused with the place of what is wrong."""
        root = Table.parse(text, _PLACE)
        vitals, names = _vitals(root)
        others = _others(root, names)
        containers, no_value = root.table("containers"), root.table("no_value")
        return cls(
            vitals=vitals,
            names=names,
            others=others,
            foreign_names=frozenset(root.table("foreign_names").texts("names")),
            ranks=_ranks(root.table("priority"), vitals),
            vendors=_vendors(root, vitals),
            hexadecimal_systems=frozenset(root.table("hexadecimal").texts("systems")),
            units=_units(root.table("units")),
            conversions=_conversions(root),
            container_ranges=containers.ranges("ranges"),
            container_codes=frozenset(containers.wholes("codes")),
            container_suffixes=containers.texts("name_suffixes"),
            sentinels=frozenset(no_value.numbers("sentinels")),
            lead_off_at_zero=frozenset(_vital(no_value, word) for word in no_value.texts("lead_off_at_zero")),
            questionable_flags=frozenset(no_value.texts("questionable_flags")),
            placeholders=frozenset(root.table("patient").texts("placeholders")),
            keep_alive_codes=frozenset(root.table("keep_alive").wholes("codes")),
            keep_alive_texts=frozenset(root.table("keep_alive").texts("texts")),
            alarm=_alarm(root.table("alarm")),
            obr14_systems=frozenset(root.table("time").texts("obr14_systems")),
            identity_codes=root.table("device").texts("identity"),
            device=_device(root.table("device").table("rows"), root.table("pump")),
        )

    def number(self, code: str, name: str, system: str) -> int | None:
        """The MDC number `code` stands for in its own coding system, None when it stands for none."""
        own = self.vendors.get(system)
        if own is not None:
            number = own.get(code) or own.get(f"{code} {name}")
            if number is not None:
                return number
        if system in self.hexadecimal_systems:
            return hexadecimal_number(code)
        if system in MDC_SYSTEMS and code.isascii() and code.isdigit() and len(code) <= _LONGEST_MDC_NUMBER:
            return int(code) if int(code) >= LOWEST_MDC_NUMBER else None
        return None

    def is_container(self, number: int | None, name: str) -> bool:
        """Whether a row of this code groups others and never carries a value."""
        if number is not None and (
            number in self.container_codes or any(low <= number <= high for low, high in self.container_ranges)
        ):
            return True
        return name.startswith("MDC_") and name.endswith(self.container_suffixes)

    def is_special(self, number: int | None, system: str) -> bool:
        """Whether a row may belong to a device's alarm, describe the device, or tell a pump's state or event."""
        if system == self.alarm.alert_system:
            return True
        alarm, device = self.alarm, self.device
        return number is not None and (
            number // 65536 == alarm.event_partition
            or number in alarm.parts
            or number in alarm.event
            or number in alarm.condition
            or number in device.equipment
            or number in device.pump
        )


def hexadecimal_number(code: str) -> int | None:
    """PPPP-TTTT as partition x 65536 + term (0002-4182 is 147842); None for private terms and other texts."""
    match = _HEXADECIMAL.fullmatch(code.lower())
    if match is None:
        return None
    partition, term = int(match[1], 16), int(match[2], 16)
    return None if term >= _PRIVATE_TERMS else partition * 65536 + term


def _vital(table: Table, word: str) -> Vital:
    try:
        return Vital(word)
    except ValueError as error:
        raise ConfigurationRefused(f"{_PLACE}: {word!r} is no vital ({', '.join(table.names())})") from error


def _vitals(root: Table) -> tuple[dict[int, Vital], dict[str, int]]:
    vitals: dict[int, Vital] = {}
    names: dict[str, int] = {}
    for entry in root.tables("vital"):
        number = entry.whole("mdc")
        if number in vitals:
            raise entry.refused("mdc", "listed once")
        vitals[number] = _vital(entry, entry.text("vital"))
        for name in entry.texts("names"):
            if names.setdefault(name, number) != number:
                raise entry.refused("names", f"free: {name} means {names[name]} already")
    return vitals, names


def _others(root: Table, names: dict[str, int]) -> frozenset[int]:
    table = root.table("others")
    for number in table.names():
        if not number.isdigit():
            raise table.refused(number, "an MDC number with its names")
        for name in table.texts(number):
            if names.setdefault(name, int(number)) != int(number):
                raise table.refused(number, f"free: {name} means {names[name]} already")
    return frozenset(int(number) for number in table.names())


def _ranks(table: Table, vitals: Mapping[int, Vital]) -> dict[Vital, dict[int, int]]:
    ranks = {}
    for word in table.names():
        vital = _vital(table, word)
        for number in table.wholes(word):
            if vitals.get(number) is not vital:
                raise table.refused(word, f"a list of codes of {word}: {number} is none")
        ranks[vital] = {number: rank for rank, number in enumerate(table.wholes(word))}
    return ranks


def _vendors(root: Table, vitals: Mapping[int, Vital]) -> dict[str, dict[str, int]]:
    vendors = {}
    for entry in root.tables("vendor"):
        codes = entry.table("codes")
        own = {code: codes.whole(code) for code in codes.names()}
        for code, number in own.items():
            if number not in vitals:
                raise codes.refused(code, "the MDC number of a vital")
        vendors[entry.text("system")] = own
    return vendors


def _units(table: Table) -> dict[str, str]:
    units: dict[str, str] = {}
    for unit in table.names():
        for spelling in table.texts(unit):
            if units.setdefault(spelling, unit) != unit:
                raise table.refused(unit, f"free: {spelling} means {units[spelling]} already")
    return units


def _conversions(root: Table) -> dict[tuple[str, Vital], Conversion]:
    conversions = {(kind.unit, vital): SAME for vital, kind in KINDS.items()}
    for entry in root.tables("conversion"):
        only = {_vital(entry, word) for word in entry.texts("vitals")}
        how = Conversion(entry.number("add", 0.0), entry.number("multiply", 1.0), entry.number("divide", 1.0))
        if how.divide == 0 or how.multiply == 0:
            raise entry.refused("divide", "a conversion that keeps the value")
        for vital, kind in KINDS.items():
            if kind.unit == entry.text("to") and (not only or vital in only):
                conversions[(entry.text("from"), vital)] = how
    return conversions


def _alarm(table: Table) -> AlarmCodes:
    parts = ("source", "phase", "state", "audio", "priority", "text")
    priorities, alerts = table.table("priorities"), table.table("alerts")
    colours = alerts.table("priorities")
    return AlarmCodes(
        event=frozenset(table.wholes("event")),
        condition=frozenset(table.wholes("condition")),
        parts={number: part for part in parts for number in table.wholes(part)},
        event_partition=table.whole("event_partition"),
        priorities={code: priorities.text(code) for code in priorities.names()},
        alert_system=alerts.text("system"),
        alert_priorities={code: colours.text(code) for code in colours.names()},
    )


def _device(equipment: Table, pump: Table) -> DeviceCodes:
    events, words = pump.table("events"), pump.table("words")
    running = dict.fromkeys(words.texts("yes"), True) | dict.fromkeys(words.texts("no"), False)
    return DeviceCodes(
        equipment=_numbered(equipment, ("id", "model", "manufacturer", "serial", "software", "clock")),
        pump=_numbered(pump.table("rows"), ("event", *PUMP_FACTS)),
        events={code: events.text(code) for code in events.names()},
        running=running,
        no_drug=frozenset(words.texts("no_drug")),
    )


def _numbered(table: Table, allowed: tuple[str, ...]) -> dict[int, str]:
    for code in table.names():
        if not code.isdigit() or table.text(code) not in allowed:
            raise table.refused(code, f"an MDC number with one of {', '.join(allowed)}")
    return {int(code): table.text(code) for code in table.names()}
