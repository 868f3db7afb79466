"""`policy check FILE` and `policy show`: what a clinic's rules are, and where every number comes from.

Law: a refused policy is answered with every fault of it, one a line, and exit code 2; nothing is guessed or mended.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from config import Config
from monitor.clinical.alarms.limits import AlarmRule
from monitor.clinical.alarms.reasons import level_words, score_level_words
from monitor.clinical.policy.policy import ClinicPolicy, PolicyRefused, parse_policy
from monitor.clinical.session import LIVE_STATES
from monitor.provisions import policy_path

REFUSED = 2


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `policy` with its two verbs to the command line."""
    policy = subparsers.add_parser("policy", help="check a policy file, or show the one in use")
    verbs = policy.add_subparsers(dest="verb", required=True)
    checker = verbs.add_parser("check", help="read a policy file and say everything that is wrong with it")
    checker.add_argument("file", type=Path)
    checker.set_defaults(run=check)
    shower = verbs.add_parser("show", help="print every rule and number of the policy in use, with its source")
    shower.set_defaults(run=show)


def check(args: argparse.Namespace, config: Config) -> int:
    """`policy check FILE`: 0 when the policy may be used, 2 with one line a fault when it is refused."""
    policy = read_policy(args.file)
    if policy is None:
        return REFUSED
    print(f"ok: {_headline(policy)}")
    on = sum(not rule.is_off for rule in policy.rules)
    scored = sum(not rule.is_off for rule in policy.score_rules)
    print(
        f"{len(policy.rules)} rules for vitals, {on} on; {len(policy.score_rules)} for scores, {scored} on;"
        f" {len(policy.technical)} technical alarms"
    )
    marks = _marks(policy)
    said = f"{marks.total()} numbers with a source: {marks['V']} verified (V), {marks['M']} from memory (M), "
    print(f"{said}{marks['D']} derived (D); {'approved' if policy.approved_by else 'none approved by a clinician'}")
    off = [(rule.id, rule.off_reason) for rule in policy.rules if rule.is_off]
    off += [(rule.id, rule.off_reason) for rule in policy.score_rules if rule.is_off]
    for rule_id, reason in off:
        print(f"warning: {rule_id} is switched off: {reason}")
    return 0


def show(args: argparse.Namespace, config: Config) -> int:
    """`policy show`: the policy of the settings, rule by rule and number by number."""
    policy = read_policy(policy_path(config.policy))
    if policy is None:
        return REFUSED
    print(_headline(policy))
    for rule in policy.rules:
        for level in rule.levels:
            _row(f"{rule.id:20} {level.priority.upper():6}", level_words(rule, level), level.mark, level.source)
            if level.adjustable is not None:
                may = level.adjustable
                words = f"may be moved from {may.low:g} to {may.high:g}{' by a physician' if may.physician else ''}"
                _row(f"{'':27}", words, may.mark, may.source)
        _row(f"{rule.id:27}", _conditions(rule), rule.mark, rule.source)
    for scored in policy.score_rules:
        off = f", OFF: {scored.off_reason}" if scored.is_off else ""
        for level in scored.levels:
            words = f"{score_level_words(scored, level)}{off}"
            _row(f"{scored.id:20} {level.priority.upper():6}", words, level.mark, level.source)
    for technical in policy.technical.values():
        words = f"technical, {technical.priority}, while infusing {technical.while_infusing}"
        quiet = ", quiet in a pause" if technical.quiet_in_pause else ""
        _row(f"{technical.id:27}", f"{words}{quiet}", technical.mark, technical.source)
    print(f"the monitor's own apnoea alarm raises {policy.device_apnoea.id}")
    for quantity in policy.quantities:
        unit = "" if quantity.unit == "1" else f" {quantity.unit}"
        _row(f"{quantity.name:40}", f"{quantity.value:g}{unit}", quantity.mark, quantity.source)
    print(f"to be confirmed before discharge: {', '.join(policy.discharge.confirmations)}")
    print(f"pain is scored against the baseline: {'yes' if policy.discharge.pain_relative else 'no'}")
    return 0


def _row(name: str, words: str, mark: str, source: str) -> None:
    print(f"{name} {words:60} [{mark}] {source}")


def read_policy(path: Path) -> ClinicPolicy | None:
    """The policy of a file; None after its faults, or why it cannot be read, went to standard error."""
    try:
        return parse_policy(path.read_text(encoding="utf-8"))
    except PolicyRefused as refused:
        for fault in refused.faults:
            print(f"refused: {path.name}: {fault}", file=sys.stderr)
    except (OSError, UnicodeDecodeError) as error:
        print(f"refused: {path}: {error}", file=sys.stderr)
    return None


def _headline(policy: ClinicPolicy) -> str:
    approved = f"approved by {policy.approved_by}" if policy.approved_by else "policy not approved"
    return f"{policy.id} version {policy.version}, {approved}, sha256 {policy.sha256}"


def _marks(policy: ClinicPolicy) -> Counter[str]:
    """How many numbers carry which mark: limits, how far they may be moved, technical priorities, quantities."""
    levels = [level for rule in policy.rules for level in rule.levels]
    levels += [level for rule in policy.score_rules for level in rule.levels]
    marks = [level.mark for level in levels]
    marks += [level.adjustable.mark for level in levels if level.adjustable is not None]
    marks += [rule.mark for rule in policy.technical.values()]
    return Counter(marks + [quantity.mark for quantity in policy.quantities])


def _conditions(rule: AlarmRule) -> str:
    """When a whole rule clears and applies."""
    words = [f"clears {rule.hysteresis:g} {rule.unit} inside"]
    if rule.phases != LIVE_STATES:
        words.append("only while " + " or ".join(sorted(rule.phases)))
    if rule.stands_in_for:
        words.append("only without " + " and ".join(rule.stands_in_for))
    if rule.group:
        words.append(f"group {rule.group}")
    if rule.is_off:
        words.append(f"OFF: {rule.off_reason}")
    return ", ".join(words)
