"""The command line: `python -m simulators SCENARIO --to HOST:PORT …` and `… recording FILE.csv …`.

Law: standard output carries one line, `sent N acked N refused N`; problems go to standard error; exit 0 after the last
acknowledgement, 1 when a message stayed unacknowledged, 2 for a command line that makes no sense.
"""

import argparse
import asyncio
import os
import signal
import ssl
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from types import FrameType

from simulators.bedside import Manners, Tally, run_beds
from simulators.control import control, hands
from simulators.options import build_parser
from simulators.outfit import Outfit, recording, scenario
from simulators.recordings import RecordingRefused
from simulators.tls import TlsRefused, client_context
from simulators.toml_table import ScenarioRefused


async def _watch_parent(stop: asyncio.Event) -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(0.5)
    stop.set()


async def _run(options: argparse.Namespace, outfit: Outfit, tls: ssl.SSLContext | None) -> Tally:
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
        async with control(options.control, outfit.pumps), hands(outfit.pumps, on=options.hands):
            return await run_beds(
                outfit.devices,
                host,
                port,
                speed=options.speed,
                manners=manners,
                stop=stop,
                wires=outfit.writes,
                tls=tls,
            )
    finally:
        if outfit.dropped:
            print(f"simulators: {outfit.dropped} messages were dropped on purpose and never sent", file=sys.stderr)
        if watch is not None:
            watch.cancel()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = build_parser().parse_args(arguments)
    start = options.start or datetime.now(UTC)
    try:
        outfit = (recording if options.scenario == "recording" else scenario)(options, start)
        inside_tls = options.tls or options.ca or options.cert or options.key
        tls = client_context(options.ca, options.cert, options.key) if inside_tls else None
    except (ScenarioRefused, RecordingRefused, TlsRefused, OSError, UnicodeDecodeError) as error:
        print(f"simulators: {error}", file=sys.stderr)
        return 2
    try:
        tally = asyncio.run(_run(options, outfit, tls))
    except OSError as error:  # a receiver that is away is waited for; this is the control port
        print(f"simulators: the control port {options.control} cannot be opened: {error}", file=sys.stderr)
        return 2
    if tally.resent or tally.given_up:
        print(f"simulators: sent again {tally.resent} times, gave up {tally.given_up} messages", file=sys.stderr)
    print(tally.line, flush=True)
    return 1 if tally.given_up else 0


if __name__ == "__main__":
    sys.exit(main())
