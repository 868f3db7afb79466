"""What each bed sends, in order: made message by message, so a bed may run for ever.

Law: the messages follow from scenario, seed, bed and start time alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from simulators.bedside import Outgoing
from simulators.chair import Chair, patient_for
from simulators.hl7_writer import Observation, Sender
from simulators.hl7_writer.dialects import CLOCK_EVERY_S, DIALECTS, Moment, Speaks
from simulators.own_alarms import OwnAlarms
from simulators.pump import Pump, PumpOrder
from simulators.recordings import RecordedRow
from simulators.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Beat:
    """How often a bed sends, how far it lags behind the full second, and after how many virtual seconds it ends."""

    hz: float = 1.0
    phase_s: float = 0.0
    duration_s: float | None = None


def control_id(bed: str, start: datetime, number: int) -> str:
    """MSH-10: unique to the bed, the run and the message; the run is known by its start time."""
    return f"{bed}.{start:%y%m%d%H%M%S}{start.microsecond // 1000:03d}.{number}"


def scenario_messages(
    scenario: Scenario,
    seed: int,
    sender: Sender,
    start: datetime,
    beat: Beat,
    speaks: Speaks = DIALECTS["pcd01"],
    pump: Pump | None = None,
) -> Iterator[Outgoing]:
    """A simulated patient's messages; `start` is aware and in UTC. With a pump the drug is what that delivered."""
    chair = Chair(scenario, f"{seed}/{sender.bed}", None if pump is None else pump.delivered)
    numbers, alarms = count(1), OwnAlarms()
    clock_s = 0.0
    for tick in count():
        due_s = tick / beat.hz + beat.phase_s
        if beat.duration_s is not None and tick / beat.hz >= beat.duration_s:
            return
        measured = chair.observe(due_s)
        if not measured:
            continue
        rows = [Observation(m.vital, m.text, start + timedelta(seconds=m.at_s)) for m in measured]
        at = start + timedelta(seconds=due_s)
        changes = alarms.changes({m.vital: float(m.text) for m in measured}, at)
        moment = Moment(at, rows, changes, alarms.standing(), clock_due=due_s >= clock_s + CLOCK_EVERY_S)
        clock_s = due_s if moment.clock_due else clock_s
        for control, message in speaks(sender, moment, lambda: control_id(sender.bed, start, next(numbers))):
            yield Outgoing(due_s, control, message)


def recording_messages(
    rows: list[RecordedRow],
    sender: Sender,
    start: datetime,
    duration_s: float | None = None,
    speaks: Speaks = DIALECTS["pcd01"],
) -> Iterator[Outgoing]:
    """A recording as a monitor would send it: each non-empty cell once, at its own time; an empty row is silence."""
    numbers = count(1)
    for row in rows:
        if not row.cells or (duration_s is not None and row.time_s >= duration_s):
            continue
        at = start + timedelta(seconds=row.time_s)
        observations = [Observation(vital, text, at) for vital, text in row.cells]
        moment = Moment(at, observations)
        for control, message in speaks(sender, moment, lambda: control_id(sender.bed, start, next(numbers))):
            yield Outgoing(row.time_s, control, message)


def pump_for(scenario: Scenario, seed: int, bed: str, order: PumpOrder | None = None) -> Pump:
    """The pump at a bed: programmed as ordered, or as the scenario's infusion for this patient's weight."""
    infusion = scenario.infusion
    if order is None:
        weight_kg = patient_for(scenario, f"{seed}/{bed}").weight_kg
        order = PumpOrder(infusion.mg_per_kg, infusion.over_min, weight_kg)
    from_s = (infusion.from_min - scenario.offset_min) * 60
    return Pump(replace(order, from_s=from_s), offset_min=scenario.offset_min)
