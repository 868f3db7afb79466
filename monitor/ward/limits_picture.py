"""The limits of one session as pages show them: in force, the policy's, how far they move, who moved them.

Law: what is shown in force is what judges; a limit a person moved always says so (IEC 60601-1-8: changed limits are
indicated). Plain JSON values, in the vital's canonical unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.alarms.limits import AlarmRule, Level, limit_of
from monitor.clinical.alarms.own_limits import (
    OwnLimit,
    OwnLimits,
    accepted_range,
    in_force,
    read_wanted,
    rule_words,
    with_change,
)
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import SessionEvent
from monitor.clinical.watched import Watched
from monitor.ward.entries import CourseEvent
from monitor.ward.live_session import LiveSession
from monitor.ward.numbers import limits_of

Json = dict[str, object]


def limits_picture(live: LiveSession) -> Json:
    """Every rule of the session with the limits of each of its levels."""
    rules = live.judged_by
    context = Watched(live.course.state, live.course.baseline)
    return {
        "version": live.course.version,
        "rules": [_rule(live, rules, rule, context) for rule in rules.rules],
    }


def _rule(live: LiveSession, rules: ClinicPolicy, rule: AlarmRule, context: Watched) -> Json:
    own = live.course.own_limits.get(rule.id, {})
    return {
        "rule": rule.id,
        "words": rule_words(rule),
        "vital": rule.vital.value,
        "direction": rule.direction.value,
        "unit": rule.unit,
        "kind": "change" if rule.within_s is not None else "relative" if rule.relative else "absolute",
        "within_s": rule.within_s,
        "off_reason": rule.off_reason,
        "changed": any(level.policy_limit is not None for level in rule.levels),
        "levels": [_level(rules, rule, level, own.get(level.priority), context) for level in rule.levels],
    }


def _level(rules: ClinicPolicy, rule: AlarmRule, level: Level, own: OwnLimit | None, context: Watched) -> Json:
    bounds = level.adjustable
    # Beside the other limits as they are now; a change of two levels at once is judged as a whole.
    low, high = (None, None) if bounds is None else accepted_range(rules, rule, level.priority)
    changed = level.policy_limit is not None
    return {
        "priority": level.priority.value,
        "limit": limit_of(rule, level, context),
        "policy_limit": level.policy_limit if changed else level.limit,
        "inclusive": level.inclusive,
        "change": level.change,
        "held": f"{level.persist_s:g} s" if level.persist_s is not None else f"{level.measurements} ×",
        "latching": level.latching,
        "adjustable": bounds is not None and not rule.is_off,
        "physician": bounds is not None and bounds.physician,
        "low": low,
        "high": high,
        "source": level.source,
        "own": None
        if own is None or not changed
        else {"limit": own.limit, "by": own.by, "at": own.at.isoformat(), "reason": own.reason},
    }


@dataclass(frozen=True, slots=True)
class RulesThen:
    """The rules in force from a moment on, and who put them in force; `at` None is the session's beginning."""

    at: datetime | None
    by: str
    rules: ClinicPolicy


def rules_then(policy: ClinicPolicy, events: Iterable[CourseEvent]) -> list[RulesThen]:
    """The policy's rules, then those after each change of limits of a session, oldest first."""
    found: list[RulesThen] = [RulesThen(None, "", policy)]
    own: OwnLimits = {}
    for event in events:
        if event.event is SessionEvent.CHANGE_LIMITS:
            rule_id, wanted = read_wanted(event.details)
            own = with_change(own, rule_id, wanted, event.by, event.at, event.reason or "")
            found.append(RulesThen(event.at, event.by, in_force(policy, own)))
    return found


def rules_at(then: Iterable[RulesThen], at: datetime) -> ClinicPolicy:
    """Those in force at this moment."""
    return [one.rules for one in then if one.at is None or one.at <= at][-1]


def limit_steps(live: LiveSession) -> dict[str, list[Json]]:
    """The mildest limits of each vital whose limit a person moved, from each moment on; the first are the policy's.

    Drawn with the phase and baseline of now: only what persons moved makes a step.
    """
    steps: dict[str, list[Json]] = {}
    for then in rules_then(live.policy, live.course.events):
        since: Json = {} if then.at is None else {"at": then.at.isoformat(), "by": then.by}
        for vital, (low, high) in limits_of(live, then.rules).items():
            known = steps.setdefault(vital.value, [])
            if not known or (known[-1]["low"], known[-1]["high"]) != (low, high):
                known.append({"low": low, "high": high, **since})
    return {vital: known for vital, known in steps.items() if len(known) > 1}
