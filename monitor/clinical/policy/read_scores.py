"""From the [[score_rule]], [scores] and [news2] tables to their parts.

Law: a limit the scale cannot reach, or levels in the wrong order, are refused: it could not alarm as it reads.
"""

from collections.abc import Iterable
from itertools import pairwise

from monitor.clinical.alarms.limits import Direction, Level
from monitor.clinical.alarms.score_rules import NEWS2, ScoreRule
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.reader import Part, PolicyRefused
from monitor.clinical.scores.news2 import News2Policy
from monitor.clinical.scores.reckoning import ScoresPolicy
from monitor.clinical.scores.scales import CONFIRMATIONS, score_kinds
from monitor.clinical.session import LIVE_STATES, SessionState

_MILD_TO_SEVERE = (AlarmPriority.LOW, AlarmPriority.MEDIUM, AlarmPriority.HIGH)
_NEWS2_AT_MOST = 20


def read_score_rules(parts: Iterable[Part], other_ids: Iterable[str]) -> tuple[ScoreRule, ...]:
    """Every [[score_rule]]; raises PolicyRefused, also for an id that another rule (`other_ids`) has."""
    rules = tuple(_read(part) for part in parts)
    ids = [rule.id for rule in rules]
    taken = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1 or rule_id in set(other_ids)})
    if taken:
        raise PolicyRefused(f"score_rule {taken[0]}: this id is used twice.")
    return rules


def _read(part: Part) -> ScoreRule:
    source, mark, kind = part.text("source"), part.mark(), _kind(part)
    levels = tuple(
        _level(part.part(priority), priority, source, mark) for priority in _MILD_TO_SEVERE if part.has(priority)
    )
    if not levels:
        raise PolicyRefused(f"{part.name}: it has no level (low, medium or high).")
    rule = ScoreRule(
        id=part.text("id"),
        kind=kind,
        direction=_direction(part),
        levels=levels,
        source=source,
        mark=mark,
        phases=_phases(part),
        above_baseline=part.not_negative("above_baseline") if part.has("above_baseline") else None,
        any_three=_any_three(part, kind, levels),
        stop_infusion_at=part.number("stop_infusion_at") if part.has("stop_infusion_at") else None,
        off_reason=part.text("off_reason") if part.flag("off") else "",
    )
    part.close()
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


def _kind(part: Part) -> str:
    kind = part.text("kind")
    if kind != NEWS2 and (kind not in score_kinds() or kind == CONFIRMATIONS):
        raise PolicyRefused(f"{part.name}: there is no score “{kind}”.")
    return kind


def _direction(part: Part) -> Direction:
    word = part.text("direction")
    if word not in tuple(Direction):
        raise PolicyRefused(f"{part.name}: the direction “{word}” is neither high nor low.")
    return Direction(word)


def _phases(part: Part) -> frozenset[SessionState]:
    words = part.texts("phases")
    unknown = [word for word in words if word not in {str(state) for state in LIVE_STATES}]
    if unknown:
        raise PolicyRefused(f"{part.name}: “{unknown[0]}” is no phase in which alarms are judged.")
    return frozenset(SessionState(word) for word in words) or LIVE_STATES


def _any_three(part: Part, kind: str, levels: tuple[Level, ...]) -> AlarmPriority | None:
    if not part.has("any_three"):
        return None
    word = part.text("any_three")
    if (
        kind != NEWS2
        or part.text("direction") != Direction.HIGH
        or word not in {str(level.priority) for level in levels}
    ):
        raise PolicyRefused(f"{part.name}: “any_three” is for NEWS2, high, and names one of the rule's own levels.")
    return AlarmPriority(word)


def _check(part: Part, rule: ScoreRule) -> None:
    lowest, highest = _range(rule.kind)
    limits = [level.limit or 0.0 for level in rule.levels]
    stop = [] if rule.stop_infusion_at is None else [rule.stop_infusion_at]
    for limit in (*limits, *stop):
        if limit != int(limit) or not lowest <= limit <= highest:
            raise PolicyRefused(
                f"{part.name}: {limit:g} is not a whole number from {lowest} to {highest}, the range of the scale."
            )
    for mild, severe in pairwise(limits):
        if (mild >= severe) if rule.direction is Direction.HIGH else (mild <= severe):
            raise PolicyRefused(f"{part.name}: its levels are inverted ({mild:g} before {severe:g}).")


def _range(kind: str) -> tuple[int, int]:
    """The least and the greatest total of a scale."""
    if kind == NEWS2:
        return 0, _NEWS2_AT_MOST
    items = score_kinds()[kind].items
    return sum(item.low for item in items), sum(item.high for item in items)


def read_scores(part: Part) -> ScoresPolicy:
    """The [scores] table."""
    scores = ScoresPolicy(white_min=part.count("white_min"), mme_caution=part.quantity("mme_caution", "mg"))
    part.close()
    return scores


def read_news2(part: Part) -> News2Policy:
    """The [news2] table."""
    policy = News2Policy(
        near_nibp_s=part.seconds("near_nibp"),
        set_max_age_s=part.seconds("set_max_age"),
        consciousness_max_age_s=part.seconds("consciousness_max_age"),
        temperature_max_age_s=part.seconds("temperature_max_age"),
        oxygen_max_age_s=part.seconds("oxygen_max_age"),
        expected_effect_s=part.seconds("expected_effect"),
    )
    part.close()
    if policy.near_nibp_s <= 0 or policy.set_max_age_s <= 0:
        raise PolicyRefused("news2: a set needs a time longer than 0 s.")
    return policy
