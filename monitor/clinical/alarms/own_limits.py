"""Limits of one patient: who may move which limit how far, and the rules that are then in force.

Laws
1. The policy says which limits move and how far; a level without bounds never moves, a rule is never switched off here.
2. Inverted or crossing limits are refused whole, with field, value and accepted range; nothing half-applies.
3. They belong to one session and end with it: the next session of the same patient begins with the policy's.
4. The rules in force are the policy's rules with these limits put in; judging knows no other way.

Source: CLINICAL.md §2.6 "Measured load" (individual limits matter), §3.6 (changed limits are indicated, defaults kept).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite

from monitor.clinical.alarms.limits import AlarmRule, Direction, Level
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import Vital
from monitor.clinical.words import NAMES
from monitor.errors import NotAllowed, Refused

RESET = "reset"
SPOKEN = {"mm[Hg]": "mmHg", "Cel": "°C"}  # units as a sentence says them


class LimitRefused(Refused):
    """A limit nobody may set so; the sentence names field, value and accepted range."""

    code = "limit_refused"


@dataclass(frozen=True, slots=True)
class OwnLimit:
    """One level's limit for one patient, in the vital's unit: who set it, when and why."""

    limit: float
    by: str
    at: datetime
    reason: str


OwnLimits = Mapping[str, Mapping[AlarmPriority, OwnLimit]]  # by rule and level
Wanted = Mapping[AlarmPriority, float]


def with_change(
    own: OwnLimits, rule_id: str, wanted: Wanted | None, by: str, at: datetime, reason: str
) -> dict[str, Mapping[AlarmPriority, OwnLimit]]:
    """The limits of the patient after one change; `wanted` None takes the rule back to the policy."""
    others = {known: levels for known, levels in own.items() if known != rule_id}
    if wanted is None:
        return others
    set_now = {priority: OwnLimit(limit, by, at, reason) for priority, limit in wanted.items()}
    return {**others, rule_id: {**own.get(rule_id, {}), **set_now}}


def in_force(policy: ClinicPolicy, own: OwnLimits) -> ClinicPolicy:
    """The policy with these limits put in: the same object when there are none."""
    if not own:
        return policy
    rules = tuple(_rule_in_force(rule, own.get(rule.id, {})) for rule in policy.rules)
    by_id = {rule.id: rule for rule in rules}
    by_vital = {vital: tuple(by_id[rule.id] for rule in known) for vital, known in policy.rules_by_vital.items()}
    return replace(policy, rules=rules, rules_by_id=by_id, rules_by_vital=by_vital)


def _rule_in_force(rule: AlarmRule, own: Mapping[AlarmPriority, OwnLimit]) -> AlarmRule:
    return replace(rule, levels=tuple(_level_in_force(level, own.get(level.priority)) for level in rule.levels))


def _level_in_force(level: Level, own: OwnLimit | None) -> Level:
    if own is None or own.limit == level.limit:
        return level
    return replace(level, limit=own.limit, policy_limit=level.limit, changed_by=own.by)


def check_change(policy: ClinicPolicy, own: OwnLimits, rule_id: str, wanted: Wanted | None, *, physician: bool) -> None:
    """Pass, or raise LimitRefused or NotAllowed with a sentence; `policy` is the session's, `own` what is set now."""
    rule = policy.rules_by_id.get(rule_id)
    if rule is None or rule.is_off:
        raise LimitRefused(f"There is no alarm rule “{rule_id}” in force in this policy.", ("rule",))
    if wanted is None:
        if rule_id not in own:
            raise LimitRefused(f"{rule_words(rule)} has no limits of its own to take back.", ("rule",))
        _check_role(rule, own[rule_id], physician=physician)
        wanted = {level.priority: level.limit for level in rule.levels if level.limit is not None}
        _check_ranges(in_force(policy, {known: own[known] for known in own if known != rule_id}), rule, wanted)
        return
    if not wanted:
        raise LimitRefused(f"{rule_words(rule)}: name at least one limit.", ("limits",))
    for priority in wanted:
        _bounds_of(rule, priority)
    _check_role(rule, wanted, physician=physician)
    now = in_force(policy, own)
    _check_ranges(now, now.rules_by_id[rule_id], wanted)


def _bounds_of(rule: AlarmRule, priority: AlarmPriority) -> None:
    level = next((level for level in rule.levels if level.priority is priority), None)
    if level is None:
        raise LimitRefused(f"{rule_words(rule)} has no {priority.upper()} limit.", (f"limits.{priority}",))
    if level.adjustable is None:
        raise LimitRefused(
            f"{rule_words(rule)}, {priority.upper()}: this policy lets nobody change this limit.",
            (f"limits.{priority}",),
        )


