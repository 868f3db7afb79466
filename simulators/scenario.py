"""What happens in a simulated chair, read from `scenarios/NAME.toml`.

Law: a scenario is data. Minutes of events count from the first message; minutes of the infusion count from the
start of the visit, which a bed may have begun earlier (`offset_min`).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

FOLDER = Path(__file__).with_name("scenarios")
VITALS = ("hr", "pr", "spo2", "rr", "etco2", "fico2", "temp", "pi", "nibp_sys", "nibp_dia")


class ScenarioRefused(Exception):
    """A scenario that does not exist or does not make sense; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Infusion:
    """What the pump gives: the drug runs evenly from `from_min` for `over_min` minutes."""

    from_min: float
    over_min: float
    mg_per_kg: float


@dataclass(frozen=True, slots=True)
class Cuff:
    """Minutes between two automatic blood pressure measurements, by phase of the visit."""

    before_min: float
    infusing_min: float
    after_min: float


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens from `from_min` to `until_min` (and comes back by `until_min + fall_min`)."""

    from_min: float
    until_min: float
    rise_min: float
    fall_min: float
    towards: Mapping[str, float]
    fixed: Mapping[str, float]
    absent: frozenset[str]
    silence: bool

    def weight_at(self, minute: float) -> float:
        """How far the event has come, 0 to 1: a ramp up, a plateau, a ramp down."""
        if minute < self.from_min or minute >= self.until_min + self.fall_min:
            return 0.0
        if minute >= self.until_min:
            return 1 - (minute - self.until_min) / self.fall_min
        if minute < self.from_min + self.rise_min:
            return (minute - self.from_min) / self.rise_min
        return 1.0

    def holds_at(self, minute: float) -> bool:
        """Whether the event itself (without its ramp down) is on."""
        return self.from_min <= minute < self.until_min


@dataclass(frozen=True, slots=True)
class Scenario:
    """One visit; `recur_min` makes its events come again, `typical` asks for a patient without surprises."""

    name: str
    words: str
    minutes: float
    typical: bool
    artefacts_per_min: float
    infusion: Infusion
    cuff: Cuff
    events: tuple[Event, ...]
    offset_min: float = 0.0
    recur_min: float | None = None

    def event_minute(self, t_s: float) -> float:
        """The minute on the events' clock."""
        minute = t_s / 60
        return minute if self.recur_min is None else minute % self.recur_min

    def visit_minute(self, t_s: float) -> float:
        """The minute on the infusion's clock."""
        return t_s / 60 + self.offset_min


@dataclass(frozen=True, slots=True)
class ScenarioSet:
    """What a name stands for: the scenarios of its beds in turn, and for how long (`minutes` None: until ended)."""

    name: str
    words: str
    minutes: float | None
    beds: tuple[Scenario, ...]
    default_beds: int


class _Table:
    """One TOML table, read key by key; what is left over at the end is a mistake."""

    def __init__(self, where: str, table: object) -> None:
        if not isinstance(table, dict):
            raise ScenarioRefused(f"{where} is not a table")
        self.where, self._left = where, dict(cast("dict[str, object]", table))

    def take(self, key: str, default: object = None) -> object:
        value = self._left.pop(key, default)
        if value is None:
            raise ScenarioRefused(f"{self.where}: {key} is missing")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ScenarioRefused(f"{self.where}: {key} = {value!r} is not a number")
        return float(value)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.take(key, default)
        if not isinstance(value, str):
            raise ScenarioRefused(f"{self.where}: {key} = {value!r} is not text")
        return value

    def flag(self, key: str) -> bool:
        value = self.take(key, False)
        if not isinstance(value, bool):
            raise ScenarioRefused(f"{self.where}: {key} = {value!r} is neither true nor false")
        return value

    def table(self, key: str, default: object = None) -> "_Table":
        return _Table(f"{self.where}.{key}", self.take(key, default))

    def tables(self, key: str) -> "list[_Table]":
        value = self.take(key, [])
        if not isinstance(value, list):
            raise ScenarioRefused(f"{self.where}: {key} is not a list of tables")
        return [_Table(f"{self.where}.{key}[{n}]", item) for n, item in enumerate(value, 1)]

    def numbers_by_vital(self, key: str) -> dict[str, float]:
        inner = self.table(key, {})
        numbers = {vital: inner.number(vital) for vital in list(inner._left)}
        for vital in numbers:
            _known(inner.where, vital)
        return numbers

    def done(self) -> None:
        if self._left:
            raise ScenarioRefused(f"{self.where}: unknown {', '.join(sorted(self._left))}")


