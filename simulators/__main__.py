"""The command line: `python -m simulators SCENARIO --to HOST:PORT …` and `… recording FILE.csv …`.

Law: standard output carries one line, `sent N acked N refused N`; problems go to standard error; exit 0 after the last
acknowledgement, 1 when a message stayed unacknowledged, 2 for a command line that makes no sense.
"""

import argparse
import asyncio
import math
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from simulators.bedside import Manners, Outgoing, Tally, run_beds
from simulators.hl7_writer import Sender
from simulators.hl7_writer.dialects import DIALECTS
from simulators.recordings import RecordingRefused, read_recording
from simulators.scenario import ScenarioRefused, load, names
from simulators.timelines import Beat, recording_messages, scenario_messages

Bed = tuple[str, Iterator[Outgoing]]


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO time such as 2026-03-01T08:00:00Z") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _above_zero(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def build_parser() -> argparse.ArgumentParser:
    """What the command line accepts."""
    parser = argparse.ArgumentParser(
        prog="python -m simulators", description="Simulated bedside monitors that send HL7 over MLLP."
    )
    parser.add_argument("scenario", help=f"{', '.join(names())}, or: recording FILE.csv")
    parser.add_argument("file", nargs="?", type=Path, help="the CSV file of a recording")
    parser.add_argument("--to", required=True, type=_address, metavar="HOST:PORT", help="the receiver")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--beds", type=_count, metavar="N", help="beds SIM1 to SIMN")
    which.add_argument("--bed", action="append", metavar="BEDID", help="a bed by its id; may be repeated")
    parser.add_argument("--hz", type=_above_zero, default=1.0, help="messages a virtual second and bed (default 1)")
    parser.add_argument("--speed", type=_above_zero, default=1.0, help="virtual seconds a real second (default 1)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed sends the same numbers (default 1)")
    parser.add_argument("--duration", type=_above_zero, metavar="S", help="virtual seconds (default: the whole visit)")
    parser.add_argument("--start", type=_moment, metavar="ISO", help="device time of the start (default: now)")
    parser.add_argument("--dialect", choices=tuple(DIALECTS), default="pcd01", help="how the monitors speak")
    parser.add_argument("--patient-id", default="", metavar="ID", help="send this identifier in PID-3")
    parser.add_argument("--answer-timeout", type=_above_zero, default=10.0, metavar="S", help="wait for an answer")
    parser.add_argument(
        "--patience", type=_above_zero, default=120.0, metavar="S", help="real seconds of trouble before giving up"
    )
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    return parser


def _recording(options: argparse.Namespace, start: datetime) -> list[Bed]:
    if options.file is None:
        raise RecordingRefused("which recording? python -m simulators recording FILE.csv …")
    if options.beds or not options.bed or len(options.bed) != 1:
        raise RecordingRefused("a recording is one bed's: give one --bed BEDID")
    with options.file.open(encoding="utf-8", newline="") as lines:
        rows = read_recording(lines)
    bed, speaks = options.bed[0], DIALECTS[options.dialect]
    return [(bed, recording_messages(rows, Sender(bed, options.patient_id), start, options.duration, speaks))]


def _scenario(options: argparse.Namespace, start: datetime) -> list[Bed]:
    if options.file is not None:
        raise ScenarioRefused(f"what is {options.file}? Only a recording takes a file")
    chosen = load(options.scenario)
    names_of_beds = options.bed or [f"SIM{n}" for n in range(1, (options.beds or chosen.default_beds) + 1)]
    if len(set(names_of_beds)) != len(names_of_beds):
        raise ScenarioRefused("the same bed is named twice")
    whole_s = None if chosen.minutes is None else chosen.minutes * 60
    duration_s = whole_s if options.duration is None else options.duration
    beds: list[Bed] = []
    speaks = DIALECTS[options.dialect]
    for index, bed in enumerate(names_of_beds):
        scenario = chosen.beds[index % len(chosen.beds)]
        phase_s = round(index / len(names_of_beds) / options.hz, 3)  # beds do not send in step
        beat = Beat(options.hz, phase_s, duration_s)
        messages = scenario_messages(scenario, options.seed, Sender(bed, options.patient_id), start, beat, speaks)
        beds.append((bed, messages))
    return beds


async def _watch_parent(stop: asyncio.Event) -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(0.5)
    stop.set()


async def _run(options: argparse.Namespace, beds: Sequence[Bed]) -> Tally:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def end(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)  # asked a second time, it ends at once
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    watch = asyncio.create_task(_watch_parent(stop)) if options.with_parent else None
    host, port = options.to
    manners = Manners(answer_s=options.answer_timeout, patience_s=options.patience)
    try:
        return await run_beds(beds, host, port, speed=options.speed, manners=manners, stop=stop)
    finally:
        if watch is not None:
            watch.cancel()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = build_parser().parse_args(arguments)
    start = options.start or datetime.now(UTC)
    try:
        beds = (_recording if options.scenario == "recording" else _scenario)(options, start)
    except (ScenarioRefused, RecordingRefused, OSError, UnicodeDecodeError) as error:
        print(f"simulators: {error}", file=sys.stderr)
        return 2
    tally = asyncio.run(_run(options, beds))
    if tally.resent or tally.given_up:
        print(f"simulators: sent again {tally.resent} times, gave up {tally.given_up} messages", file=sys.stderr)
    print(tally.line, flush=True)
    return 1 if tally.given_up else 0


if __name__ == "__main__":
    sys.exit(main())
