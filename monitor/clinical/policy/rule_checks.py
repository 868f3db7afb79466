"""What makes rules, each readable by itself, refused together.

Law: limits that cross, cannot be reached, come too late, never clear, or leave nothing to alarm are refused, never
mended. A number that could not be read is NaN and compares with nothing: its fault is known already.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, permutations, product

from monitor.clinical.alarms.limits import AlarmRule, Direction, Level, is_beyond, is_inside, limit_of
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.bounds import APNOEA_DELAY_S, LONGEST_DELAY_S, span_words
from monitor.clinical.policy.read_adjustable import check_bounds
from monitor.clinical.policy.reader import Part
from monitor.clinical.policy.rules import ReadRule
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import KINDS, Vital
from monitor.clinical.watched import Baseline, Watched

APNOEA_GROUP = "apnoea"
_BREATH = (Vital.RR, Vital.ETCO2)
_LIMIT_KEYS = ("limit", "percent", "step", "armed_at", "inclusive", "change")
Span = tuple[float, float]


def check_rules(whole: Part, read: Sequence[ReadRule | None]) -> None:
    """Note every fault of a set of rules; None stands for one that could not be read."""
    known = [one for one in read if one is not None]
    for index, one in enumerate(known):
        if one.rule.id and one.rule.id in {earlier.rule.id for earlier in known[:index]}:
            one.part.refuse("id", f"“{one.rule.id}” is written a second time", "an id of its own")
        _check_levels(one)
        check_bounds(one.part, one.rule)
    on = [one for one in known if not one.rule.is_off]
    if None not in read and whole.good("rule") and not any(_calls(one) for one in on):
        whole.refuse("rule", "all alarms are off, or none of them is High", "a High alarm, or nobody would be called")
    absolute = [one for one in on if one.rule.absolute]
    for milder, severer in permutations(absolute, 2):
        _check_order(milder, severer)
    for one, other in combinations(absolute, 2):
        if one.rule.vital is other.rule.vital and one.rule.direction is not other.rule.direction:
            low, high = (one, other) if one.rule.direction is Direction.LOW else (other, one)
            _check_crossing(low, high)


def _calls(one: ReadRule) -> bool:
    """Whether the rule has a High level, or one that could not be read and may be meant as such."""
    return not one.rule.levels or any(level.priority is AlarmPriority.HIGH for level in one.rule.levels)


def _plausible(vital: Vital) -> Span:
    kind = KINDS[vital]
    low = -math.inf if kind.plausible_low is None else kind.plausible_low
    return low, math.inf if kind.plausible_high is None else kind.plausible_high


def _check_levels(one: ReadRule) -> None:
    """What can be wrong with one rule alone."""
    rule, part = one.rule, one.part
    for level in rule.levels:
        _check_delay(part, rule, level)
        if level.limit is not None and _is_whole(part, level):
            _check_limit(part, rule, level, level.limit)
        if level.step is not None and level.step <= rule.hysteresis:
            found = f"a step of {level.step:g} with hysteresis {rule.hysteresis:g} never clears at the baseline itself"
            part.refuse(f"{level.priority}.step", found, f"more than {rule.hysteresis:g}")
        if level.armed_at is not None:
            _check_span(part, f"{level.priority}.armed_at", level.armed_at, rule.vital)
        if level.change is not None and level.change <= rule.hysteresis:
            found = f"a change of {level.change:g} with hysteresis {rule.hysteresis:g}"
            part.refuse(f"{level.priority}.change", found, f"more than {rule.hysteresis:g}")
    for mild, severe in pairwise(rule.levels):
        crossed = next(_crossed(one, mild, severe), None)
        if crossed is not None:
            found = f"its levels are inverted ({crossed[0]:g} before {crossed[1]:g})"
            part.refuse(severe.priority, found, "limits that go from mild to severe")
        if mild.latching and not severe.latching:
            found = f"{mild.priority} latches and {severe.priority}, which is worse, does not"
            part.refuse(f"{severe.priority}.latching", found, "true, or none of both")


def _check_delay(part: Part, rule: AlarmRule, level: Level) -> None:
    no_breath = rule.group == APNOEA_GROUP or (
        rule.vital in _BREATH and rule.direction is Direction.LOW and level.limit == 0
    )
    if level.persist_s is None:
        if no_breath and level.measurements is not None:
            part.refuse(f"{level.priority}.measurements", "an apnoea is counted, not timed", "“persist_s”")
        return
    longest_s = LONGEST_DELAY_S[level.priority]
    span = APNOEA_DELAY_S if no_breath else (0.0, longest_s)
    if level.persist_s < span[0] or level.persist_s > span[1]:
        what = "no breath" if no_breath else level.priority.upper()
        found = f"{level.persist_s:g} s is written, an impossible delay for {what}"
        part.refuse(f"{level.priority}.persist_s", found, span_words(span, "s"))


def _check_limit(part: Part, rule: AlarmRule, level: Level, limit: float) -> None:
    key, (low, high) = f"{level.priority}.limit", _plausible(rule.vital)
    if not _check_span(part, key, limit, rule.vital):
        return
    worst, best = (high, low) if rule.direction is Direction.HIGH else (low, high)
    if not is_beyond(rule, level, worst, limit):
        part.refuse(key, f"{limit:g} is written, which no plausible value is beyond", f"a limit before {worst:g}")
    elif math.isfinite(best) and not math.isnan(rule.hysteresis) and not is_inside(rule, level, best, limit):
        found = f"with hysteresis {rule.hysteresis:g} the limit {limit:g} can never clear"
        part.refuse("hysteresis", found, f"a margin with which {best:g} {rule.unit} is inside again")


def _check_span(part: Part, key: str, value: float, vital: Vital) -> bool:
    low, high = _plausible(vital)
    if value < low or value > high:
        part.refuse(key, f"{value:g} is written", span_words((low, high), KINDS[vital].unit))
        return False
    return True


def _crossed(one: ReadRule, mild: Level, severe: Level) -> Iterator[Span]:
    """The limits of two levels wherever they are in the wrong order, for every baseline a relative rule may meet."""
    rule, low = one.rule, _plausible(one.rule.vital)[0]
    if not (_is_whole(one.part, mild) and _is_whole(one.part, severe)):
        return
    for base in [low] if not rule.relative else [low + step for step in range(0, 300, 5)]:
        first, second = _reckoned(one, mild, base), _reckoned(one, severe, base)
        if first >= second if rule.direction is Direction.HIGH else first <= second:
            yield first, second


def _limit_at(one: ReadRule, level: Level, base: float) -> float:
    """The limit with this baseline; NaN when a number of it could not be read, or is a fault already."""
    return _reckoned(one, level, base) if _is_whole(one.part, level) else math.nan


def _reckoned(one: ReadRule, level: Level, base: float) -> float:
    if level.change is not None:  # counted from wherever the value was
        return level.change if one.rule.direction is Direction.HIGH else -level.change
    limit = limit_of(one.rule, level, Watched(SessionState.INFUSING, Baseline({one.rule.vital: base})))
    return math.nan if limit is None else limit


def _is_whole(part: Part, level: Level) -> bool:
    """Whether the limit can be told: all that makes it was read, and is no fault of its own already."""
    makes = (level.limit, level.percent, level.step, level.change)
    if all(number is None for number in makes) or any(number is not None and math.isnan(number) for number in makes):
        return False
    return part.good(*(f"{level.priority}.{key}" for key in _LIMIT_KEYS))


def _limits(one: ReadRule) -> list[tuple[Level, float]]:
    """The levels of an absolute rule whose limits can be compared."""
    limits = [(level, _limit_at(one, level, 0.0)) for level in one.rule.levels]
    return [(level, limit) for level, limit in limits if not math.isnan(limit)]


def _check_order(milder: ReadRule, severer: ReadRule) -> None:
    """Across rules of one vital and direction: a limit farther out never has the lower priority."""
    one, other = milder.rule, severer.rule
    if one.vital is not other.vital or one.direction is not other.direction or not one.phases & other.phases:
        return
    for (mild, near), (severe, far) in product(_limits(milder), _limits(severer)):
        if mild.priority.rank >= severe.priority.rank:
            continue
        if near > far if one.direction is Direction.HIGH else near < far:
            milder.part.refuse(
                f"{mild.priority}.limit",
                f"{near:g} as {mild.priority.upper()} lies beyond {far:g}, which is {severe.priority.upper()} in"
                f" {severer.part.name}",
                "a limit that is reached before one of a higher priority",
            )


def _check_crossing(low: ReadRule, high: ReadRule) -> None:
    """A low and a high limit of one vital leave room between them, also for the hysteresis."""
    bottoms, tops = [limit for _, limit in _limits(low)], [limit for _, limit in _limits(high)]
    if not bottoms or not tops:
        return
    bottom, top = max(bottoms), min(tops)
    if bottom >= top:
        low.part.refuse("", f"the low limit {bottom:g} is not below {top:g} of {high.part.name}", f"less than {top:g}")
        return
    for one, clear in ((low, bottom + low.rule.hysteresis >= top), (high, top - high.rule.hysteresis <= bottom)):
        if clear:
            found = f"with hysteresis {one.rule.hysteresis:g} between {bottom:g} and {top:g} it can never clear"
            one.part.refuse("hysteresis", found, f"less than {top - bottom:g}")
