"""`make bench`: measures the promises, prints a table and writes bench.json. Under 40 minutes; `--quick` for two."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench.exports import measure as exports
from tests.bench.measure import Plan, Run, run
from tests.bench.neighbours import greedy_peer, idle_connection_kb
from tests.bench.pages import board, session
from tests.bench.pages_large import measure as measure_pages
from tests.bench.pages_large import quantiles
from tests.bench.parts import authorise_us, identify_us, judge_us, parse_us, predict_us, replay_s, what_if_s
from tests.bench.session_log import session_log_ms
from tests.bench.spine import spine_us
from tests.bench.trail import trail

OUT = Path("bench.json")


def machine() -> str:
    """The machine in one line."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return (
        f"{os.cpu_count()} cores, {model}, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


class Table:
    """The figures, as rows of bench.json."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []
        self._machine = machine()

    def add(self, name: str, unit: str, figures: Mapping[str, object], cores: float | None = None) -> None:
        """Add and print one row."""
        row = {"name": name, "unit": unit, **{key: figures.get(key) for key in ("p50", "p95", "p99")}}
        self.rows.append({**row, "cores": cores, "machine": self._machine})
        shown = [
            f"{figures.get(key):>10}" if figures.get(key) is not None else " " * 10 for key in ("p50", "p95", "p99")
        ]
        print(f"{name:<28}{unit:<8}{''.join(shown)}{'' if cores is None else f'{cores:>8.2f}'}", flush=True)

    def one(self, name: str, unit: str, value: float, cores: float | None = None) -> None:
        """A figure that is a single number."""
        self.add(name, unit, {"p50": round(value, 2)}, cores)


def report(table: Table, done: Run) -> None:
    """The rows of one run."""
    beds, core = done.plan.beds, round(done.core, 3)
    load = done.load
    ack, codes = load["ack_ms"], load["codes"]
    assert isinstance(ack, dict)
    assert isinstance(codes, dict)
    table.add(f"ack_ms@{beds}", "ms", ack, core)
    table.add(f"alarm_ms@{beds}", "ms", done.percentiles(done.alarm_ms), core)
    table.add(f"live_value_ms@{beds}", "ms", done.percentiles(done.value_ms), core)
    sent = int(str(load["sent"]))
    good = sum(count for code, count in codes.items() if code in ("AA", "CA"))
    table.one(f"lost@{beds}", "msgs", sent - good + int(str(load["unsent"])))
    table.one(f"alarms_missed@{beds}", "alarms", done.alarms_expected - len(done.alarm_ms))
    table.one(f"server_core@{beds}", "cores", core)
    settled = [mb for elapsed_s, mb in done.rss_mb if elapsed_s > 10] or [0.0]
    table.add(
        f"rss_mb@{beds}", "MiB", {"p50": round(sorted(settled)[len(settled) // 2], 1), "p99": round(max(settled), 1)}
    )
    if done.plan.seconds >= 300:
        first, last = settled[: len(settled) // 5], settled[-len(settled) // 5 :]
        growth = sum(last) / len(last) - sum(first) / len(first)
        table.one(f"rss_growth_mb@{beds}", "MiB", growth)
    table.one(f"hub_gap_ms@{beds}", "ms", done.hub_gap_ms)
    if done.stored:
        table.one(f"bytes_per_observation@{beds}", "bytes", done.database_bytes / done.stored)


def main() -> int:
    """Run everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--quick", action="store_true", help="short runs, for trying a change")
    parser.add_argument("--beds", type=int, help="one run with so many beds only")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--large", type=Path, help="a folder that `make seed-large` made: its pages are measured too")
    chosen = parser.parse_args()
    table = Table()
    print(machine())
    print(f"{'':<28}{'':<8}{'p50':>10}{'p95':>10}{'p99':>10}{'core':>8}")
    if chosen.beds:
        report(table, run(Plan(chosen.beds, chosen.seconds)))
        return 0
    table.add("parse_us", "us", parse_us(again=False))
    table.add("parse_again_us", "us", parse_us(again=True))
    for part, figures in spine_us().items():
        table.add(f"spine_{part}_us", "us", figures)
    table.add("judge_us", "us", judge_us())
    table.add("authorise_us", "us", authorise_us())
    table.add("identify_us", "us", identify_us())
    table.add("predict_us", "us", predict_us())
    table.add("replay_s@2h_1hz", "s", replay_s())
    for kind, (took_ms, grown_mb) in exports().items():
        table.add(f"export_ms@3h_{kind}", "ms", took_ms)
        table.one(f"export_memory_mb@3h_{kind}", "MiB", grown_mb)
    for asked, figures in session_log_ms().items():
        table.add(asked, "ms", figures)
    table.add("what_if_s@3h_1hz_10", "s", what_if_s())
    added_per_s, verified_s = trail(50_000 if chosen.quick else 1_000_000)
    table.one("audit_append_per_s", "/s", added_per_s)
    table.one("audit_verify_1m_s", "s", verified_s)
    for beside, figures in greedy_peer().items():
        table.add(f"ack_ms@greedy_{beside}", "ms", figures)
    table.one("idle_connection_kb", "kB", idle_connection_kb())
    for name, value in board(60 if chosen.quick else 600).items():
        if isinstance(value, float):
            table.one(f"board_{name}@16", "", value)
        else:
            table.add(f"board_{name}@16", "ms", value)
    table.add("session_update_ms@75min", "ms", session(60))
    if chosen.large:
        measure_pages(chosen.large, lambda name, took: table.add(f"page_ms@{name}", "ms", quantiles(took)))
    watched = run(Plan(16, 60, boards=100, sessions=0))
    table.add("alarm_ms@16x100", "ms", watched.percentiles(watched.every_alarm_ms), round(watched.core, 3))
    seconds = 30 if chosen.quick else 60
    for plan in (
        Plan(200, seconds, boards=20, sessions=200 if not chosen.quick else 40),
        Plan(500, seconds if chosen.quick else 620),
        Plan(2000, seconds),
    ):
        report(table, run(plan))
    locked = run(Plan(499, 40, lock_at_s=15.0))
    table.one("hub_gap_ms@locked_4s", "ms", locked.hub_gap_ms)
    table.add("alarm_ms@locked_4s", "ms", locked.percentiles(locked.alarm_ms))
    bytes_row = next(row for row in table.rows if row["name"] == "bytes_per_observation@500")
    table.rows.append({**bytes_row, "name": "bytes_per_observation"})
    OUT.write_text(json.dumps(table.rows, indent=1) + "\n")
    print(f"written to {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
