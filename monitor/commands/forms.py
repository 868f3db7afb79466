"""`forms FOLDER`: blank forms of the policy in use as PDF, for the day the system is down.

Law: it needs neither a database nor a running server; what it wrote it names.
"""

import argparse
from contextlib import nullcontext
from pathlib import Path

from config import Config
from monitor.clock import system_clock
from monitor.errors import ConfigurationRefused
from monitor.printing.press import Press
from monitor.provisions import read_policy
from monitor.web.papers.blank_forms import blank_forms
from monitor.web.papers.speech import Speech


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("forms", help="write blank forms for a day without the system, as PDF")
    parser.add_argument("folder", type=Path, help="where forms-POLICY-VERSION-LANGUAGE.pdf is written")
    parser.add_argument("--language", choices=("en", "es"), default="en", help="en or es (default en)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, config: Config) -> int:
    """Write the forms and print the file's path; raises ConfigurationRefused when the folder cannot be written."""
    policy, _ = read_policy(config.policy)
    press = Press(args.runtime(), nullcontext)
    try:
        made = press.pdf(blank_forms(policy, Speech(args.language, config.timezone), system_clock().now()))
    finally:
        press.close()
    file = args.folder / f"forms-{policy.id}-{policy.version}-{args.language}.pdf"
    try:
        args.folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(made)
    except OSError as error:
        raise ConfigurationRefused(f"{file} cannot be written: {error.strerror}; name another folder") from error
    print(file)
    return 0
