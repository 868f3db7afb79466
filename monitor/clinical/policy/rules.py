"""From the text of a rule to an AlarmRule, and what makes a set of rules refused.

Law: limits that cross, cannot be reached, never clear, or leave nothing to alarm are refused, never mended.
"""

from collections.abc import Iterable
from itertools import pairwise

from monitor.clinical.alarms.limits import AlarmRule, Direction, Level, limit_of
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.read_adjustable import check_bounds, read_adjustable, with_bounds
from monitor.clinical.policy.reader import Part, PolicyRefused
from monitor.clinical.session import LIVE_STATES, SessionState
from monitor.clinical.vitals import KINDS, Vital
from monitor.clinical.watched import Baseline, Watched

LONGEST_WINDOW_S = 3600.0
APNOEA_GROUP, APNOEA_S = "apnoea", (10.0, 40.0)  # CLINICAL.md §2.6: configurable 10 to 40 s
_MILD_TO_SEVERE = (AlarmPriority.LOW, AlarmPriority.MEDIUM, AlarmPriority.HIGH)


def read_rule(part: Part) -> AlarmRule:
    """One [[rule]] of the text; raises PolicyRefused."""
    source, mark = part.text("source"), part.mark()
    vital = _vital(part, part.text("vital"))
    relative, within_s = part.flag("relative"), _within_s(part)
    levels = tuple(
        _read_change(part.part(priority), priority, source, mark)
        if within_s is not None
        else _read_level(part.part(priority), priority, relative, source, mark)
        for priority in _MILD_TO_SEVERE
        if part.has(priority)
    )
    if not levels:
        raise PolicyRefused(f"{part.name}: it has no level (low, medium or high).")
    levels = with_bounds(part, levels, read_adjustable(part))
    rule = AlarmRule(
        id=part.text("id"),
        vital=vital,
        direction=_direction(part),
        levels=levels,
        hysteresis=part.not_negative("hysteresis"),
        unit=_unit(part, vital),
        source=source,
        mark=mark,
        relative=relative,
        phases=_phases(part),
        stands_in_for=tuple(_vital(part, word) for word in part.texts("stands_in_for")),
        group=part.text_or_empty("group"),
        off_reason=part.text("off_reason") if part.flag("off") else "",
        within_s=within_s,
    )
    part.close()
    return rule


def _within_s(part: Part) -> float | None:
    """The window of a rule of change, in seconds; None for any other rule."""
    if not part.has("within_s"):
        return None
    within_s = part.number("within_s")
    if not 0 < within_s <= LONGEST_WINDOW_S:
        raise PolicyRefused(f"{part.name}: “within_s” is {within_s:g} and must be more than 0, at most 3600.")
    return within_s


def _read_change(part: Part, priority: AlarmPriority, source: str, mark: str) -> Level:
    """A level of a rule of change: beyond when the value moved by at least so much."""
    timed = part.has("persist_s")
    if timed == part.has("measurements"):
        raise PolicyRefused(f"{part.name}: it needs either “persist_s” or “measurements”.")
    level = Level(
        priority=priority,
        source=part.text("source") if part.has("source") else source,
        mark=part.mark() if part.has("mark") else mark,
        change=part.number("change"),
        inclusive=True,
        persist_s=part.not_negative("persist_s") if timed else None,
        measurements=None if timed else part.whole("measurements"),
        latching=part.flag("latching"),
    )
    part.close()
    return level


def _read_level(part: Part, priority: AlarmPriority, relative: bool, source: str, mark: str) -> Level:
    timed = part.has("persist_s")
    if timed == part.has("measurements"):
        raise PolicyRefused(f"{part.name}: it needs either “persist_s” or “measurements”.")
    if relative and not (part.has("percent") or part.has("step")):
        raise PolicyRefused(f"{part.name}: a relative level needs “percent” or “step”.")
    level = Level(
        priority=priority,
        source=part.text("source") if part.has("source") else source,
        mark=part.mark() if part.has("mark") else mark,
        limit=None if relative else part.number("limit"),
        percent=part.not_negative("percent") if relative and part.has("percent") else None,
        step=part.not_negative("step") if relative and part.has("step") else None,
        armed_at=part.number("armed_at") if relative and part.has("armed_at") else None,
        inclusive=part.flag("inclusive"),
        persist_s=part.not_negative("persist_s") if timed else None,
        measurements=None if timed else part.whole("measurements"),
        latching=part.flag("latching"),
    )
    part.close()
    return level


def _vital(part: Part, word: str) -> Vital:
    try:
        return Vital(word)
    except ValueError as error:
        raise PolicyRefused(f"{part.name}: the vital “{word}” is not known.") from error


