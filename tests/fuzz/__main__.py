"""`make fuzz`: a million broken frames; ends with 1 at the first broken promise and the bytes that show it."""

import argparse
import multiprocessing
import os
import sys
import time
import traceback
from random import Random

from monitor.hl7.codes import CodeTable
from monitor.hl7.familiar import Familiar
from tests.fuzz.breaking import FIXTURES, FRAMES_A_STREAM, stream
from tests.fuzz.receiving import Tally, receive

CODES = CodeTable.from_toml((FIXTURES.parents[2] / "monitor/hl7/codes.toml").read_text(encoding="utf-8"))
_STREAMS_A_PIECE = 500


class _Broken(Exception):
    """A promise that does not hold; its text is all one needs to see it again."""


def _piece(of: tuple[int, int, int]) -> Tally:
    """Some streams of one seed, in a process of a pool."""
    seed, first, count = of
    tally, familiar = Tally(), Familiar(CODES)
    for number in range(first, first + count):
        name = f"{seed}:{number}"
        raw = stream(name)
        try:
            receive(raw, CODES, familiar, Random(name), tally)
        except Exception:  # noqa: BLE001  whatever it is, its bytes are what one needs
            raise _Broken(f"stream {number} of seed {seed}\n{traceback.format_exc()}\n{raw!r}") from None
    return tally


def _report(tally: Tally, frames: int, seconds: float) -> None:
    rows: list[tuple[str, object]] = [("frames sent", frames)]
    rows += [(f"  found: {kind}", count) for kind, count in tally.found.most_common()]
    rows.append(("messages", tally.messages))
    rows += [(f"  answered {code}", count) for code, count in sorted(tally.answers.items())]
    rows += [(f"  refused: {reason}", count) for reason, count in tally.reasons.most_common()]
    rows += [("messages with readings", tally.with_readings), ("observations, each with one fate", tally.observations)]
    rows.append(("messages known again, each as the reader reads it", tally.recalled))
    rows += [("exceptions", 0), ("slowest frame, ms", round(1000 * tally.slowest_s, 1)), ("seconds", round(seconds))]
    for name, figure in rows:
        print(f"{name:<72}{figure:>12}")


def main() -> int:
    """0 when every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=None, help="makes the same frames again")
    parser.add_argument("--stream", type=int, default=None, help="only this stream of the seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    seed = Random().randrange(1_000_000) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    streams = (
        range(-(-asked.frames // FRAMES_A_STREAM)) if asked.stream is None else range(asked.stream, asked.stream + 1)
    )
    starts = range(streams.start, streams.stop, _STREAMS_A_PIECE)
    pieces = [(seed, first, min(_STREAMS_A_PIECE, streams.stop - first)) for first in starts]
    tally, begun_s = Tally(), time.monotonic()
    with multiprocessing.Pool(asked.processes) as pool:
        try:
            for done in pool.imap_unordered(_piece, pieces):
                tally.add(done)
        except _Broken as broken:
            print(broken)
            return 1
    _report(tally, len(streams) * FRAMES_A_STREAM, time.monotonic() - begun_s)
    return 0


if __name__ == "__main__":
    sys.exit(main())
