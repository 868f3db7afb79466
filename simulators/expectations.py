"""What must come of a scenario at the nurses' side: the `[[expect]]` tables of its file.

Law: a closed vocabulary of outcomes, each with its own keys, read strictly. Minutes count from the first message, on
the true clock (not on a device's that is wrong).
"""

from dataclasses import dataclass

from simulators.toml_table import ScenarioRefused, Table

PRIORITIES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From one minute to another."""

    from_min: float
    until_min: float

    def holds(self, minute: float) -> bool:
        """Whether a minute is in it, its edges included."""
        return self.from_min <= minute <= self.until_min

    @property
    def words(self) -> str:
        """Such as `minutes 2 to 4.5`."""
        return f"minutes {self.from_min:g} to {self.until_min:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised:
    """An alarm of the receiver reaches this priority within the window, and has ended by then where that is said."""

    rule: str
    priority: str
    raised: Window
    ends_by_min: float | None

    @property
    def words(self) -> str:
        """In a trainer's words."""
        end = "" if self.ends_by_min is None else f", over by minute {self.ends_by_min:g}"
        return f"alarm {self.rule} at {self.priority.upper()} in {self.raised.words}{end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOtherAlarm:
    """No physiological alarm is raised but those that the scenario's other outcomes name."""

    named: frozenset[str]

    @property
    def words(self) -> str:
        """In a trainer's words."""
        return "no other alarm about the patient" if self.named else "no alarm about the patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAlarm:
    """The device's own alarm is kept, in its own words."""

    said: str
    raised: Window

    @property
    def words(self) -> str:
        """In a trainer's words."""
        return f"the device's own alarm “{self.said}” in {self.raised.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpTold:
    """What the pump told is in the record."""

    event: str
    told: Window

    @property
    def words(self) -> str:
        """In a trainer's words."""
        return f"the pump's {self.event.replace('_', ' ')} in {self.told.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A vital is shown live all through the window, or never in it."""

    vital: str
    live: bool
    shown: Window

    @property
    def words(self) -> str:
        """In a trainer's words."""
        return f"{self.vital} is {'' if self.live else 'not '}shown as live in {self.shown.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EachOnce:
    """Every value the monitor measured of this vital is in the record, none twice."""

    vital: str

    @property
    def words(self) -> str:
        """In a trainer's words."""
        return f"every {self.vital} is recorded, none twice"


Expectation = AlarmRaised | NoOtherAlarm | DeviceAlarm | PumpTold | Shown | EachOnce
OUTCOMES = ("alarm", "no_other_alarm", "device_alarm", "pump_told", "live", "not_live", "each_once")


def read_expectations(tables: list[Table]) -> tuple[Expectation, ...]:
    """The expected outcomes in the file's order; raises ScenarioRefused with the place and what is wrong."""
    outcomes = [(table, table.one_of("outcome", OUTCOMES)) for table in tables]
    read = [_read(table, outcome) for table, outcome in outcomes if outcome != "no_other_alarm"]
    named = frozenset(one.rule for one in read if isinstance(one, AlarmRaised))
    if any(outcome == "no_other_alarm" for _, outcome in outcomes):
        read.append(NoOtherAlarm(named=named))
    for table in tables:
        table.done()
    return tuple(read)


def _read(table: Table, outcome: str) -> Expectation:
    if outcome == "alarm":
        return AlarmRaised(
            rule=table.text("rule"),
            priority=table.one_of("priority", PRIORITIES),
            raised=_window(table),
            ends_by_min=table.optional("ends_by_min"),
        )
    if outcome == "device_alarm":
        return DeviceAlarm(said=table.text("said"), raised=_window(table))
    if outcome == "pump_told":
        return PumpTold(event=table.text("event"), told=_window(table))
    vital = table.vital("vital")
    if outcome == "each_once":
        return EachOnce(vital=vital)
    return Shown(vital=vital, live=outcome == "live", shown=_window(table))


def _window(table: Table) -> Window:
    window = Window(from_min=table.number("from_min"), until_min=table.number("until_min"))
    if not 0 <= window.from_min < window.until_min:
        raise ScenarioRefused(f"{table.where}: until_min must lie after from_min, and both after the first message")
    return window
