"""From the text of a rule to an AlarmRule. Law: what cannot be read is a fault; what it means together with the other
rules is looked at in rule_checks.py.
"""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from monitor.clinical.alarms.limits import AlarmRule, Direction, Level
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.bounds import LONGEST_WINDOW_S, MOST_MEASUREMENTS
from monitor.clinical.policy.faults import NOTHING
from monitor.clinical.policy.read_adjustable import read_adjustable, with_bounds
from monitor.clinical.policy.reader import Part
from monitor.clinical.policy.tables import TECHNICAL_IDS
from monitor.clinical.session import LIVE_STATES, SessionState
from monitor.clinical.vitals import KINDS, Vital

_MILD_TO_SEVERE = (AlarmPriority.LOW, AlarmPriority.MEDIUM, AlarmPriority.HIGH)
_ID = re.compile(r"[a-z][a-z0-9_]*")
A_LEVEL = "at least one level: low, medium or high"


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule and the table it was read from, so that a later fault names its place."""

    part: Part
    rule: AlarmRule


def read_rule(part: Part) -> ReadRule | None:
    """One [[rule]] of the text; None when its vital or direction could not be read, so that nothing can be compared."""
    source, mark = part.text("source"), part.mark()
    vital, direction = part.word("vital", *Vital), part.word("direction", *Direction)
    written = {priority: part.part(priority) for priority in _MILD_TO_SEVERE if part.has(priority)}
    within_s = part.number("within_s", (1, LONGEST_WINDOW_S), "s") if part.has("within_s") else None
    relative = _relative(part, written.values())
    if within_s is not None and relative:
        part.refuse("relative", "a rule of change needs no baseline", "nothing: take “relative” out")
    levels = tuple(
        _read_level(level, priority, relative, within_s is not None, source, mark)
        for priority, level in written.items()
    )
    levels = with_bounds(part, levels, read_adjustable(part))
    rule_id, hysteresis = read_id(part), part.not_negative("hysteresis")
    unit = part.word("unit", KINDS[Vital(vital)].unit) if vital else part.text("unit")
    phases, stands_in_for, group = read_phases(part), _stands_in_for(part), part.text_or_empty("group")
    off_reason = read_off_reason(part)
    if part.close() and not levels:
        part.refuse("", NOTHING, A_LEVEL)
    if not vital or not direction:
        return None
    return ReadRule(
        part,
        AlarmRule(
            id=rule_id,
            vital=Vital(vital),
            direction=Direction(direction),
            levels=levels,
            hysteresis=hysteresis,
            unit=unit,
            source=source,
            mark=mark,
            relative=relative,
            phases=phases,
            stands_in_for=stands_in_for,
            group=group,
            off_reason=off_reason,
            within_s=within_s,
        ),
    )


def _relative(part: Part, levels: Collection[Part]) -> bool:
    """Whether the rule is relative to the baseline; levels of which all look like it must not be taken otherwise."""
    relative = part.flag("relative")
    if relative or not levels or not all(_looks_relative(level) for level in levels):
        return relative
    if part.good("relative"):
        part.refuse("relative", NOTHING, "true, as its levels have a percent or a step")
    return True


def _looks_relative(level: Part) -> bool:
    return not level.has("limit") and (level.has("percent") or level.has("step"))


def _read_level(part: Part, priority: AlarmPriority, relative: bool, of_change: bool, source: str, mark: str) -> Level:
    timed, counted = part.has("persist_s"), part.has("measurements")
    stepped = relative and part.has("step")
    shared = relative and part.has("percent")
    absolute = not relative and not of_change
    level = Level(
        priority=priority,
        source=part.text("source") if part.has("source") else source,
        mark=part.mark() if part.has("mark") else mark,
        limit=part.number("limit") if absolute else None,
        percent=part.number("percent", (1, 200), "%") if shared else None,
        step=part.not_negative("step") if stepped else None,
        armed_at=part.number("armed_at") if relative and part.has("armed_at") else None,
        inclusive=of_change or part.flag("inclusive"),
        persist_s=part.not_negative("persist_s") if timed else None,
        measurements=part.whole("measurements", MOST_MEASUREMENTS) if counted else None,
        latching=part.flag("latching"),
        change=part.number("change") if of_change else None,
    )
    all_known = part.close()
    if timed and counted:
        part.refuse("", "both “persist_s” and “measurements” are written", "one of them")
    if all_known and not timed and not counted:
        part.refuse("", NOTHING, "“persist_s” or “measurements”")
    if all_known and relative and not stepped and not shared:
        part.refuse("", NOTHING, "“percent” or “step”, as the rule is relative")
    # An unknown key may have been meant for the limit: then nothing is said of the limit beside it.
    return level if all_known else replace(level, limit=math.nan)


def read_id(part: Part) -> str:
    """The id of a rule, by which its alarms are known for ever."""
    rule_id = part.text("id")
    if rule_id and not _ID.fullmatch(rule_id):
        part.refuse("id", f"“{rule_id}” is written", "small letters, digits and _, a letter first")
    if rule_id in TECHNICAL_IDS:
        part.refuse("id", f"“{rule_id}” is written", "an id that is no technical alarm's")
    return rule_id


def read_off_reason(part: Part) -> str:
    """Why a rule is switched off; "" when it is on."""
    off, explained = part.flag("off"), part.has("off_reason")
    reason = part.text("off_reason") if off or explained else ""
    if explained and not off and part.good("off"):
        part.refuse("off", NOTHING, "true, as an “off_reason” is written")
    return reason if off else ""


def _stands_in_for(part: Part) -> tuple[Vital, ...]:
    words = part.texts("stands_in_for")
    for word in words:
        if word not in tuple(Vital):
            part.refuse("stands_in_for", f"“{word}” is written", "vitals: " + " ".join(Vital))
    return tuple(Vital(word) for word in words if word in tuple(Vital))


def read_phases(part: Part) -> frozenset[SessionState]:
    """The phases in which a rule alarms: all in which a patient is watched, unless it names some."""
    live = sorted(str(state) for state in LIVE_STATES)
    words = part.texts("phases")
    for word in words:
        if word not in live:
            part.refuse("phases", f"“{word}” is written", "phases in which vitals are judged: " + " ".join(live))
    return frozenset(SessionState(word) for word in words if word in live) or LIVE_STATES
