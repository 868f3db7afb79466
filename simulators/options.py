"""What the command line accepts.

Law: a word that makes no sense is refused with what would; nothing is started here.
"""

import argparse
import math
from datetime import UTC, datetime
from pathlib import Path

from simulators.hl7_writer.dialects import DIALECTS
from simulators.pump import KNOWN_WORDS, OrderRefused, PumpOrder, check_words, parse_order
from simulators.scenario import load, names
from simulators.wire_faults import Faults


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


class _ListScenarios(argparse.Action):
    """Print every scenario with its words and its expected outcomes, and end."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        for name in names():
            chosen = load(name)
            print(f"{name:<20} {chosen.words}")
            for outcome in chosen.expected:
                print(f"{'':<20}   expect: {outcome.words}")
        parser.exit()


def _share(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0 to 1")
    return number


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return number


def _held_back(text: str) -> float:
    number = _seconds(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0")
    return number


def _order(text: str) -> PumpOrder:
    try:
        return parse_order(text)
    except OrderRefused as error:
        raise argparse.ArgumentTypeError(str(error)) from error


Press = tuple[str, float, str]
"""The bed whose pump is meant ("" every pump), the second, and the words."""


def _press(text: str) -> Press:
    when, colon, words = text.partition(":")
    bed, _, at_s = when.rpartition("@")
    if not colon:
        raise argparse.ArgumentTypeError(f"{text!r} is not SECOND:WORDS or BED@SECOND:WORDS, such as 120:occlude")
    try:
        check_words(words)
    except OrderRefused as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return bed, _seconds(at_s), words


def _pump_id(text: str) -> tuple[str, str]:
    bed, equals, identity = text.partition("=")
    if not equals or not bed or not identity:
        raise argparse.ArgumentTypeError(f"{text!r} is not BED=ID, such as SIM1=PUMP7")
    return bed, identity


def _device_arguments(parser: argparse.ArgumentParser) -> None:
    devices = parser.add_argument_group("devices")
    devices.add_argument("--dialect", choices=tuple(DIALECTS), help="how the monitors speak (default: the scenario's)")
    devices.add_argument("--pump", action="store_true", help="an infusion pump beside every monitor")
    devices.add_argument("--idle", action="store_true", help="pumps that nobody has programmed yet")
    devices.add_argument(
        "--pump-id", type=_pump_id, action="append", default=[], metavar="BED=ID", help="the own id of a bed's pump"
    )
    devices.add_argument("--order", type=_order, metavar="WORDS", help="'0.5 mg/kg over 40 min, 1 mg/mL, 70 kg'")
    devices.add_argument(
        "--press",
        type=_press,
        action="append",
        default=[],
        metavar="[BED@]S:WORDS",
        help=f"at this second (below 0: before the first message) someone acts on the pumps: {KNOWN_WORDS}",
    )
    devices.add_argument("--control", type=int, metavar="PORT", help="take 'BED WORDS' lines on this loopback port")
    devices.add_argument("--hands", action="store_true", help="take 'BED WORDS' lines from standard input")


def _fault_arguments(parser: argparse.ArgumentParser) -> None:
    wire = parser.add_argument_group("faults of the wire (a share of the messages; the same seed, the same faults)")
    wire.add_argument("--drop", type=_share, default=0.0, metavar="SHARE", help="never sent; counted apart")
    wire.add_argument("--duplicate", type=_share, default=0.0, metavar="SHARE", help="sent twice")
    for name, what in (
        ("reorder", "sent after the next one"),
        ("truncate", "cut off with the connection, then sent again"),
        ("byte-by-byte", "written byte by byte"),
        ("junk", "preceded by junk"),
        ("lost-end-block", "first sent without its end"),
    ):
        wire.add_argument(f"--{name}", type=_share, nargs="?", const=0.1, default=0.0, metavar="SHARE", help=what)
    wire.add_argument("--delay", type=_held_back, default=0.0, metavar="S", help="each held back up to so long")
    wire.add_argument("--late", type=_held_back, default=0.0, metavar="S", help="all held back so long")
    wire.add_argument("--clock-offset", type=_seconds, default=0.0, metavar="S", help="the monitor's clock is off")


def faults_of(options: argparse.Namespace) -> Faults:
    """The faults asked for on the command line."""
    return Faults(
        drop=options.drop,
        duplicate=options.duplicate,
        reorder=options.reorder,
        truncate=options.truncate,
        byte_by_byte=options.byte_by_byte,
        junk=options.junk,
        lost_end_block=options.lost_end_block,
        late_s=options.late,
        delay_s=options.delay,
        clock_offset_s=options.clock_offset,
    )


def build_parser() -> argparse.ArgumentParser:
    """What the command line accepts."""
    parser = argparse.ArgumentParser(
        prog="python -m simulators", description="Simulated bedside monitors that send HL7 over MLLP."
    )
    parser.add_argument("scenario", help=f"{', '.join(names())}, or: recording FILE.csv or FILE.vital")
    parser.add_argument("file", nargs="?", type=Path, help="the CSV or VitalDB file of a recording")
    parser.add_argument(
        "--list", action=_ListScenarios, nargs=0, help="every scenario, what is expected of it, then end"
    )
    parser.add_argument("--to", required=True, type=_address, metavar="HOST:PORT", help="the receiver")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--beds", type=_count, metavar="N", help="beds SIM1 to SIMN")
    which.add_argument("--bed", action="append", metavar="BEDID", help="a bed by its id; may be repeated")
    parser.add_argument("--hz", type=_above_zero, default=1.0, help="messages a virtual second and bed (default 1)")
    parser.add_argument("--speed", type=_above_zero, default=1.0, help="virtual seconds a real second (default 1)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed sends the same numbers (default 1)")
    parser.add_argument("--duration", type=_above_zero, metavar="S", help="virtual seconds (default: the whole visit)")
    parser.add_argument("--start", type=_moment, metavar="ISO", help="device time of the start (default: now)")
    parser.add_argument("--patient-id", default="", metavar="ID", help="send this identifier in PID-3")
    _device_arguments(parser)
    _fault_arguments(parser)
    tls = parser.add_argument_group("TLS", "any of these sends inside TLS")
    tls.add_argument("--tls", action="store_true", help="inside TLS, believing the authorities of this machine")
    tls.add_argument("--ca", type=Path, metavar="FILE", help="the authority that vouches for the receiver")
    tls.add_argument("--cert", type=Path, metavar="FILE", help="the gateway's certificate")
    tls.add_argument("--key", type=Path, metavar="FILE", help="its private key")
    parser.add_argument("--answer-timeout", type=_above_zero, default=10.0, metavar="S", help="wait for an answer")
    parser.add_argument(
        "--patience", type=_above_zero, default=120.0, metavar="S", help="real seconds of trouble before giving up"
    )
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    return parser
