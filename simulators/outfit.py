"""The devices a command line asks for: a monitor a bed, a pump beside it, and the wires they send over.

Law: each device has a connection of its own.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from simulators.bedside import Outgoing
from simulators.hl7_writer import Sender
from simulators.hl7_writer.dialects import DIALECTS
from simulators.pump import Pump, pump_messages
from simulators.recordings import RecordingRefused, read_recording
from simulators.scenario import load
from simulators.timelines import Beat, pump_for, recording_messages, scenario_messages
from simulators.toml_table import ScenarioRefused
from simulators.vital_file import read_vital_file
from simulators.wire_faults import Faults, FaultyWire

Device = tuple[str, Iterator[Outgoing]]


@dataclass(slots=True)
class Outfit:
    """Every device with its messages, and the pumps by bed."""

    devices: list[Device] = field(default_factory=list)
    pumps: dict[str, Pump] = field(default_factory=dict)


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
    bed, speaks = options.bed[0], DIALECTS[options.dialect]
    return Outfit([(bed, recording_messages(rows, Sender(bed, options.patient_id), start, options.duration, speaks))])


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
    outfit, speaks = Outfit(), DIALECTS[options.dialect]
    with_pump = options.pump or options.order is not None or options.control is not None or bool(options.press)
    for index, bed in enumerate(names_of_beds):
        chair = chosen.beds[index % len(chosen.beds)]
        phase_s = round(index / len(names_of_beds) / options.hz, 3)  # beds do not send in step
        beat, sender = Beat(options.hz, phase_s, duration_s), Sender(bed, options.patient_id)
        pump = pump_for(chair, options.seed, bed, options.order) if with_pump else None
        messages = scenario_messages(chair, options.seed, sender, start, beat, speaks, pump)
        outfit.devices.append((bed, messages))
        if pump is not None:
            outfit.pumps[bed] = pump
            script = sorted(options.press)
            outfit.devices.append((f"pump of {bed}", pump_messages(pump, sender, start, duration_s, script)))
    return outfit


def wired(outfit: Outfit, faults: Faults, seed: int) -> tuple[dict[str, FaultyWire], list[Device]]:
    """The devices behind their wires; without faults the wires are none."""
    if not faults.any:
        return {}, outfit.devices
    wires = {name: FaultyWire(faults, f"{seed}/{name}") for name, _ in outfit.devices}
    return wires, [(name, wires[name].order(messages)) for name, messages in outfit.devices]
