"""All commands in one list, and how one is run.

Law: a command brings in what it needs and no more; the server's pages alone take longer to load than most commands run.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from config import from_environment
from monitor.errors import MonitorError
from monitor.runtime import Runtime

COMMANDS = (
    "serve",
    "demo",
    "doctor",
    "db",
    "backup",
    "archive",
    "bell",
    "policy",
    "forms",
    "replay",
    "predict",
    "hl7",
    "audit",
    "user",
    "token",
    "tls",
)


def main(arguments: Sequence[str], runtime: Callable[[], Runtime]) -> int:
    """Run one command; a refusal is one sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="run.py", description="Infusion Monitor")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for name in [arguments[0]] if arguments and arguments[0] in COMMANDS else COMMANDS:
        import_module(f"monitor.commands.{name}").register(subparsers)
    parsed = parser.parse_args(arguments)
    parsed.runtime = runtime
    try:
        return int(parsed.run(parsed, from_environment()))
    except MonitorError as refusal:
        print(f"run.py: {refusal.message}", file=sys.stderr)
        return 1
