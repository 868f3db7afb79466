"""Why an alarm rang, from the rule that raised it.

Law: said from the pinned policy with the limits that persons set for the patient put in, and from nothing else, so that
it is the same answer years later.
"""

from dataclasses import dataclass

from monitor.clinical.alarms.limits import AlarmRule, Direction, Level
from monitor.clinical.alarms.score_rules import NEWS2, ScoreRule
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.alarms.technical import rule_of
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import Vital


@dataclass(frozen=True, slots=True)
class Reason:
    """What a rule asks of a value before it rings, when it clears, and where its number comes from."""

    asks: str
    clears: str
    source: str
    mark: str  # V verified, M from memory, D derived


def reason_of(policy: ClinicPolicy, rule_id: str, priority: AlarmPriority) -> Reason | None:
    """The reason of an alarm of this rule at this priority; None for a rule the policy does not have."""
    rule = policy.rules_by_id.get(rule_id)
    if rule is not None:
        return _of_level(rule, priority)
    scored = next((one for one in policy.score_rules if one.id == rule_id), None)
    if scored is not None:
        return _of_score(scored, priority)
    name, _, vital = rule_id.partition(".")
    if name not in policy.technical:
        return None
    technical = rule_of(policy, name, Vital(vital) if vital else None)
    return Reason(
        f"technical: {technical.id}", "by itself, when the condition is over", technical.source, technical.mark
    )


def _of_level(rule: AlarmRule, priority: AlarmPriority) -> Reason | None:
    level = next((level for level in rule.levels if level.priority is priority), None)
    if level is None:
        return None
    seen = ", then waits until somebody has seen it" if level.latching else ""
    source = level.source
    if level.policy_limit is not None:
        source = f"set for this patient by {level.changed_by}; the policy's is {level.policy_limit:g} ({source})"
    clears = f"by a valid value {rule.hysteresis:g} {rule.unit} inside the limit{seen}"
    return Reason(level_words(rule, level), clears, source, level.mark)


def _of_score(rule: ScoreRule, priority: AlarmPriority) -> Reason | None:
    level = next((level for level in rule.levels if level.priority is priority), None)
    if level is None:
        return None
    return Reason(score_level_words(rule, level), "by a later score inside the limit", level.source, level.mark)


def level_words(rule: AlarmRule, level: Level) -> str:
    """A level as a person reads it: the limit and how long it must be held."""
    high = rule.direction is Direction.HIGH
    if level.limit is not None:
        sign = (">" if high else "<") if not level.inclusive else ("≥" if high else "≤")
        limit = f"{rule.vital} {sign} {level.limit:g} {rule.unit}"
    elif level.change is not None:
        moved = f"{'rises' if high else 'falls'} ≥ {level.change:g} {rule.unit}"
        limit = f"{rule.vital} {moved} within {rule.within_s:g} s"
    else:
        offsets = [] if level.percent is None else [f"{level.percent:g} %"]
        offsets += [] if level.step is None else [f"{level.step:g} {rule.unit}"]
        armed = "" if level.armed_at is None else f", armed at {level.armed_at:g}"
        limit = f"{rule.vital} baseline {'+' if high else '−'} {' or '.join(offsets)}{armed}"
    held = f"{level.persist_s:g} s" if level.persist_s is not None else f"{level.measurements} ×"
    return f"{limit}, held {held}{', latching' if level.latching else ''}"


def score_level_words(rule: ScoreRule, level: Level) -> str:
    """A level of a score as a person reads it."""
    sign = "≥" if rule.direction is Direction.HIGH else "≤"
    words = f"{rule.kind} {sign} {level.limit:g}"
    if rule.above_baseline is not None:
        words += f" and {sign} baseline {'+' if sign == '≥' else '−'} {rule.above_baseline:g}"
    if rule.any_three is level.priority:
        words += ", or a 3 in one parameter"
    return f"{words}, on {'set' if rule.kind == NEWS2 else 'entry'}"
