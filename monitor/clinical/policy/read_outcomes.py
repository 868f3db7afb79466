"""From the [response], [follow_up] and [[reassess]] tables to their parts. Law: what could never ask anybody to think
again as it reads is refused.
"""

from monitor.clinical.policy.outcome_parts import FollowUpPolicy, Measure, ReassessRule, ResponsePolicy
from monitor.clinical.policy.reader import Part

_SHARE = (1, 100)
_LAST_INFUSION = 50  # no series of CLINICAL.md §1.1 has more than 12


def read_response(part: Part) -> ResponsePolicy:
    """The [response] table."""
    response = ResponsePolicy(
        measure=Measure(part.word("measure", *Measure) or Measure.AVERAGE),
        moderate_percent=part.quantity("moderate", "%", between=_SHARE),
        substantial_percent=part.quantity("substantial", "%", between=_SHARE),
        interference_points=part.quantity("interference", "1", between=(0.1, 10)),
        opioid_percent=part.quantity("opioid_reduction", "%", between=_SHARE),
        journal_entries=part.count("journal_entries", between=(1, 1000)),
        journal_gap_s=part.seconds("journal_gap", at_least_s=3600),
    )
    part.close()
    part.in_order("moderate", response.moderate_percent, "substantial", response.substantial_percent)
    return response


def read_follow_up(part: Part) -> FollowUpPolicy:
    """The [follow_up] table."""
    follow_up = FollowUpPolicy(
        next_day_after_s=part.quantity("next_day_after", "h", between=(1, 48)),
        next_day_lapses_s=part.quantity("next_day_lapses", "h", between=(2, 144)),
        weekly_for=part.count("weekly_for", between=(0, 52)),
    )
    part.close()
    part.in_order("next_day_after", follow_up.next_day_after_s, "next_day_lapses", follow_up.next_day_lapses_s)
    return follow_up


def read_reassess(parts: tuple[Part, ...]) -> tuple[ReassessRule, ...]:
    """The [[reassess]] tables, in the order they are shown; an empty list asks nobody."""
    rules: list[ReassessRule] = []
    for part in parts:
        rule = _rule(part)
        if rule.id and rule.id in [one.id for one in rules]:
            part.refuse("id", f"“{rule.id}” is written twice", "each name once")
        rules.append(rule)
        if part.close() and (rule.response_below_percent is None) == (rule.grade_from is None):
            part.refuse("", "one condition is needed", "response_below or grade_from")
    return tuple(rules)


def _rule(part: Part) -> ReassessRule:
    below = part.number("response_below", _SHARE, "%") if part.has("response_below") else None
    grade = part.whole("grade_from", at_most=5) if part.has("grade_from") else None
    return ReassessRule(
        id=part.text("id"),
        words=part.text("words"),
        before_infusion=part.whole("before_infusion", at_most=_LAST_INFUSION),
        response_below_percent=below,
        grade_from=grade,
        source=part.text("source"),
        mark=part.mark(),
    )
