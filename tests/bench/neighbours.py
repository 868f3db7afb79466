"""What one connection costs the others: a peer that never waits for its answers, and connections that say nothing.

Law: a real server and real sockets; the peer that floods is a process of its own.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from monitor.security.roles import Role
from tests.bench.clinic import furnish, settings
from tests.bench.traffic import Clock, Template
from tests.server import HOUSE, Server

BEDS = 100
SECONDS = 20
IDLE = 2000
FLOOD_BED = "B100"


def greedy_peer() -> dict[str, dict[str, float]]:
    """Milliseconds to the answer for 99 beds at one message a second: `alone`, and `beside` a peer that pipelines."""
    found = {}
    with _server(BEDS) as server, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name in ("alone", "beside"):
            flood = _flood(server.mllp_port) if name == "beside" else None
            out = Path(folder) / f"{name}.json"
            subprocess.run(
                [sys.executable, "-m", "tests.bench.load", "--to", f"127.0.0.1:{server.mllp_port}", "--beds",
                 str(BEDS - 1), "--seconds", str(SECONDS), "--warm-up", "4", "--out", str(out)],
                cwd=HOUSE, stdout=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            if flood is not None:
                flood.terminate()
                flood.wait(10)
            found[name] = json.loads(out.read_text())["ack_ms"]
    return found


def idle_connection_kb() -> float:
    """Memory of the server for a connection that has sent one message and says nothing more, kB."""
    with _server(1) as server:
        assert server.process is not None
        process = psutil.Process(server.process.pid)
        raw = Template("B1", {}).fill(b"1", Clock().text(time.time()), 1)
        _say(_connected(server.mllp_port, 1), raw)
        time.sleep(1.0)
        before = process.memory_info().rss
        lines = _connected(server.mllp_port, IDLE)
        _say(lines, raw)
        time.sleep(2.0)
        grown = process.memory_info().rss - before
        for line in lines:
            line.close()
    return round(grown / IDLE / 1024, 1)


def _connected(port: int, count: int) -> list[socket.socket]:
    return [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(count)]


def _say(lines: list[socket.socket], raw: bytes) -> None:
    for line in lines:
        line.sendall(raw)
    for line in lines:
        assert line.recv(4096)


@contextmanager
def _server(beds: int) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = Server(Path(folder) / "data", settings(beds))
        server.prepare({"nurse": Role.NURSE})
        furnish(server, beds)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _flood(port: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "tests.bench.neighbours", str(port)], cwd=HOUSE)


def main() -> int:
    """Send for ever without waiting; answers are thrown away. Ended by a signal."""
    line = _connected(int(sys.argv[1]), 1)[0]
    line.setblocking(True)
    template, clock, number = Template(FLOOD_BED, {}), Clock(), 0
    while True:
        batch = [template.fill(b"F%d" % (number + n), clock.text(time.time()), number + n) for n in range(50)]
        number += 50
        view = memoryview(b"".join(batch))
        while view:
            _throw_away(line)
            try:
                view = view[line.send(view, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                time.sleep(0.0005)


def _throw_away(line: socket.socket) -> None:
    try:
        while line.recv(65536, socket.MSG_DONTWAIT):
            pass
    except BlockingIOError:
        return


if __name__ == "__main__":
    raise SystemExit(main())
