"""One run of the bench: a real server, the load generator and the stations, each a process of its own."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import psutil

from monitor.security.roles import Role
from monitor.ward.stations import station_name
from tests.bench.clinic import STATION_SIZE, furnish, settings
from tests.bench.load import percentiles_ms
from tests.server import HOUSE, Server

ALARMS_A_RUN = 40
LOCK_S = 4.0


@dataclass(frozen=True)
class Plan:
    """What to run."""

    beds: int
    seconds: int
    boards: int = 20
    sessions: int = 20
    lock_at_s: float | None = None  # another process holds the database lock for LOCK_S


@dataclass
class Run:
    """What was measured; times in milliseconds, memory in MiB."""

    plan: Plan
    load: dict[str, object] = field(default_factory=dict)
    alarm_ms: list[float] = field(default_factory=list)
    every_alarm_ms: list[float] = field(default_factory=list)  # at each page that watches, not at the first
    alarms_expected: int = 0
    value_ms: list[float] = field(default_factory=list)
    core: float = 0.0
    rss_mb: list[tuple[float, float]] = field(default_factory=list)
    hub_gap_ms: float = 0.0
    stored: int = 0
    database_bytes: int = 0
    frames: int = 0

    def percentiles(self, values_ms: list[float]) -> dict[str, float | int | None]:
        """p50, p95, p99, max of milliseconds."""
        return percentiles_ms([value / 1000 for value in values_ms])


def run(plan: Plan) -> Run:
    """Run a plan and give back what was measured."""
    result = Run(plan)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = Server(Path(folder) / "data", settings(plan.beds))
        server.prepare({"nurse": Role.NURSE})
        furnish(server, plan.beds)
        server.start()
        try:
            _measure(plan, server, Path(folder), result)
        finally:
            server.stop()
        result.stored, result.database_bytes = _stored(server.data_dir / "monitor.db")
    return result


def _measure(plan: Plan, server: Server, folder: Path, result: Run) -> None:
    every = _station_names(plan.beds)
    names = ",".join(every[number] for number in _watched_stations(plan))
    watching_s = plan.seconds + 20
    stations = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.stations", "--port", str(server.http_port), "--boards", str(plan.boards),
         "--sessions", str(plan.sessions), "--beds", str(plan.beds), "--station-names", names,
         "--seconds", str(watching_s), "--out", str(folder / "stations.json")],
        cwd=HOUSE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert stations.stdout is not None
    stations.stdout.readline()
    injected = _injections(plan)
    load = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load", "--to", f"127.0.0.1:{server.mllp_port}", "--beds", str(plan.beds),
         "--seconds", str(plan.seconds), "--warm-up", "5", "--out", str(folder / "load.json"),
         *(part for one in injected for part in ("--inject", one))],
        cwd=HOUSE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert server.process is not None
    with _watched(psutil.Process(server.process.pid), plan, server, result):
        load.wait(plan.seconds + 120)
    result.hub_gap_ms = max(result.hub_gap_ms, _hub_gap_ms(server.http_port))
    stations.wait(watching_s + 60)
    result.load = json.loads((folder / "load.json").read_text())
    heard = json.loads((folder / "stations.json").read_text())
    result.frames, result.value_ms = heard["frames"], heard["value_ms"]
    injections = result.load["injections"]
    assert isinstance(injections, list)
    result.alarms_expected = len(injections)
    for one in injections:
        came_s = heard["alarms"].get(one["bed"])
        if came_s is not None and one["first_sent_mono_s"] is not None:
            result.alarm_ms.append((came_s - one["first_sent_mono_s"]) * 1000)
            arrivals = [at_s for bed, at_s in heard["every_alarm"] if bed == one["bed"]]
            result.every_alarm_ms += [(at_s - one["first_sent_mono_s"]) * 1000 for at_s in arrivals]


def _injections(plan: Plan) -> list[str]:
    """One extreme blood pressure, which alarms at once, on beds that are watched, spread over stations and run."""
    usable_s = plan.seconds - 15
    watched = sorted(set(_watched_stations(plan)))
    alarms = min(ALARMS_A_RUN, plan.beds)
    beds = [
        1 + watched[number % len(watched)] * STATION_SIZE + number // len(watched) % STATION_SIZE
        for number in range(alarms)
    ]
    return [f"{8 + usable_s * number / alarms:.2f}:B{bed}:nibp=205/118" for number, bed in enumerate(beds)]


def _watched_stations(plan: Plan) -> list[int]:
    """Which stations the boards watch, spread over all."""
    stations = len(_station_names(plan.beds))
    if stations < plan.boards:
        return [board % stations for board in range(plan.boards)]
    return [board * stations // plan.boards for board in range(plan.boards)]


def _station_names(beds: int) -> list[str]:
    return [station_name(number) for number in range((beds + STATION_SIZE - 1) // STATION_SIZE)]


@contextmanager
def _watched(process: psutil.Process, plan: Plan, server: Server, result: Run) -> Iterator[None]:
    """Sample the server's CPU and memory while the block runs; warm-up left out of the CPU share."""
    over = threading.Event()

    def sample() -> None:
        began_s = time.monotonic()
        over.wait(5.0)
        cpu_s, since_s = sum(process.cpu_times()[:2]), time.monotonic()
        locked = plan.lock_at_s is None
        while not over.wait(2.0):
            elapsed_s = time.monotonic() - began_s
            result.rss_mb.append((elapsed_s, process.memory_info().rss / 2**20))
            result.hub_gap_ms = max(result.hub_gap_ms, _hub_gap_ms(server.http_port))
            if elapsed_s < plan.seconds:
                result.core = (sum(process.cpu_times()[:2]) - cpu_s) / (time.monotonic() - since_s)
            if not locked and plan.lock_at_s is not None and elapsed_s > plan.lock_at_s:
                locked = True
                _hold_the_lock(server.data_dir / "monitor.db")

    thread = threading.Thread(target=sample)
    thread.start()
    yield
    over.set()
    thread.join()


def _hold_the_lock(path: Path) -> None:
    code = (
        "import sqlite3,sys,time; c=sqlite3.connect(sys.argv[1],isolation_level=None,timeout=30);"
        f"c.execute('BEGIN IMMEDIATE'); time.sleep({LOCK_S}); c.execute('ROLLBACK')"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)


def _hub_gap_ms(port: int) -> float:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    found = re.search(r"^hub_gap_seconds_max (\S+)", text, re.MULTILINE)
    return float(found[1]) * 1000 if found else 0.0


def _stored(path: Path) -> tuple[int, int]:
    """How many values the readings hold, and the bytes of their table."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(readings)")]
    vitals = columns[columns.index("hr") :]
    count = " + ".join(f"COUNT({vital})" for vital in vitals)
    stored = int(connection.execute(f"SELECT {count} FROM readings").fetchone()[0])
    try:
        size = int(connection.execute("SELECT SUM(pgsize) FROM dbstat WHERE name = 'readings'").fetchone()[0])
    except sqlite3.OperationalError:
        size = os.path.getsize(path)  # a SQLite without dbstat: the whole file, an upper bound
    connection.close()
    return stored, size
