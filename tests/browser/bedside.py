"""A bedside monitor that shows what a test tells it to: one message a second over MLLP, until it is switched off."""

import contextlib
import itertools
import socket
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from simulators.hl7_writer import Observation, Sender, oru
from tests.server import Server, converse

CALM = {"hr": 72.0, "pr": 72.0, "spo2": 97.0, "rr": 14.0, "etco2": 38.0}
CUFF = {"nibp_sys": 124.0, "nibp_dia": 76.0, "nibp_mean": 92.0}
EVERY_S = 0.5
NOT_RECORDED = (
    b"not recorded: keep this message and send it again"  # a disk slower than 0.5 s: a monitor does as it is told
)
TIMES = 60  # of at most 0.5 s each
_numbers = itertools.count(1)


class Bedside:
    """One simulated monitor; `says` changes what it shows, `inflate` measures a blood pressure once."""

    def __init__(self, server: Server, bed: str) -> None:
        self._server = server
        self._sender = Sender(bed)
        self._values = dict(CALM)
        self.said: list[tuple[float, float]] = []  # when (seconds of this machine's clock) which heart rate
        self._rates: itertools.cycle[float] | None = None
        self._silent = False
        self._off = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"bedside {bed}", daemon=True)

    def switch_on(self) -> "Bedside":
        self._thread.start()
        return self

    def switch_off(self) -> None:
        self._off.set()
        self._thread.join(10)

    def says(self, **values: float) -> None:
        """From the next message on."""
        self._values = {**self._values, **values}

    def calm(self) -> None:
        self._values = dict(CALM)
        self._rates = None

    def counts(self) -> None:
        """Say another heart rate with every message, so that a number tells when it was measured."""
        self._rates = itertools.cycle(map(float, range(60, 110)))

    def falls_silent(self, silent: bool) -> None:
        """Keep the line and say nothing, or speak again."""
        self._silent = silent

    def inflate(self, sys: float, dia: float, *, minutes_ago: float = 0.0) -> None:
        """One cuff measurement; sent at once."""
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        values = {"nibp_sys": sys, "nibp_dia": dia, "nibp_mean": round(dia + (sys - dia) / 3)}
        message, answer = self._message(values, at), NOT_RECORDED
        for _ in range(TIMES):
            if NOT_RECORDED not in answer:
                break
            answer = self._server.send(message)[0]
        assert b"|CA|" in answer or b"|AA|" in answer, answer

    def _message(self, values: Mapping[str, float], measured_at: datetime) -> bytes:
        seen = [Observation(vital, f"{value:g}", measured_at) for vital, value in values.items()]
        return oru(self._sender, f"B{next(_numbers)}", datetime.now(UTC), seen)

    def _run(self) -> None:
        """Keeps its line; a server that is gone is looked for again, as a real monitor does."""
        while not self._off.is_set():
            with contextlib.suppress(OSError, IndexError):
                self._talk()
            self._off.wait(EVERY_S)

    def _talk(self) -> None:
        address = ("127.0.0.1", self._server.mllp_port)
        with socket.create_connection(address, timeout=30) as line:
            while not self._off.wait(EVERY_S):
                if self._silent:
                    continue
                if self._rates is not None:
                    self.says(hr=next(self._rates))
                at = datetime.now(UTC)
                self.said.append((at.timestamp(), self._values["hr"]))
                converse(line, self._message(self._values, at))
