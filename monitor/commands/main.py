"""All commands in one list, and how one is run."""

import argparse
import sys
from collections.abc import Callable, Sequence

from config import from_environment
from monitor.commands import audit, db, demo, doctor, hl7, policy, predict, replay, serve, tls, token, user
from monitor.errors import MonitorError
from monitor.runtime import Runtime

COMMANDS = (serve, demo, doctor, db, policy, replay, predict, hl7, audit, user, token, tls)


def main(arguments: Sequence[str], runtime: Callable[[], Runtime]) -> int:
    """Run one command; a refusal is one sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="run.py", description="Infusion Monitor")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.register(subparsers)
    parsed = parser.parse_args(arguments)
    parsed.runtime = runtime
    try:
        return int(parsed.run(parsed, from_environment()))
    except MonitorError as refusal:
        print(f"run.py: {refusal.message}", file=sys.stderr)
        return 1
