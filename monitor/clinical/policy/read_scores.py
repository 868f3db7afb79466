"""From the [[score_rule]], [scores] and [news2] tables to their parts.

Law: a limit the scale cannot reach, or levels in the wrong order, are refused: it could not alarm as it reads.
"""

import math
from collections.abc import Iterable
from itertools import pairwise

from monitor.clinical.alarms.limits import Direction, Level
from monitor.clinical.alarms.score_rules import NEWS2, ScoreRule
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.faults import NOTHING
from monitor.clinical.policy.reader import Part
from monitor.clinical.policy.rules import A_LEVEL, read_id, read_off_reason, read_phases
from monitor.clinical.scores.news2 import News2Policy
from monitor.clinical.scores.reckoning import ScoresPolicy
from monitor.clinical.scores.scales import CONFIRMATIONS, score_kinds

_MILD_TO_SEVERE = (AlarmPriority.LOW, AlarmPriority.MEDIUM, AlarmPriority.HIGH)
_NEWS2_AT_MOST = 20


def read_score_rules(parts: Iterable[Part], other_ids: Iterable[str]) -> tuple[ScoreRule, ...]:
    """Every [[score_rule]] that can be read; an id that another rule (`other_ids`) has is a fault."""
    taken, rules = set(other_ids), []
    for part in parts:
        rule = _read(part)
        rule_id = part.text("id") if rule is None else rule.id
        if rule_id in taken:
            part.refuse("id", f"this id is used twice: “{rule_id}”", "an id of its own")
        taken.add(rule_id)
        if rule is not None:
            rules.append(rule)
    return tuple(rules)


def _read(part: Part) -> ScoreRule | None:
    source, mark = part.text("source"), part.mark()
    kind = part.word("kind", NEWS2, *(kind for kind in score_kinds() if kind != CONFIRMATIONS))
    direction = part.word("direction", *Direction)
    levels = tuple(
        _level(part.part(priority), priority, source, mark) for priority in _MILD_TO_SEVERE if part.has(priority)
    )
    rule_id, phases = read_id(part), read_phases(part)
    above = part.not_negative("above_baseline") if part.has("above_baseline") else None
    any_three = _any_three(part, kind, direction, levels)
    stop_at = part.number("stop_infusion_at") if part.has("stop_infusion_at") else None
    off_reason = read_off_reason(part)
    if part.close() and not levels:
        part.refuse("", NOTHING, A_LEVEL)
    if not kind or not direction:
        return None
    rule = ScoreRule(
        id=rule_id,
        kind=kind,
        direction=Direction(direction),
        levels=levels,
        source=source,
        mark=mark,
        phases=phases,
        above_baseline=above,
        any_three=any_three,
        stop_infusion_at=stop_at,
        off_reason=off_reason,
    )
    _check(part, rule)
    return rule


def _level(part: Part, priority: AlarmPriority, source: str, mark: str) -> Level:
    level = Level(
        priority=priority,
        source=part.text("source") if part.has("source") else source,
        mark=part.mark() if part.has("mark") else mark,
        limit=part.number("limit"),
        inclusive=True,
        persist_s=0.0,
    )
    part.close()
    return level


def _any_three(part: Part, kind: str, direction: str, levels: tuple[Level, ...]) -> AlarmPriority | None:
    if not part.has("any_three"):
        return None
    word = part.word("any_three", *(level.priority for level in levels))
    if part.good("kind", "direction") and (kind != NEWS2 or direction != Direction.HIGH):
        part.refuse("any_three", "it is written for another score", "“any_three” is for NEWS2, high")
    return AlarmPriority(word) if word else None


def _check(part: Part, rule: ScoreRule) -> None:
    lowest, highest = _range(rule.kind)
    limits = [(f"{level.priority}.limit", level.limit) for level in rule.levels]
    for key, limit in (*limits, ("stop_infusion_at", rule.stop_infusion_at)):
        if limit is not None and not math.isnan(limit) and (limit != int(limit) or not lowest <= limit <= highest):
            part.refuse(key, f"{limit:g} is written", f"a whole number from {lowest} to {highest}, the scale's range")
    sound = [level for level in rule.levels if part.good(f"{level.priority}.limit")]
    for mild, severe in pairwise(sound):
        first, second = mild.limit or 0.0, severe.limit or 0.0
        if first >= second if rule.direction is Direction.HIGH else first <= second:
            found = f"its levels are inverted ({first:g} before {second:g})"
            part.refuse(severe.priority, found, "limits that go from mild to severe")


def _range(kind: str) -> tuple[int, int]:
    """The least and the greatest total of a scale."""
    if kind == NEWS2:
        return 0, _NEWS2_AT_MOST
    items = score_kinds()[kind].items
    return sum(item.low for item in items), sum(item.high for item in items)


def read_scores(part: Part) -> ScoresPolicy:
    """The [scores] table."""
    scores = ScoresPolicy(
        white_min=part.count("white_min", between=(0, 14)),
        mme_caution=part.quantity("mme_caution", "mg", between=(1, 1000)),
    )
    part.close()
    return scores


def read_news2(part: Part) -> News2Policy:
    """The [news2] table; a set needs a time longer than 0 s."""
    policy = News2Policy(
        near_nibp_s=part.seconds("near_nibp", at_least_s=1),
        set_max_age_s=part.seconds("set_max_age", at_least_s=1),
        consciousness_max_age_s=part.seconds("consciousness_max_age"),
        temperature_max_age_s=part.seconds("temperature_max_age"),
        oxygen_max_age_s=part.seconds("oxygen_max_age"),
        expected_effect_s=part.seconds("expected_effect"),
    )
    part.close()
    return policy
