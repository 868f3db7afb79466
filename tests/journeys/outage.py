"""A database outage under load: `python -m tests.journeys.outage` is 30 s of it at 200 messages a second.

Senders measure at their own pace, keep what is not acknowledged and send the same bytes again, in order, as bedside
monitors with a memory do. What was measured must be in the record, each once.
"""

import argparse
import contextlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from monitor.hl7.ack import control_id_of
from tests.journeys import messages
from tests.server import Server, converse

_HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
connection.close()
"""
_AGAIN_AFTER_S = 0.2
_BEFORE_S, _AFTER_S = 2.0, 2.0

Value = tuple[str, int, float]  # bed, milliseconds of the measurement, heart rate


@contextmanager
def held(database: Path, seconds: float) -> Iterator[None]:
    """Another process has the write lock of the database; the block ends when it has let go."""
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(database), str(seconds)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process, process.stdout:
        assert process.stdout.readline() == b"held\n"
        yield
        assert process.wait(seconds + 20) == 0


@dataclass
class Monitor:
    """One bed's monitor; `measured` is what it measured, all of it acknowledged once its thread has ended."""

    bed: str
    port: int
    a_second: float
    lasts_s: float
    measured: list[Value] = field(default_factory=list)
    refused: int = 0

    def run(self) -> None:
        """Measure and deliver, one after the other."""
        begun_s, begun_at = time.monotonic(), messages.now().replace(microsecond=0)
        connection: socket.socket | None = None
        for number in range(int(self.lasts_s * self.a_second)):
            time.sleep(max(0.0, begun_s + number / self.a_second - time.monotonic()))
            at, value = begun_at + timedelta(milliseconds=int(1000 * number / self.a_second)), 60.0 + number % 40
            self.measured.append((self.bed, _ms(at), value))
            control = f"{self.bed}.{number}"
            payload = messages.vitals(self.bed, {"hr": value}, at=at, control=control)
            connection = self._deliver(connection, payload, control)
        if connection is not None:
            connection.close()

    def _deliver(self, connection: socket.socket | None, payload: bytes, control: str) -> socket.socket:
        while True:
            with contextlib.suppress(OSError, IndexError):
                connection = connection or socket.create_connection(("127.0.0.1", self.port), timeout=10)
                if control_id_of(converse(connection, payload)) == ("AA", control):
                    return connection
                self.refused += 1
                time.sleep(_AGAIN_AFTER_S)
                continue
            connection = None


@dataclass(frozen=True)
class Outcome:
    """What was measured and what the record has."""

    measured: Counter[Value]
    recorded: Counter[Value]
    refused: int
    seconds: float

    @property
    def lost(self) -> int:
        return (self.measured - self.recorded).total()

    @property
    def doubled(self) -> int:
        return (self.recorded - self.measured).total()


def outage(folder: Path, *, held_s: float, a_second: float, beds: int) -> Outcome:
    """A server whose database is held for so long while so many messages a second come from so many beds."""
    names = [f"BED{number}" for number in range(beds)]
    server = Server(folder / "clinic", {"MONITOR_CHAIRS": ",".join(f"CH{name}={name}" for name in names)})
    server.prepare()
    server.start()
    begun_s = time.monotonic()
    try:
        lasts_s = _BEFORE_S + held_s + _AFTER_S
        monitors = [Monitor(name, server.mllp_port, a_second / beds, lasts_s) for name in names]
        threads = [threading.Thread(target=one.run, daemon=True) for one in monitors]
        for thread in threads:
            thread.start()
        time.sleep(_BEFORE_S)
        with held(server.data_dir / "monitor.db", held_s):
            pass
        for thread in threads:
            thread.join(60 + 2 * held_s)
            assert not thread.is_alive(), "a message was never accepted"
    finally:
        server.stop()
    assert "Traceback" not in server.log(), server.log()
    measured = Counter(value for one in monitors for value in one.measured)
    refused = sum(one.refused for one in monitors)
    return Outcome(measured, _recorded(server.data_dir / "monitor.db"), refused, time.monotonic() - begun_s)


def _recorded(database: Path) -> Counter[Value]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        found = connection.execute(
            "SELECT chairs.name, device_at_ms, hr FROM readings JOIN chairs ON chairs.id = chair_id"
        )
        return Counter((name.removeprefix("CH"), at_ms, value) for name, at_ms, value in found)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def main() -> int:
    """0 when nothing was lost and nothing doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.outage", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=200.0, help="messages a second of all beds together")
    parser.add_argument("--beds", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        done = outage(Path(folder), held_s=asked.seconds, a_second=asked.rate, beds=asked.beds)
    print(f"measured {done.measured.total()}, recorded {done.recorded.total()}, answered AE {done.refused}")
    print(f"lost {done.lost}, recorded twice {done.doubled}, {done.seconds:.0f} s")
    return int(bool(done.lost or done.doubled))


if __name__ == "__main__":
    sys.exit(main())
