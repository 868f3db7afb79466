"""The devices a command line asks for: a monitor a bed, a pump beside it, and the wires they send over.

Law: each device has a connection of its own.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from simulators.bedside import Chunks, Outgoing
from simulators.hl7_writer import Sender
from simulators.hl7_writer.dialects import DIALECTS
from simulators.options import faults_of
from simulators.pump import Pump, PumpOrder, pump_messages
from simulators.recordings import RecordingRefused, read_recording
from simulators.scenario import DEFAULT_DIALECT, PumpPlan, Scenario, load
from simulators.timelines import Beat, pump_for, recording_messages, scenario_messages
from simulators.toml_table import ScenarioRefused
from simulators.vital_file import read_vital_file
from simulators.wire_faults import Faults, FaultyWire

Device = tuple[str, Iterator[Outgoing]]


@dataclass(slots=True)
class Outfit:
    """Every device with its messages in the order sent, the pumps by bed, and the wires that are at fault."""

    devices: list[Device] = field(default_factory=list)
    pumps: dict[str, Pump] = field(default_factory=dict)
    wires: dict[str, FaultyWire] = field(default_factory=dict)

    def connect(self, name: str, messages: Iterator[Outgoing], faults: Faults, seed: int) -> None:
        """Put a device on a connection of its own."""
        if faults.any:
            wire = self.wires[name] = FaultyWire(faults, f"{seed}/{name}")
            messages = wire.order(messages)
        self.devices.append((name, messages))

    @property
    def writes(self) -> dict[str, Chunks]:
        """How the frames of each faulty wire are written."""
        return {name: wire.chunks for name, wire in self.wires.items()}

    @property
    def dropped(self) -> int:
        """Messages that were never sent, on purpose."""
        return sum(wire.dropped for wire in self.wires.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for beyond the scenario; what is left out is as the scenario has it."""

    seed: int = 1
    patient_id: str = ""
    dialect: str | None = None
    faults: Faults = field(default_factory=Faults)
    with_pump: bool = False
    order: PumpOrder | None = None
    idle: bool = False
    pump_id: str = ""
    hands: Sequence[tuple[float, str]] = ()


def recording(options: argparse.Namespace, start: datetime) -> Outfit:
    """One bed that replays a file."""
    if options.file is None:
        raise RecordingRefused("which recording? python -m simulators recording FILE.csv …")
    if options.beds or not options.bed or len(options.bed) != 1:
        raise RecordingRefused("a recording is one bed's: give one --bed BEDID")
    if options.pump or options.order:
        raise RecordingRefused("a recording has no pump: leave out --pump and --order")
    if options.file.suffix == ".vital":
        rows = read_vital_file(options.file.read_bytes())
    else:
        with options.file.open(encoding="utf-8", newline="") as lines:
            rows = read_recording(lines)
    bed, speaks, faults = options.bed[0], DIALECTS[options.dialect or DEFAULT_DIALECT], faults_of(options)
    start += timedelta(seconds=faults.clock_offset_s)
    messages = recording_messages(rows, Sender(bed, options.patient_id), start, options.duration, speaks)
    outfit = Outfit()
    outfit.connect(bed, messages, faults, options.seed)
    return outfit


def scenario(options: argparse.Namespace, start: datetime) -> Outfit:
    """The beds of a scenario, each with a pump where asked for."""
    if options.file is not None:
        raise ScenarioRefused(f"what is {options.file}? Only a recording takes a file")
    chosen = load(options.scenario)
    names_of_beds = options.bed or [f"SIM{n}" for n in range(1, (options.beds or chosen.default_beds) + 1)]
    if len(set(names_of_beds)) != len(names_of_beds):
        raise ScenarioRefused("the same bed is named twice")
    whole_s = None if chosen.minutes is None else chosen.minutes * 60
    duration_s = whole_s if options.duration is None else options.duration
    wish = Wish(
        seed=options.seed,
        patient_id=options.patient_id,
        dialect=options.dialect,
        faults=faults_of(options),
        with_pump=_wants_pumps(options),
        order=options.order,
        idle=options.idle,
    )
    ids = dict(options.pump_id)
    outfit = Outfit()
    for index, bed in enumerate(names_of_beds):
        phase_s = round(index / len(names_of_beds) / options.hz, 3)  # beds do not send in step
        hands = [(at_s, words) for whose, at_s, words in options.press if whose in ("", bed)]
        its = replace(wish, hands=hands, pump_id=ids.get(bed, ""))
        seat(outfit, bed, chosen.beds[index % len(chosen.beds)], start, Beat(options.hz, phase_s, duration_s), its)
    return outfit


def _wants_pumps(options: argparse.Namespace) -> bool:
    acted_on = options.control is not None or options.hands or options.press or options.pump_id
    return bool(options.pump or options.idle or options.order is not None or acted_on)


def seat(outfit: Outfit, bed: str, chair: Scenario, start: datetime, beat: Beat, wish: Wish) -> None:
    """Set the devices of one chair going: its monitor, and its pump where the scenario or the wish has one."""
    sender, faults = Sender(bed, wish.patient_id), wish.faults.over(chair.wire)
    start += timedelta(seconds=faults.clock_offset_s)
    plan = chair.pump or (PumpPlan() if wish.with_pump else None)
    pump = None if plan is None else pump_for(chair, wish.seed, bed, wish.order or plan.order)
    if pump is not None and wish.idle:
        pump = Pump(None, offset_min=chair.offset_min)
    if pump is not None:
        pump.identity = wish.pump_id
    speaks = DIALECTS[wish.dialect or chair.dialect]
    outfit.connect(bed, scenario_messages(chair, wish.seed, sender, start, beat, speaks, pump), faults, wish.seed)
    if pump is not None and plan is not None:
        outfit.pumps[bed] = pump
        hands = sorted((*plan.hands, *wish.hands), key=lambda hand: hand[0])
        outfit.connect(f"pump of {bed}", pump_messages(pump, sender, start, beat.duration_s, hands), faults, wish.seed)
