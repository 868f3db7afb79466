"""`replay SESSION`: the alarms of a stored session then, and now under a policy, to choose limits by data.

Law: reads only, also beside a running server; says what it cannot know; never prints who the patient is.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.clinical.alarms.load import RINGS, AlarmStep, Load, load_of
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.older import parse_stored
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clock import parse_clock
from monitor.commands.policy import REFUSED, read_policy
from monitor.errors import Refused
from monitor.provisions import policy_path, read_codes, read_sources
from monitor.recorder.replaying import Replay, Replayed, StoredSession, stored_session, stored_steps
from monitor.store.engine import open_engine
from monitor.store.migrate import require_current
from monitor.store.queries.sessions import policy_text

if TYPE_CHECKING:
    from config import Config

NOT_REPLAYED = (
    "What people did and acknowledged is taken as it was. Not replayed: messages sent again unchanged, restarts of"
    " the server, alarms about the server itself."
)


@dataclass(frozen=True, slots=True)
class Side:
    """One column: a policy, its alarms and what they ask of people."""

    policy: ClinicPolicy
    steps: Sequence[AlarmStep]
    load: Load
    seconds: dict[str, float]


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `replay` to the command line."""
    words = "judge a stored session again, under its own policy or another; its alarms then and now side by side"
    command = subparsers.add_parser("replay", help=words)
    command.add_argument("session", type=int, help="the number of a stored session")
    command.add_argument("--policy", type=Path, metavar="FILE", help="another policy file (default: the session's own)")
    command.add_argument("--json", action="store_true", help="print one JSON document instead of tables")
    command.set_defaults(run=run)


def run(args: argparse.Namespace, config: "Config") -> int:
    """Print both sides; 0 also when they differ, 2 when the policy is refused."""
    policy = None
    if args.policy is not None and (policy := read_policy(args.policy)) is None:
        return REFUSED
    stored, own = _read(config, args.session)
    began_at = stored.began_at
    if began_at is None:
        raise Refused(f"Session {args.session} has not been checked in: nothing was judged.")
    sources, codes = read_sources(config.sources, config.timezone), read_codes()
    again = Replay(stored, own, sources, codes).run()
    now = again if policy is None else Replay(stored, policy, sources, codes).run()
    watched_s = (stored.ended_at - began_at).total_seconds()

    def side(of: ClinicPolicy, steps: Sequence[AlarmStep], replayed: Replayed) -> Side:
        seconds = {
            f"{vital} {'above' if direction == 'high' else 'below'}": round(s, 1)
            for (vital, direction), s in sorted(replayed.out_of_range.seconds.items())
        }
        return Side(of, steps, load_of(steps, began_at, watched_s), seconds)

    then_steps = stored_steps(stored.alarms)
    then, after = side(own, then_steps, again), side(policy or own, now.steps, now)
    faithful = _told(then_steps) == _told(again.steps)
    if args.json:
        print(json.dumps(_document(stored, then, after, now, faithful, watched_s), ensure_ascii=False))
    else:
        _print(stored, then, after, now, faithful, watched_s)
    return 0


def _read(config: "Config", session_id: int) -> tuple[StoredSession, ClinicPolicy]:
    engines = open_engine(config.database, config.data_dir)
    try:
        with engines.read.connect() as connection:
            require_current(connection)
            stored = stored_session(connection, session_id, parse_clock(config.clock).now())
            text = policy_text(connection, stored.head.policy_sha256)
    finally:
        engines.dispose()
    return stored, parse_stored(text or "", policy_path("adult-ketamine").read_text(encoding="utf-8"))


def _told(steps: Sequence[AlarmStep]) -> list[tuple[object, ...]]:
    return [(s.alarm, s.rule_id, s.event, s.priority, s.value, s.limit, s.words) for s in steps]


def _words(step: AlarmStep | None) -> str:
    return "" if step is None else f"{step.priority.upper():6} {step.event:12} {step.words}"