def _check_role(rule: AlarmRule, priorities: Iterable[AlarmPriority], *, physician: bool) -> None:
    moved = set(priorities)
    for level in rule.levels:
        asked = level.adjustable is not None and level.adjustable.physician
        if asked and level.priority in moved and not physician:
            raise NotAllowed(f"{rule_words(rule)}, {level.priority.upper()}: only a physician changes this limit.")


def _check_ranges(now: ClinicPolicy, rule: AlarmRule, wanted: Wanted) -> None:
    """Every wanted limit within what the others, as they would then be, leave to it."""
    levels = tuple(replace(level, limit=wanted.get(level.priority, level.limit)) for level in rule.levels)
    then = replace(rule, levels=levels)
    for priority, limit in wanted.items():
        low, high = accepted_range(now, then, priority)
        unit = SPOKEN.get(rule.unit, rule.unit)
        place = f"{rule_words(rule)}, {priority.upper()}"
        if not isfinite(limit) or round(limit / step_of(rule.vital), 6) % 1:
            raise LimitRefused(
                f"{place}: {limit:g} {unit} is not accepted; limits go in steps of {step_of(rule.vital):g}.",
                (f"limits.{priority}",),
            )
        if not low <= limit <= high:
            accepted = f"{low:g} to {high:g} {unit} is" if low <= high else "beside the other limits nothing is"
            raise LimitRefused(f"{place}: {limit:g} {unit} is not accepted; {accepted}.", (f"limits.{priority}",))


def accepted_range(now: ClinicPolicy, rule: AlarmRule, priority: AlarmPriority) -> tuple[float, float]:
    """The lowest and highest limit this level may have, both included, beside the other limits in force.

    Empty (low above high) when the others leave no room. A level nobody may move has its own limit only.
    """
    place = next(index for index, level in enumerate(rule.levels) if level.priority is priority)
    level, step = rule.levels[place], step_of(rule.vital)
    bounds = level.adjustable
    low, high = (bounds.low, bounds.high) if bounds is not None else (level.limit or 0.0, level.limit or 0.0)
    inner = None if place == 0 else rule.levels[place - 1].limit
    outer = None if place == len(rule.levels) - 1 else rule.levels[place + 1].limit
    facing = [_facing(rule, other) for other in now.rules_by_vital.get(rule.vital, ()) if _faces(rule, other)]
    if rule.direction is Direction.HIGH:
        floors = [limit + step for limit in (inner, *facing) if limit is not None]
        ceilings = [] if outer is None else [outer - step]
    else:
        floors = [] if outer is None else [outer + step]
        ceilings = [limit - step for limit in (inner, *facing) if limit is not None]
    return round(max([low, *floors]), 6), round(min([high, *ceilings]), 6)


def _faces(rule: AlarmRule, other: AlarmRule) -> bool:
    return other.absolute and other.direction is not rule.direction


def _facing(rule: AlarmRule, other: AlarmRule) -> float:
    """How near the limit of the other side lets this one come: an alarm of either must be able to clear."""
    limits = [level.limit for level in other.levels if level.limit is not None]
    margin = max(rule.hysteresis, other.hysteresis)
    return max(limits) + margin if rule.direction is Direction.HIGH else min(limits) - margin


def step_of(vital: Vital) -> float:
    """In what steps a limit of this vital is set: what its number shows."""
    return 0.1 if vital is Vital.TEMP else 1.0


def rule_words(rule: AlarmRule) -> str:
    """A rule in a sentence: “SpO₂ low”, “BP diastolic high”."""
    part = {Vital.NIBP_SYS: " systolic", Vital.NIBP_DIA: " diastolic"}.get(rule.vital, "")
    return f"{NAMES[rule.vital]}{part} {rule.direction}"


def read_wanted(details: Mapping[str, object]) -> tuple[str, Wanted | None]:
    """The rule and the wanted limits (None: back to the policy) of an event's details; TypeError or KeyError."""
    rule_id, limits = details["rule"], details.get("limits")
    if not isinstance(rule_id, str):
        raise TypeError(f"rule is not a text: {rule_id!r}")
    if details.get(RESET) is True:
        if limits:
            raise TypeError("a reset names no limits")
        return rule_id, None
    if not isinstance(limits, Mapping):
        raise TypeError("limits are missing")
    wanted = {}
    for priority, limit in limits.items():
        if isinstance(limit, bool) or not isinstance(limit, int | float) or not isfinite(limit):
            raise TypeError(f"limits.{priority} is not a number: {limit!r}")
        wanted[AlarmPriority(priority)] = float(limit)
    return rule_id, wanted
