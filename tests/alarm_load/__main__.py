"""`make alarm-load`: prints how often the alarms ring and what they catch, and writes alarm-load.json.

`--quick` takes a tenth of everything. Under 10 minutes on two cores.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import Vital
from monitor.provisions import read_policy
from tests.alarm_load.bed import Bed, Signal
from tests.alarm_load.injected import KINDS, Outcome, run_event
from tests.alarm_load.recorded import folder, recordings, run_recording
from tests.alarm_load.sessions import MINUTES, run_session

OUT = Path("alarm-load.json")
PER_MIN = 0.01


@cache
def _policy(name: str) -> ClinicPolicy:
    return read_policy(name)[0]


def beds_of(name: str) -> dict[str, Bed]:
    """One bed under the policy as it is, and one as if no signal were ever questionable."""
    return {"as it is": Bed(_policy(name)), "quality off": Bed(_policy(name), assessing=False)}


def beds_with_own_limits(name: str) -> dict[str, Bed]:
    """The same, and one in which a person has moved the limits of a slow breather as far as the policy lets them."""
    policy = _policy(name)
    moved = {"medium": 8.0, "high": 6.0}  # rule[rr_low].adjustable
    rules = tuple(
        replace(rule, levels=tuple(replace(level, limit=moved[level.priority]) for level in rule.levels))
        if rule.id == "rr_low"
        else rule
        for rule in policy.rules_by_vital[Vital.RR]
    )
    own = replace(
        policy,
        rules_by_vital={**policy.rules_by_vital, Vital.RR: rules},
        rules_by_id={**policy.rules_by_id, **{rule.id: rule for rule in rules}},
    )
    return {**beds_of(name), "RR limits 8 and 6": Bed(own)}


def session_load(policy: str, job: tuple[str, str, float]) -> dict[str, "Counter[Signal]"]:
    """One session; what a worker process does."""
    seed, kind, per_min = job
    beds = beds_of(policy)
    run_session(seed, kind, per_min, beds)
    return {name: bed.load() for name, bed in beds.items()}


def event_outcome(policy: str, job: tuple[str, str, str, float]) -> dict[str, Outcome]:
    """One event; what a worker process does."""
    kind, seed, artefacts, per_min = job
    return run_event(kind, seed, artefacts, per_min, beds_of(policy))


@dataclass
class Report:
    """Prints rows as they come and keeps them for the file."""

    rows: list[dict[str, object]]

    def load(self, title: str, hours: float, loads: Iterable["Counter[Signal]"]) -> None:
        """One line of alarms an hour, then one a rule."""
        each = list(loads)
        total: Counter[Signal] = sum(each, Counter())
        by: Counter[str] = Counter({"High": 0, "Medium": 0, "technical": 0})
        for (_, kind, priority), n in total.items():
            by["technical" if kind == "technical" else priority.capitalize()] += n
        highs = sum(any(k == "physiological" and p == "high" for _, k, p in one) for one in each)
        per_h = {name: round(n / hours, 3) for name, n in by.items()}
        rules = {f"{rule} {p}": round(n / hours, 3) for (rule, _, p), n in total.most_common()}
        self.rows.append(
            {
                "name": title,
                "hours": round(hours, 2),
                **per_h,
                "with_high_percent": 100 * highs / len(each),
                "rules": rules,
            }
        )
        words = " · ".join(f"{name} {n:.2f}/h" for name, n in per_h.items())
        print(f"{title:<44} {hours:7.1f} h · {words} · sessions with a High {100 * highs / len(each):.1f} %")
        for rule, n in list(rules.items())[:12]:
            print(f"    {rule:<34} {n:.3f}/h")
        sys.stdout.flush()

    def events(self, title: str, outcomes: list[Outcome]) -> None:
        """One line of what was caught and how late."""
        delays = sorted(one.delay_s for one in outcomes if one.delay_s is not None)
        late = sum(one.late for one in outcomes)
        hidden = sum(one.delay_s is not None and one.delay_s > one.due_s and not one.late for one in outcomes)
        middle, p95, worst = (delays[int(share * (len(delays) - 1))] for share in (0.5, 0.95, 1))
        self.rows.append(
            {"name": title, "events": len(outcomes), "caught": len(delays), "late": late, "hidden": hidden}
            | {"delay_s": {"p50": middle, "p95": p95, "max": worst}}
        )
        print(
            f"{title:<44} caught {len(delays)} of {len(outcomes)} · later than the policy says {late}"
            f" (shown well meanwhile {hidden}) · delay p50 {middle:g} s, p95 {p95:g} s, max {worst:g} s"
        )
        sys.stdout.flush()


def _sessions(report: Report, pool: ProcessPoolExecutor, options: argparse.Namespace) -> None:
    for kind, per_min in (("none", 0.0), ("plain", PER_MIN), ("motion", PER_MIN)):
        jobs = [(f"{options.seed}/{kind}/{n}", kind, per_min) for n in range(options.sessions)]
        done = list(pool.map(partial(session_load, options.policy), jobs, chunksize=4))
        for name in done[0]:
            title = f"sessions, artefacts {kind} {per_min:.0%}/min, {name}"
            report.load(title, len(jobs) * MINUTES / 60, [one[name] for one in done])


def _events(report: Report, pool: ProcessPoolExecutor, options: argparse.Namespace) -> None:
    for artefacts in ("plain", "motion"):
        for kind in KINDS:
            jobs = [(kind, f"{options.seed}/{kind}/{artefacts}/{n}", artefacts, PER_MIN) for n in range(options.events)]
            done = list(pool.map(partial(event_outcome, options.policy), jobs, chunksize=20))
            for name in done[0]:
                report.events(f"{kind}, artefacts {artefacts} {PER_MIN:.0%}/min, {name}", [one[name] for one in done])


def _recordings(report: Report, where: Path, policy: str) -> None:
    for file, rows in recordings(where).items():
        beds = beds_with_own_limits(policy)
        hours = run_recording(rows, beds)
        for name, bed in beds.items():
            report.load(f"recording {file}, {name}", hours, [bed.load()])


def main() -> None:
    """Run it all."""
    parser = argparse.ArgumentParser(prog="python -m tests.alarm_load", description=__doc__)
    parser.add_argument("--policy", default="adult-ketamine")
    parser.add_argument("--recordings", type=Path, default=None, help="a folder of CSV recordings")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.sessions, options.events = options.sessions // 10, options.events // 10
    began_s, report = time.monotonic(), Report([])
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        _sessions(report, pool, options)
        _events(report, pool, options)
    _recordings(report, options.recordings or folder(), options.policy)
    OUT.write_text(json.dumps(report.rows, indent=1) + "\n", encoding="utf-8")
    print(f"{time.monotonic() - began_s:.0f} s; written to {OUT}")


if __name__ == "__main__":
    main()
