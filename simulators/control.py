"""The trainer's hand on the pumps: a line of text for each act, over a loopback port or standard input.

Law: `BED WORDS` in, `ok …` or `refused …` out, one line each; only this machine can connect. What is asked for takes
effect at the pump's next report, a few seconds later at most. Standard input is not answered: what is refused is said
on standard error, and its end ends nothing.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

from simulators.pump import OrderRefused, Pump


def answer(pumps: Mapping[str, Pump], line: str) -> str:
    """Do what the line says; the bed may be left out when there is one pump."""
    words = line.strip()
    beds = [bed for bed in pumps if words.startswith(f"{bed} ")]
    if beds:
        bed = max(beds, key=len)
        words = words.removeprefix(f"{bed} ")
    elif len(pumps) == 1:
        bed = next(iter(pumps))
    else:
        return f"refused: say BED WORDS; beds are {', '.join(pumps) or 'none'}"
    try:
        return f"ok {bed}: {pumps[bed].obey(words)}"
    except OrderRefused as error:
        return f"refused: {error}"


async def _serve(pumps: Mapping[str, Pump], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while line := await reader.readline():
            writer.write(f"{answer(pumps, line.decode('utf-8', 'replace'))}\n".encode())
            await writer.drain()
    except (OSError, ValueError):
        return  # the trainer is gone, or sent a line without an end
    finally:
        writer.close()


async def _take_lines(pumps: Mapping[str, Pump]) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        said = answer(pumps, line.decode("utf-8", "replace"))
        if said.startswith("refused"):
            print(f"simulators: {line.decode('utf-8', 'replace').strip()}: {said}", file=sys.stderr, flush=True)


@asynccontextmanager
async def hands(pumps: Mapping[str, Pump], *, on: bool) -> AsyncIterator[None]:
    """Lines of standard input while the devices run; unless `on`, none is read."""
    taking = asyncio.create_task(_take_lines(pumps)) if on else None
    try:
        yield
    finally:
        if taking is not None:
            taking.cancel()


@asynccontextmanager
async def control(port: int | None, pumps: Mapping[str, Pump]) -> AsyncIterator[None]:
    """The control port while the devices run; `port` None opens none."""
    if port is None:
        yield
        return
    server = await asyncio.start_server(partial(_serve, pumps), "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
