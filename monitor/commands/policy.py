"""`policy check FILE` and `policy show`: what a clinic's rules are, and where every number comes from.

Law: a refused policy is answered with one sentence and exit code 1; nothing is guessed or mended.
"""

import argparse
import sys
from pathlib import Path

from config import Config
from monitor.clinical.alarms.reasons import level_words, score_level_words
from monitor.clinical.policy.policy import ClinicPolicy, PolicyRefused, parse_policy

POLICIES = Path(__file__).resolve().parent.parent / "policies"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `policy` with its two verbs to the command line."""
    policy = subparsers.add_parser("policy", help="check a policy file, or show the one in use")
    verbs = policy.add_subparsers(dest="verb", required=True)
    checker = verbs.add_parser("check", help="read a policy file and say what is wrong with it")
    checker.add_argument("file", type=Path)
    checker.set_defaults(run=check)
    shower = verbs.add_parser("show", help="print every rule and number of the policy in use, with its source")
    shower.set_defaults(run=show)


def policy_path(name: str) -> Path:
    """The file of a policy: a shipped one by its name, any other by its path."""
    return Path(name) if name.endswith(".toml") else POLICIES / f"{name}.toml"


def check(args: argparse.Namespace, config: Config) -> int:
    """`policy check FILE`: 0 when the policy may be used, 1 with a sentence when it is refused."""
    policy = _read(args.file)
    if policy is None:
        return 1
    print(_headline(policy))
    off = [(rule.id, rule.off_reason) for rule in policy.rules if rule.is_off]
    off += [(rule.id, rule.off_reason) for rule in policy.score_rules if rule.is_off]
    for rule_id, reason in off:
        print(f"warning: {rule_id} is switched off: {reason}")
    return 0


def show(args: argparse.Namespace, config: Config) -> int:
    """`policy show`: the policy of the settings, rule by rule."""
    policy = _read(policy_path(config.policy))
    if policy is None:
        return 1
    print(_headline(policy))
    for rule in policy.rules:
        for level in rule.levels:
            off = f"  OFF: {rule.off_reason}" if rule.is_off else ""
            words = level_words(rule, level)
            print(f"{rule.id:18} {level.priority.upper():6} {words:52} [{level.mark}] {level.source}{off}")
    for scored in policy.score_rules:
        for level in scored.levels:
            off = f"  OFF: {scored.off_reason}" if scored.is_off else ""
            words = score_level_words(scored, level)
            print(f"{scored.id:18} {level.priority.upper():6} {words:52} [{level.mark}] {level.source}{off}")
    for technical in policy.technical.values():
        words = f"{technical.priority}, while infusing {technical.while_infusing}"
        print(f"{technical.id:25} {words:52} [{technical.mark}] {technical.source}")
    for quantity in policy.quantities:
        print(f"{quantity.name:32} {quantity.value:g} {quantity.unit:44} [{quantity.mark}] {quantity.source}")
    return 0


def _read(path: Path) -> ClinicPolicy | None:
    try:
        return parse_policy(path.read_text(encoding="utf-8"))
    except PolicyRefused as refused:
        print(f"refused: {path.name}: {refused.message}", file=sys.stderr)
    except (OSError, UnicodeDecodeError) as error:
        print(f"refused: {path}: {error}", file=sys.stderr)
    return None


def _headline(policy: ClinicPolicy) -> str:
    approved = f"approved by {policy.approved_by}" if policy.approved_by else "policy not approved"
    return f"{policy.id} version {policy.version}, {approved}, sha256 {policy.sha256}"
