"""How far people may move a rule's limits for one patient: the [rule.adjustable] table.

Law: bounds hold the policy's own limit and plausible values only; what is not written here nobody may move.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from monitor.clinical.alarms.limits import Adjustable, AlarmRule, Level
from monitor.clinical.policy.bounds import span_words
from monitor.clinical.policy.reader import Part
from monitor.clinical.vitals import KINDS

WORD = "adjustable"


def read_adjustable(rule: Part) -> dict[str, Adjustable]:
    """The bounds of each level by its priority; empty when the rule has none."""
    if not rule.has(WORD):
        return {}
    part = rule.part(WORD)
    source, mark = part.text("source"), part.mark()
    bounds = {}
    for priority in ("low", "medium", "high"):
        if part.has(priority):
            bounds[priority] = _read_bounds(part.part(priority), source, mark)
    part.close()
    return bounds


def _read_bounds(part: Part, source: str, mark: str) -> Adjustable:
    bounds = Adjustable(
        low=part.number("low"), high=part.number("high"), physician=part.flag("physician"), source=source, mark=mark
    )
    part.close()
    if bounds.low > bounds.high:
        part.refuse("", f"the low bound {bounds.low:g} is above the high bound {bounds.high:g}", "low, then high")
    return bounds


def with_bounds(part: Part, levels: tuple[Level, ...], bounds: Mapping[str, Adjustable]) -> tuple[Level, ...]:
    """The levels with their bounds; a level that has no absolute limit has none."""
    absolute = {str(level.priority) for level in levels if level.limit is not None}
    for priority in bounds:
        if priority not in absolute:
            part.refuse(f"{WORD}.{priority}", "there is no absolute limit to adjust", "a level with a limit")
    return tuple(replace(level, adjustable=bounds.get(level.priority)) for level in levels)


def check_bounds(part: Part, rule: AlarmRule) -> None:
    """Refuse bounds that leave out the policy's own limit, or that are not plausible."""
    kind = KINDS[rule.vital]
    low, high = kind.plausible_low or 0.0, kind.plausible_high or math.inf
    for level in rule.levels:
        bounds, limit = level.adjustable, level.limit
        place = f"{WORD}.{level.priority}"
        if bounds is None or limit is None or not part.good(place, f"{level.priority}.limit"):
            continue
        said = f"the bounds {bounds.low:g} to {bounds.high:g}"
        if bounds.low < low or bounds.high > high:
            part.refuse(place, f"{said} are not plausible for {rule.vital}", span_words((low, high), kind.unit))
        elif limit < bounds.low or limit > bounds.high:
            part.refuse(place, f"the policy's limit {limit:g} is outside {said}", f"bounds that hold {limit:g}")
