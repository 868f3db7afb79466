"""What happens in a simulated chair, read from `scenarios/NAME.toml`.

Law: a scenario is data. Minutes of events count from the first message; minutes of the infusion count from the
start of the visit, which a bed may have begun earlier (`offset_min`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulators.expectations import Expectation, read_expectations
from simulators.hl7_writer.dialects import DIALECTS
from simulators.pump import OrderRefused, PumpOrder, check_words, parse_order
from simulators.toml_table import ScenarioRefused, Table
from simulators.wire_faults import SHARES, Faults

DEFAULT_DIALECT = "pcd01"
FOLDER = Path(__file__).with_name("scenarios")


@dataclass(frozen=True, slots=True, kw_only=True)
class Infusion:
    """What the pump gives: the drug runs evenly from `from_min` for `over_min` minutes."""

    from_min: float = 0.0
    over_min: float = 40.0
    mg_per_kg: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuff:
    """Minutes between two automatic blood pressure measurements, by phase of the visit."""

    before_min: float = 2.5  # two baseline measurements at least 2 min apart
    infusing_min: float = 5.0
    after_min: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happens from `from_min` to `until_min` (and comes back by `until_min + fall_min`).

    `motion` is how strongly the patient moves (0 to 1). With `cuff_on_probe_arm` the oximeter loses its pulse while
    the cuff is inflated; with `cuff_fails` a cuff that ends during the event gives no value.
    """

    from_min: float
    until_min: float
    rise_min: float = 0.0
    fall_min: float = 0.0
    towards: Mapping[str, float] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    silence: bool = False
    motion: float = 0.0
    cuff_on_probe_arm: bool = False
    cuff_fails: bool = False

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpPlan:
    """The pump of a chair: its order (None: the scenario's infusion) and the hands on it, as (second, words)."""

    order: PumpOrder | None = None
    hands: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One visit; `recur_min` makes its events come again, `typical` asks for a patient without surprises."""

    name: str
    words: str
    minutes: float
    typical: bool = True
    artefacts_per_min: float = 0.0
    infusion: Infusion = field(default_factory=Infusion)
    cuff: Cuff = field(default_factory=Cuff)
    events: tuple[Event, ...] = ()
    pump: PumpPlan | None = None
    wire: Faults = field(default_factory=Faults)
    dialect: str = DEFAULT_DIALECT
    expected: tuple[Expectation, ...] = ()
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

    @property
    def expected(self) -> tuple[Expectation, ...]:
        """The outcomes of a scenario that is one chair's; a set of chairs promises nothing of its own."""
        return self.beds[0].expected if self.minutes is not None else ()


def _event(table: Table) -> Event:
    event = Event(
        from_min=table.number("from_min"),
        until_min=table.number("until_min"),
        rise_min=table.number("rise_min", 0.0),
        fall_min=table.number("fall_min", 0.0),
        towards=table.numbers_by_vital("towards"),
        fixed=table.numbers_by_vital("fixed"),
        absent=table.vitals("absent"),
        silence=table.flag("silence"),
        motion=table.share("motion"),
        cuff_on_probe_arm=table.flag("cuff_on_probe_arm"),
        cuff_fails=table.flag("cuff_fails"),
    )
    table.done()
    if not 0 <= event.from_min + event.rise_min <= event.until_min:
        raise ScenarioRefused(f"{table.where}: from_min + rise_min must not lie after until_min")
    return event


def _infusion(table: Table) -> Infusion:
    infusion = Infusion(
        from_min=table.number("from_min"), over_min=table.number("over_min"), mg_per_kg=table.number("mg_per_kg")
    )
    table.done()
    return infusion


def _cuff(table: Table) -> Cuff:
    cuff = Cuff(
        before_min=table.number("before_min"),
        infusing_min=table.number("infusing_min"),
        after_min=table.number("after_min"),
    )
    table.done()
    if min(cuff.before_min, cuff.infusing_min, cuff.after_min) <= 0:
        raise ScenarioRefused(f"{table.where}: minutes between two measurements must be above 0")
    return cuff


def _pump(table: Table) -> PumpPlan:
    try:
        order = parse_order(table.text("order")) if "order" in table else None
        hands = [_hand(hand) for hand in table.tables("press")]
    except OrderRefused as error:
        raise ScenarioRefused(f"{table.where}: {error}") from error
    table.done()
    return PumpPlan(order=order, hands=tuple(sorted(hands)))


def _hand(table: Table) -> tuple[float, str]:
    at_min, words = table.number("at_min"), table.text("words")
    table.done()
    check_words(words)
    return at_min * 60, words


def _wire(table: Table) -> Faults:
    shares = {kind: table.share(kind) for kind in SHARES}
    late_s, delay_s = table.number("late_s", 0.0), table.number("delay_s", 0.0)
    if min(late_s, delay_s) < 0:
        raise ScenarioRefused(f"{table.where}: nothing is sent before it is measured")
    faults = Faults(**shares, late_s=late_s, delay_s=delay_s, clock_offset_s=table.number("clock_offset_s", 0.0))
    table.done()
    return faults


def parse_scenario(name: str, text: str, *, offset_min: float = 0.0, recur_min: float | None = None) -> Scenario:
    """Read one scenario; raises ScenarioRefused with the place and what is wrong."""
    table = Table.of_text(name, text)
    scenario = Scenario(
        name=name,
        words=table.text("words"),
        minutes=table.number("minutes"),
        typical=table.one_of("patient", ("typical", "drawn")) == "typical",
        artefacts_per_min=table.number("artefacts_per_min", 0.0),
        infusion=_infusion(table.table("infusion")),
        cuff=_cuff(table.table("cuff")),
        events=tuple(_event(event) for event in table.tables("event")),
        pump=_pump(table.table("pump")) if "pump" in table else None,
        wire=_wire(table.table("wire", {})),
        dialect=table.one_of("dialect", tuple(DIALECTS), DEFAULT_DIALECT),
        expected=read_expectations(table.tables("expect")),
        offset_min=offset_min,
        recur_min=recur_min,
    )
    table.done()
    return scenario


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
    table = Table.of_text(name, text)
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
