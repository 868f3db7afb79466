"""`python -m monitor.commands.judge_again`: one comparison for the server, in a process of its own.

Law: judging hours of readings never shares a core's turn with the live path; it yields to everything else, reads only,
and takes its task from standard input, so that no address with a password stands in a list of processes.
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.clinical.policy.older import parse_stored
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.errors import MonitorError, NotFound
from monitor.provisions import policy_path, read_codes, read_policy, read_sources
from monitor.recorder.replaying import stored_session
from monitor.recorder.what_if import Json, told, what_if
from monitor.store.engine import open_engine
from monitor.store.queries.sessions import policy_text

NICENESS = 10


def compared(task: dict[str, str]) -> Json:
    """The comparison a task asks for; raises NotFound, Refused, ConfigurationRefused.

    A task holds database, data_dir, session, policy (a SHA-256), in_use (the policy of new sessions), now, sources
    (a path or "") and zone.
    """
    shipped = policy_path("adult-ketamine").read_text(encoding="utf-8")
    engines = open_engine(task["database"], Path(task["data_dir"]))
    try:
        with engines.read.connect() as connection:
            stored = stored_session(connection, int(task["session"]), datetime.fromisoformat(task["now"]))
            own = parse_stored(policy_text(connection, stored.head.policy_sha256) or "", shipped)
            text = policy_text(connection, task["policy"])
    finally:
        engines.dispose()
    other = parse_stored(text, shipped) if text is not None else _in_use(task["in_use"], task["policy"])
    sources = read_sources(Path(task["sources"]) if task["sources"] else None, ZoneInfo(task["zone"]))
    return told(what_if(stored, own, other, sources, read_codes()))


def _in_use(name: str, sha256: str) -> ClinicPolicy:
    policy, _ = read_policy(name)
    if policy.sha256 != sha256:
        raise NotFound("There is no policy of that SHA-256 in the record.")
    return policy


def main() -> None:
    """Read one task, print one JSON document: `found`, or `refused` with the sentence."""
    os.nice(NICENESS)
    task = json.load(sys.stdin)
    try:
        answer: Json = {"found": compared(task)}
    except MonitorError as refusal:
        answer = {"refused": refusal.message, "code": refusal.code}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
