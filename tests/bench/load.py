"""The load generator of `make bench`: `python -m tests.bench.load --to HOST:PORT --beds 500 --seconds 60 --out FILE`.

Law: its own process, open loop, one connection a bed, the beds spread evenly over the second. Writes one JSON
result; `*_mono_s` are `time.monotonic()`, which is one clock for all processes of a Linux machine.
"""

import argparse
import asyncio
import gc
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.lines import BedLine, Measured, Sent
from tests.bench.traffic import CUFF, Clock, Injection, Template, parse_injection


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send: beds PREFIX1 to PREFIXn, `hz` messages a second each, a cuff measurement every `cuff_every_s`."""

    host: str
    port: int
    beds: int
    seconds: float
    bed_prefix: str = "B"
    hz: float = 1.0
    warm_up_s: float = 2.0
    drain_s: float = 10.0
    cuff_every_s: float = 300.0
    injections: tuple[Injection, ...] = ()


@dataclass
class Injected:
    """An injection, its template, and what became of it."""

    injection: Injection
    template: Template
    sends: list[tuple[bytes, Sent]] = field(default_factory=list)

    def wanted(self, elapsed_s: float) -> bool:
        """Whether the bed's next message carries it; a cuff measurement goes out once."""
        begins_s = self.injection.at_s
        if self.injection.is_cuff:
            return elapsed_s >= begins_s and not self.sends
        return begins_s <= elapsed_s < begins_s + self.injection.for_s

    def result(self) -> dict[str, object]:
        """The injection as the result file tells it; times null when it was never sent or answered."""
        control_id, first = self.sends[0] if self.sends else (b"", None)
        return {
            "at_s": self.injection.at_s,
            "bed": self.injection.bed,
            "values": dict(self.injection.values),
            "for_s": self.injection.for_s,
            "messages": len(self.sends),
            "first_control_id": control_id.decode(),
            "first_sent_mono_s": first and first.at_mono_s,
            "first_acked_mono_s": first and first.acked_mono_s,
            "last_sent_mono_s": self.sends[-1][1].at_mono_s if self.sends else None,
        }


class Bed:
    """One bed: its line, its templates, and what is injected into it."""

    def __init__(self, name: str, line: BedLine, plan: Plan, run: str, place: int) -> None:
        """`place` among the beds decides when its cuff measures: the beds' cuffs are spread, as their patients came."""
        self.line = line
        self._prefix = f"{name}-{run}-".encode()
        self._steady, self._with_cuff = Template(name, {}), Template(name, CUFF)
        self._cuff_each = max(1, round(plan.cuff_every_s * plan.hz))
        self._number = place % self._cuff_each
        self.injected = [Injected(i, Template(name, dict(i.values))) for i in plan.injections if i.bed == name]

    def send(self, elapsed_s: float, at: bytes) -> None:
        """Send the next message."""
        number, self._number = self._number, self._number + 1
        control_id = self._prefix + b"%d" % number
        injected = next((i for i in self.injected if i.wanted(elapsed_s)), None)
        if injected is not None:
            template = injected.template
        else:
            template = self._steady if number % self._cuff_each else self._with_cuff
        sent = self.line.send(control_id, template.fill(control_id, at, number), template.observations)
        if injected is not None and sent is not None:
            injected.sends.append((control_id, sent))


async def _connect(plan: Plan, line: BedLine, turn: asyncio.Semaphore) -> None:
    async with turn:  # a listener's backlog is short: not all at once
        await asyncio.get_running_loop().create_connection(lambda: line, plan.host, plan.port)


async def _send_all(plan: Plan, beds: Sequence[Bed], started_mono_s: float) -> list[float]:
    """Send message k at start + k / rate; returns how late each was, in seconds."""
    rate, total = len(beds) * plan.hz, round(len(beds) * plan.hz * plan.seconds)
    clock, number = Clock(), 0
    late_s: list[float] = []
    while number < total:
        now_s = time.monotonic() - started_mono_s
        at = clock.text(time.time())
        due = min(total, int(now_s * rate) + 1) if now_s >= 0 else 0
        while number < due:
            due_s = number / rate
            beds[number % len(beds)].send(due_s, at)
            late_s.append(time.monotonic() - started_mono_s - due_s)
            number += 1
        await asyncio.sleep(max(0.001, number / rate - (time.monotonic() - started_mono_s)))
    return late_s


async def _drain(beds: Sequence[Bed], drain_s: float) -> int:
    """Wait for the answers still missing; returns how many never came."""
    until_mono_s = time.monotonic() + drain_s
    while (unacked := sum(bed.line.unacked for bed in beds)) and time.monotonic() < until_mono_s:
        await asyncio.sleep(0.05)
    return unacked


