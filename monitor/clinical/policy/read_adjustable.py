"""How far people may move a rule's limits for one patient: the [rule.adjustable] table.

Law: bounds hold the policy's own limit and plausible values only; what is not written here nobody may move.
"""

from collections.abc import Mapping
from dataclasses import replace

from monitor.clinical.alarms.limits import Adjustable, AlarmRule, Level
from monitor.clinical.policy.reader import Part, PolicyRefused
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
        raise PolicyRefused(f"{part.name}: its low bound {bounds.low:g} is above its high bound {bounds.high:g}.")
    return bounds


def with_bounds(part: Part, levels: tuple[Level, ...], bounds: Mapping[str, Adjustable]) -> tuple[Level, ...]:
    """The levels with their bounds; raises PolicyRefused for bounds of a level that has no absolute limit."""
    absolute = {str(level.priority) for level in levels if level.limit is not None}
    for priority in bounds:
        if priority not in absolute:
            raise PolicyRefused(f"{part.name}.{WORD}.{priority}: there is no absolute limit to adjust.")
    return tuple(replace(level, adjustable=bounds.get(level.priority)) for level in levels)


def check_bounds(rule: AlarmRule) -> None:
    """Refuse bounds that leave out the policy's own limit, or that are not plausible."""
    kind = KINDS[rule.vital]
    for level in rule.levels:
        bounds, limit = level.adjustable, level.limit
        if bounds is None or limit is None:
            continue
        place = f"rule {rule.id}.{WORD}.{level.priority}"
        said = f"the bounds {bounds.low:g} to {bounds.high:g}"
        if not bounds.low <= limit <= bounds.high:
            raise PolicyRefused(f"{place}: the policy's limit {limit:g} is outside {said}.")
        if bounds.low < (kind.plausible_low or 0.0) or bounds.high > (kind.plausible_high or float("inf")):
            raise PolicyRefused(f"{place}: {said} are not plausible for {rule.vital}.")