def _print(stored: StoredSession, then: Side, now: Side, replayed: Replayed, faithful: bool, watched_s: float) -> None:
    simulated = " SIMULATED" if stored.head.simulated else ""
    print(f"session {stored.head.id}{simulated}, chair {stored.chair_name}, watched {watched_s / 60:.1f} min")
    print(f"THEN {then.policy.id} version {then.policy.version}, sha256 {then.policy.sha256[:12]}")
    print(f"NOW  {now.policy.id} version {now.policy.version}, sha256 {now.policy.sha256[:12]}")
    print(
        "Under the session's own policy the replay says what was said then."
        if faithful
        else "CAUTION: under the session's own policy the replay does not say exactly what was said then."
    )
    width = max((len(_words(step)) for step in then.steps), default=4)
    print(f"\n{'time':8}  {'rule':20} {'THEN':{width}} | NOW")
    for left, right in _side_by_side(then.steps, now.steps):
        step = left or right
        if step is not None:
            print(f"{step.at:%H:%M:%S}  {step.rule_id:20} {_words(left):{width}} | {_words(right)}".rstrip())
    print(f"\n{'alarm signals':34} {'THEN':>8} {'NOW':>8}")
    rules = sorted({*then.load.rings, *now.load.rings}, key=lambda one: (-one[1].rank, one[0]))
    for rule, priority in rules:
        key = (rule, priority)
        print(f"{priority.upper():6} {rule:27} {then.load.rings.get(key, 0):8} {now.load.rings.get(key, 0):8}")
    for priority in reversed(AlarmPriority):
        per_hour = f"{then.load.per_hour[priority]:8.2f} {now.load.per_hour[priority]:8.2f}"
        print(f"{priority.upper():6} {'an hour':27} {per_hour}")
    print(f"{'first signal after, s':34} {_seconds(then.load.first_after_s):>8} {_seconds(now.load.first_after_s):>8}")
    print(f"\n{'seconds out of range':34} {'THEN':>8} {'NOW':>8}")
    for name in sorted({*then.seconds, *now.seconds}):
        print(f"{name:34} {then.seconds.get(name, 0.0):8.0f} {now.seconds.get(name, 0.0):8.0f}")
    print()
    for sentence in replayed.unmet:
        print(f"acknowledgement not applied: {sentence}")
    print(NOT_REPLAYED)


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _side_by_side(
    then: Sequence[AlarmStep], now: Sequence[AlarmStep]
) -> list[tuple[AlarmStep | None, AlarmStep | None]]:
    """The same event of the same rule at the same second in one line, by time."""

    def key(step: AlarmStep) -> tuple[str, str, str, str]:
        return f"{step.at:%Y%m%d%H%M%S}", step.rule_id, step.event, step.priority

    rest = list(now)
    rows: list[tuple[AlarmStep | None, AlarmStep | None]] = []
    for step in then:
        same = next((other for other in rest if key(other) == key(step)), None)
        if same is not None:
            rest.remove(same)
        rows.append((step, same))
    rows += [(None, step) for step in rest]
    return sorted(rows, key=lambda row: (row[0] or row[1] or then[0]).at)


def _document(
    stored: StoredSession, then: Side, now: Side, replayed: Replayed, faithful: bool, watched_s: float
) -> dict[str, object]:
    return {
        "session": stored.head.id,
        "simulated": stored.head.simulated,
        "watched_s": watched_s,
        "replay_equals_record": faithful,
        "then": _side(then),
        "now": _side(now),
        "acknowledgements_not_applied": replayed.unmet,
        "note": NOT_REPLAYED,
    }


def _side(side: Side) -> dict[str, object]:
    policy = side.policy
    return {
        "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
        "alarms": [
            {
                "alarm": step.alarm, "rule": step.rule_id, "kind": step.kind, "at": step.at.isoformat(),
                "event": step.event, "priority": step.priority, "signal": step.event in RINGS, "value": step.value,
                "limit": step.limit, "words": step.words,
            }
            for step in side.steps
        ],
        "signals": [
            {"rule": rule, "priority": priority, "count": count} for (rule, priority), count in side.load.rings.items()
        ],
        "signals_per_hour": dict(side.load.per_hour),
        "first_signal_after_s": side.load.first_after_s,
        "out_of_range_s": side.seconds,
    }  # fmt: skip