def percentiles_ms(seconds: list[float]) -> dict[str, float | int | None]:
    """p50, p95, p99 and the largest in milliseconds (None without a value), and how many there are."""
    ranked = sorted(seconds)
    last = len(ranked) - 1

    def at(share: float) -> float | None:
        return round(ranked[round(share * last)] * 1000, 3) if ranked else None

    return {"p50": at(0.50), "p95": at(0.95), "p99": at(0.99), "max": at(1.0), "count": len(ranked)}


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def run(plan: Plan) -> dict[str, object]:
    """Run the plan; returns the result as it is written. Raises OSError when the receiver cannot be reached."""
    measured, name = Measured(), f"{time.time_ns() // 1_000_000:x}"
    beds = [Bed(f"{plan.bed_prefix}{n}", BedLine(measured), plan, name, n) for n in range(1, plan.beds + 1)]
    turn = asyncio.Semaphore(50)
    await asyncio.gather(*(_connect(plan, bed.line, turn) for bed in beds))
    gc.freeze()  # the beds stay: a collection need not look at them and pause the sending
    started_at, started_mono_s, cpu_s = datetime.now(UTC), time.monotonic() + 0.1, _cpu_s()
    measured.counts_from_mono_s = started_mono_s + plan.warm_up_s
    late_s = await _send_all(plan, beds, started_mono_s)
    sending_s, cpu_s = time.monotonic() - started_mono_s, _cpu_s() - cpu_s
    disconnects = measured.disconnects
    unacked = await _drain(beds, plan.drain_s)
    for bed in beds:
        bed.line.close()
    return {
        "beds": plan.beds,
        "seconds": plan.seconds,
        "hz": plan.hz,
        "started_at": started_at.isoformat(),
        "started_mono_s": started_mono_s,
        "sent": measured.sent,
        "acked": measured.acked,
        "codes": dict(measured.codes),
        "unacked": unacked,
        "unsent": measured.unsent,
        "unexpected_answers": measured.unexpected,
        "disconnects": disconnects,
        "observations_sent": measured.observations_sent,
        "observations_acked": measured.observations_acked,
        "ack_ms": percentiles_ms(measured.ack_s),
        "late_ms": percentiles_ms(late_s),
        "generator_core": round(cpu_s / sending_s, 3),
        "injections": [injected.result() for bed in beds for injected in bed.injected],
    }


def _plan(arguments: Sequence[str] | None) -> tuple[Plan, Path]:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description="HL7 load over MLLP.")
    parser.add_argument("--to", required=True, metavar="HOST:PORT")
    parser.add_argument("--beds", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--hz", type=float, default=1.0, help="messages a second and bed")
    parser.add_argument("--bed-prefix", default="B", help="beds PREFIX1, PREFIX2, …")
    parser.add_argument("--warm-up", type=float, default=2.0, help="seconds at the start left out of the latencies")
    parser.add_argument("--drain", type=float, default=10.0, help="seconds to wait for the last answers")
    parser.add_argument("--cuff-every", type=float, default=300.0, help="seconds between a bed's cuff measurements")
    parser.add_argument(
        "--inject",
        action="append",
        default=[],
        type=parse_injection,
        metavar="AT_S:BED:VITAL=VALUE[:FOR_S]",
        help="for example 20:B7:spo2=84:15 or 30:B9:nibp=205/118",
    )
    parser.add_argument("--out", type=Path, required=True, help="the JSON result")
    chosen = parser.parse_args(arguments)
    host, _, port = chosen.to.rpartition(":")
    plan = Plan(
        host=host,
        port=int(port),
        beds=chosen.beds,
        seconds=chosen.seconds,
        bed_prefix=chosen.bed_prefix,
        hz=chosen.hz,
        warm_up_s=chosen.warm_up,
        drain_s=chosen.drain,
        cuff_every_s=chosen.cuff_every,
        injections=tuple(chosen.inject),
    )
    known = {f"{plan.bed_prefix}{n}" for n in range(1, plan.beds + 1)}
    strangers = [i.bed for i in plan.injections if i.bed not in known]
    if strangers:
        parser.error(f"no such bed: {', '.join(strangers)}")
    return plan, chosen.out


def _allow_connections(beds: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = beds + 64
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 0 when every message was acknowledged positively, else 1."""
    plan, out = _plan(arguments)
    _allow_connections(plan.beds)
    try:
        result = asyncio.run(run(plan))
    except OSError as error:
        print(f"load: {plan.host}:{plan.port}: {error}", file=sys.stderr)
        return 1
    out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(f"sent {result['sent']} acked {result['acked']} unacked {result['unacked']} ack_ms {result['ack_ms']}")
    return 0 if result["acked"] == result["sent"] and not result["unsent"] else 1


if __name__ == "__main__":
    sys.exit(main())