def _known(where: str, vital: object) -> str:
    if vital not in VITALS:
        raise ScenarioRefused(f"{where}: {vital!r} is no vital; known are {', '.join(VITALS)}")
    return str(vital)


def _event(table: _Table) -> Event:
    absent = table.take("absent", [])
    if not isinstance(absent, list):
        raise ScenarioRefused(f"{table.where}: absent is not a list of vitals")
    event = Event(
        from_min=table.number("from_min"),
        until_min=table.number("until_min"),
        rise_min=table.number("rise_min", 0.0),
        fall_min=table.number("fall_min", 0.0),
        towards=table.numbers_by_vital("towards"),
        fixed=table.numbers_by_vital("fixed"),
        absent=frozenset(_known(table.where, vital) for vital in absent),
        silence=table.flag("silence"),
    )
    table.done()
    if not 0 <= event.from_min + event.rise_min <= event.until_min:
        raise ScenarioRefused(f"{table.where}: from_min + rise_min must not lie after until_min")
    return event


def _typical(table: _Table) -> bool:
    patient = table.text("patient")
    if patient not in ("typical", "drawn"):
        raise ScenarioRefused(f"{table.where}: patient = {patient!r} must be typical or drawn")
    return patient == "typical"


def _infusion(table: _Table) -> Infusion:
    infusion = Infusion(table.number("from_min"), table.number("over_min"), table.number("mg_per_kg"))
    table.done()
    return infusion


def _cuff(table: _Table) -> Cuff:
    cuff = Cuff(table.number("before_min"), table.number("infusing_min"), table.number("after_min"))
    table.done()
    if min(cuff.before_min, cuff.infusing_min, cuff.after_min) <= 0:
        raise ScenarioRefused(f"{table.where}: minutes between two measurements must be above 0")
    return cuff


def parse_scenario(name: str, text: str, *, offset_min: float = 0.0, recur_min: float | None = None) -> Scenario:
    """Read one scenario; raises ScenarioRefused with the place and what is wrong."""
    table = _parsed(name, text)
    scenario = Scenario(
        name=name,
        words=table.text("words"),
        minutes=table.number("minutes"),
        typical=_typical(table),
        artefacts_per_min=table.number("artefacts_per_min", 0.0),
        infusion=_infusion(table.table("infusion")),
        cuff=_cuff(table.table("cuff")),
        events=tuple(_event(event) for event in table.tables("event")),
        offset_min=offset_min,
        recur_min=recur_min,
    )
    table.done()
    return scenario


def _parsed(name: str, text: str) -> _Table:
    try:
        return _Table(name, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioRefused(f"{name}: {error}") from error


def names() -> tuple[str, ...]:
    """Every scenario there is."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def _text_of(name: str) -> str:
    if name not in names():
        raise ScenarioRefused(f"there is no scenario {name!r}; there are {', '.join(names())}")
    return (FOLDER / f"{name}.toml").read_text("utf-8")


def load(name: str) -> ScenarioSet:
    """The scenario of this name, or the set of beds it lists; raises ScenarioRefused."""
    text = _text_of(name)
    table = _parsed(name, text)
    listed = table.tables("bed")
    if not listed:
        scenario = parse_scenario(name, text)
        return ScenarioSet(name, scenario.words, scenario.minutes, (scenario,), 1)
    beds = []
    for bed in listed:
        kind, offset_min, recur_min = bed.text("scenario"), bed.number("offset_min", 0.0), bed.number("recur_min", 0.0)
        bed.done()
        beds.append(parse_scenario(kind, _text_of(kind), offset_min=offset_min, recur_min=recur_min or None))
    words = table.text("words")
    table.done()
    return ScenarioSet(name, words, None, tuple(beds), len(beds))
