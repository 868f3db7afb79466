"""A bedside monitor's gateway: sends one message, waits for its acknowledgement, sends again what was not taken.

Law: the next message waits until this one is acknowledged positively; none is skipped for being late. What is sent
late keeps the device time at which it was measured. A message given up after `patience_s` of trouble is counted.
"""

import asyncio
import ssl
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from simulators.mllp import END, Acknowledgement, frame, read_acknowledgement, unframe
from simulators.tls import words

Say = Callable[[str], None]


class Unanswered(Exception):
    """No acknowledgement of this message came over this connection; the text says why."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, due so many virtual seconds after the start."""

    due_s: float
    control_id: str
    payload: bytes


@dataclass(slots=True)
class Tally:
    """What was sent: messages (each counted once), those taken, refusals heard, sent again, given up."""

    sent: int = 0
    acked: int = 0
    refused: int = 0
    resent: int = 0
    given_up: int = 0

    @property
    def line(self) -> str:
        """The last line on standard output."""
        return f"sent {self.sent} acked {self.acked} refused {self.refused}"


@dataclass(frozen=True, slots=True)
class Manners:
    """How long a sender waits: for an answer, between attempts (doubling), and in all before it gives a message up."""

    answer_s: float = 10.0
    first_pause_s: float = 0.1
    longest_pause_s: float = 5.0
    patience_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Virtual seconds against the wall clock: `speed` virtual seconds pass in each real one."""

    speed: float = 1.0
    started_mono_s: float = field(default_factory=time.monotonic)

    def wait_s(self, due_s: float) -> float:
        """Real seconds still to wait; negative when late."""
        return self.started_mono_s + due_s / self.speed - time.monotonic()


def to_stderr(words: str) -> None:
    """Problems go to standard error."""
    print(words, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes written at once; `then_cut` closes the connection behind them, `then_wait_s` waits."""

    raw: bytes
    then_wait_s: float = 0.0
    then_cut: bool = False


Chunks = Callable[[bytes], Iterator[Chunk]]
"""What is written for one attempt to send a message."""


def whole_frames(message: bytes) -> Iterator[Chunk]:
    """A wire without faults."""
    yield Chunk(frame(message))


class Line:
    """One TCP connection to the receiver, opened when needed."""

    def __init__(self, host: str, port: int, chunks: Chunks = whole_frames, tls: ssl.SSLContext | None = None) -> None:
        self._host, self._port, self._chunks, self._tls = host, port, chunks, tls
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, message: Outgoing, answer_s: float) -> Acknowledgement:
        """Send and wait for the acknowledgement of this message; raises Unanswered (the line is then closed)."""
        try:
            async with asyncio.timeout(answer_s):
                return await self._exchange(message)
        except TimeoutError as error:
            await self.close()  # a late answer must not meet the next message
            raise Unanswered(f"no acknowledgement within {answer_s:g} s") from error
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            await self.close()
            what = words(error) if isinstance(error, OSError) else "the connection was closed"
            raise Unanswered(what) from error

    async def _exchange(self, message: Outgoing) -> Acknowledgement:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, ssl=self._tls)
        reader, writer = self._streams
        for chunk in self._chunks(message.payload):
            writer.write(chunk.raw)
            await writer.drain()
            if chunk.then_cut:
                raise ConnectionAbortedError("the frame was cut")
            if chunk.then_wait_s:
                await asyncio.sleep(chunk.then_wait_s)
        while True:
            answer = read_acknowledgement(unframe(await reader.readuntil(END)))
            if answer.control_id == message.control_id:
                return answer

    async def close(self) -> None:
        """Close the connection; the next message opens a new one."""
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].close()
            with suppress(OSError):
                await streams[1].wait_closed()


class Bedside:
    """The gateway of one bed."""

    def __init__(self, name: str, line: Line, tally: Tally, stop: asyncio.Event, manners: Manners, say: Say) -> None:
        self._name, self._line, self._tally, self._stop = name, line, tally, stop
        self._manners, self._say = manners, say
        self._trouble_since_s: float | None = None
        self._gave_up = False

    async def run(self, messages: Iterator[Outgoing], pace: Pace) -> None:
        """Send every message when it is due, in order, until there are no more or a stop is asked for."""
        try:
            for message in messages:
                await self._rest(pace.wait_s(message.due_s))
                if self._stop.is_set():
                    break
                await self.deliver(message)
        finally:
            await self._line.close()

    async def deliver(self, message: Outgoing) -> bool:
        """Send until taken; False when it was given up."""
        self._tally.sent += 1
        pause_s = self._manners.first_pause_s
        while True:
            trouble = await self._attempt(message)
            if trouble is None:
                self._tally.acked += 1
                self._calm()
                return True
            if self._hopeless(trouble):
                self._give_up(f"gave up {message.control_id}: {trouble}")
                return False
            await self._rest(pause_s)
            pause_s = min(pause_s * 2, self._manners.longest_pause_s)
            self._tally.resent += 1

    async def _attempt(self, message: Outgoing) -> str | None:
        try:
            answer = await self._line.ask(message, self._manners.answer_s)
        except Unanswered as why:
            return str(why)
        if answer.positive:
            return None
        self._tally.refused += 1
        return f"refused with {answer.code or 'no code'} {answer.words}".rstrip()

    def _hopeless(self, trouble: str) -> bool:
        now_s = time.monotonic()
        if self._trouble_since_s is None:
            self._trouble_since_s = now_s
            self._say(f"{self._name}: {trouble}; sending again")
        return self._stop.is_set() or now_s - self._trouble_since_s >= self._manners.patience_s

    def _give_up(self, words: str) -> None:
        self._tally.given_up += 1
        if not self._gave_up:
            self._say(f"{self._name}: {words}")  # once a trouble: what follows fails for the same reason
        self._gave_up = True

    def _calm(self) -> None:
        if self._trouble_since_s is not None:
            self._say(f"{self._name}: acknowledged again after {time.monotonic() - self._trouble_since_s:.1f} s")
        self._trouble_since_s, self._gave_up = None, False

    async def _rest(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)  # a bed that is late must not starve the others
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)


async def run_beds(
    beds: Sequence[tuple[str, Iterator[Outgoing]]],
    host: str,
    port: int,
    *,
    speed: float = 1.0,
    manners: Manners | None = None,
    stop: asyncio.Event | None = None,
    say: Say = to_stderr,
    wires: Mapping[str, Chunks] | None = None,
    tls: ssl.SSLContext | None = None,
) -> Tally:
    """Run every bed on its own connection until all their messages are acknowledged or given up, or `stop` is set.

    `wires` says of a bed how its frames are written; without it they are whole.
    """
    tally, pace, halt = Tally(), Pace(speed), stop or asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for name, messages in beds:
            line = Line(host, port, (wires or {}).get(name, whole_frames), tls)
            bedside = Bedside(name, line, tally, halt, manners or Manners(), say)
            group.create_task(bedside.run(messages, pace))
    return tally
