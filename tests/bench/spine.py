"""The bench of the spine alone: a message from its frame to its acknowledgement, and one tick of a chair.

Law: everything but sockets, many chairs, so that nothing is warmer than in a ward. Processor time only, that of the
writer beside that of the hub: no disk is measured.
"""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from config import from_environment
from monitor.app.application import Application
from monitor.app.composing import create_app
from monitor.clock import system_clock
from monitor.hl7.mllp import FrameBuffer
from monitor.recorder.arrivals import Arrived
from monitor.recorder.turn import Turn
from monitor.runtime import ThreadRuntime
from monitor.security.roles import Role
from tests.bench.clinic import furnish, settings
from tests.bench.traffic import Clock, Template
from tests.server import Server

P = ParamSpec("P")
T = TypeVar("T")

BEDS = 500
ROUNDS = 12
FRAMES_A_TURN = 25


class _Inline(ThreadRuntime):
    """Does at once what the server gives to other tasks and threads, so that one thread's time is all of it."""

    def offload(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return work(*args, **kwargs)

    def spawn(self, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        work(*args, **kwargs)

    def sleep(self, seconds: float) -> None:
        """Never."""

    def yield_now(self) -> None:
        """To nobody."""


def spine_us() -> dict[str, dict[str, float]]:
    """Microseconds of the hub for one message of ten observations (`message`), and for one tick of a chair (`tick`)."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = Server(Path(folder) / "data", settings(BEDS))
        server.prepare({"nurse": Role.NURSE})
        furnish(server, BEDS)
        runtime = _Inline()
        application = create_app(from_environment(server.environment), system_clock(), runtime)
        try:
            return {"message": _rounds(_messages(application, runtime)), "tick": _rounds(partial(_ticks, application))}
        finally:
            application.store.close()


def _messages(application: Application, runtime: ThreadRuntime) -> Callable[[], None]:
    recorder, clock = application.recorder, application.clock
    templates = [Template(f"B{number}", {}) for number in range(1, BEDS + 1)]
    buffers = [FrameBuffer(1 << 20) for _ in templates]
    text, sent = Clock(), [0]

    def ward_second() -> None:
        at, number = text.text(time.time()), sent[0]
        sent[0] += 1
        for first in range(0, BEDS, FRAMES_A_TURN):
            turn = Turn(clock.now(), clock.mono_s())
            for bed in range(first, first + FRAMES_A_TURN):
                for frame in buffers[bed].feed(templates[bed].fill(b"B%d-%d" % (bed, number), at, number)):
                    recorder.receive(Arrived(frame.raw, "127.0.0.1:1", clock.now(), clock.mono_s(), runtime.signal()))
            recorder.take_turn(turn)

    return ward_second


def _ticks(application: Application) -> None:
    recorder = application.recorder
    recorder.tick(list(recorder.ward))
    recorder.take_turn(Turn(application.clock.now(), application.clock.mono_s()))


def _rounds(work: Callable[[], None]) -> dict[str, float]:
    work()
    spent_us = []
    for _ in range(ROUNDS):
        began_s = time.thread_time()
        work()
        spent_us.append((time.thread_time() - began_s) / BEDS * 1e6)
    ranked = sorted(spent_us)
    return {"p50": round(ranked[ROUNDS // 2], 1), "p95": round(ranked[-1], 1), "p99": round(ranked[-1], 1)}