def _direction(part: Part) -> Direction:
    word = part.text("direction")
    if word not in tuple(Direction):
        raise PolicyRefused(f"{part.name}: the direction “{word}” is neither high nor low.")
    return Direction(word)


def _unit(part: Part, vital: Vital) -> str:
    unit = part.text("unit")
    if unit != KINDS[vital].unit:
        raise PolicyRefused(f"{part.name}: the unit “{unit}” is not {KINDS[vital].unit}, the unit of {vital}.")
    return unit


def _phases(part: Part) -> frozenset[SessionState]:
    words = part.texts("phases")
    unknown = [word for word in words if word not in {str(state) for state in LIVE_STATES}]
    if unknown:
        raise PolicyRefused(f"{part.name}: “{unknown[0]}” is no phase in which vitals are judged.")
    return frozenset(SessionState(word) for word in words) or LIVE_STATES


def check_rules(rules: tuple[AlarmRule, ...]) -> None:
    """Refuse a set of rules that could not alarm as it reads."""
    ids = [rule.id for rule in rules]
    doubled = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
    if doubled:
        raise PolicyRefused(f"rule {doubled[0]}: this id is used twice.")
    on = [rule for rule in rules if not rule.is_off]
    if not any(level.priority is AlarmPriority.HIGH for rule in on for level in rule.levels):
        raise PolicyRefused("All alarms are off, or none of them is High: nobody would be called.")
    for rule in rules:
        _check_levels(rule)
        _check_apnoea(rule)
    absolute = [rule for rule in on if rule.absolute]
    for low in (rule for rule in absolute if rule.direction is Direction.LOW):
        _check_against(low, (rule for rule in absolute if rule.direction is Direction.HIGH))
    for rule in rules:
        check_bounds(rule)


def _check_levels(rule: AlarmRule) -> None:
    kind = KINDS[rule.vital]
    lowest = kind.plausible_low if kind.plausible_low is not None else 0.0
    highest = kind.plausible_high if kind.plausible_high is not None else float("inf")
    for level in rule.levels:
        if level.limit is not None and not lowest <= level.limit <= highest:
            raise PolicyRefused(
                f"rule {rule.id}: the limit {level.limit:g} is outside the plausible {lowest:g} to {highest:g}."
            )
    if rule.within_s is not None:
        _check_changes(rule)
        return
    bases = [0.0] if not rule.relative else [lowest + step for step in range(0, 300, 5)]
    for base in bases:
        limits = [_limit_at(rule, level, base) for level in rule.levels]
        for mild, severe in pairwise(limits):
            if (mild >= severe) if rule.direction is Direction.HIGH else (mild <= severe):
                raise PolicyRefused(f"rule {rule.id}: its levels are inverted ({mild:g} before {severe:g}).")


def _check_apnoea(rule: AlarmRule) -> None:
    shortest_s, longest_s = APNOEA_S
    for level in rule.levels if rule.group == APNOEA_GROUP else ():
        if level.persist_s is None or not shortest_s <= level.persist_s <= longest_s:
            raise PolicyRefused(f"rule {rule.id}: an apnoea must be told after {shortest_s:g} to {longest_s:g} s.")


def _check_changes(rule: AlarmRule) -> None:
    changes = [level.change or 0.0 for level in rule.levels]
    if rule.relative:
        raise PolicyRefused(f"rule {rule.id}: a rule of change needs no baseline; take “relative” out.")
    if changes[0] <= rule.hysteresis:
        raise PolicyRefused(f"rule {rule.id}: a change of {changes[0]:g} must be more than its hysteresis.")
    for mild, severe in pairwise(changes):
        if mild >= severe:
            raise PolicyRefused(f"rule {rule.id}: its levels are inverted ({mild:g} before {severe:g}).")


def _limit_at(rule: AlarmRule, level: Level, base: float) -> float:
    limit = limit_of(rule, level, Watched(SessionState.INFUSING, Baseline({rule.vital: base})))
    return 0.0 if limit is None else limit


def _check_against(low: AlarmRule, highs: Iterable[AlarmRule]) -> None:
    for high in highs:
        if high.vital is not low.vital:
            continue
        top, bottom = max(_limits(low)), min(_limits(high))
        if top >= bottom:
            raise PolicyRefused(f"rules {low.id} and {high.id}: the low limit {top:g} is not below {bottom:g}.")
        if top + low.hysteresis >= bottom or bottom - high.hysteresis <= top:
            raise PolicyRefused(f"rules {low.id} and {high.id}: with this hysteresis an alarm could never clear.")


def _limits(rule: AlarmRule) -> list[float]:
    return [level.limit for level in rule.levels if level.limit is not None]
