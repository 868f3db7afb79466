"""A sender with a good memory: sends without a pause, keeps what was not acknowledged, and logs what was."""

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from monitor.hl7.message import parse
from tests.journeys import messages
from tests.server import converse


@dataclass(frozen=True)
class Sent:
    """One message as it was sent, and what it said."""

    control: str
    value: float
    at: datetime
    payload: bytes


@dataclass
class Sender:
    """Streams heart rates of one bed on a thread of its own until stopped; `acknowledged` is its log."""

    bed: str
    port: int
    low_spo2: float = 84.0
    acknowledged: list[Sent] = field(default_factory=list)
    resent: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> "Sender":
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Send no more; the message on its way is given up."""
        self._stop.set()
        assert self._thread is not None
        self._thread.join(20)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            at = messages.now()
            value = 60.0 + number % 40
            control = f"{self.bed}.{number}"
            spo2 = max(self.low_spo2, 97.0 - 3 * number)  # a fall in one step would be doubted, and ring later
            payload = messages.vitals(self.bed, {"hr": value, "spo2": spo2}, at=at, control=control)
            self._deliver(Sent(control, value, at, payload))
            self._stop.wait(0.02)

    def _deliver(self, sent: Sent) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(OSError, IndexError):
                if self._attempt(sent):
                    self.acknowledged.append(sent)
                    return
            self.resent += 1
            time.sleep(0.05)

    def _attempt(self, sent: Sent) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            answer = parse(converse(connection, sent.payload))
        return answer.field("MSA", 1) == "AA" and answer.field("MSA", 2) == sent.control
