"""The [quality] table: what is evidence of an artefact, and by how much a questionable signal may lengthen a delay.

Law: a lengthening is named rule by rule, is never more than MOST_EXTRA_S, and never of a rule that counts measurements,
rings at once or watches for an apnoea.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.clinical.alarms.limits import AlarmRule
from monitor.clinical.policy.reader import Part
from monitor.clinical.vitals import KINDS, Cadence, Vital

MOST_EXTRA_S = 20.0  # no policy may lengthen more: with it even the longest High delay stays under a minute
LONGEST_DOUBT_S = 60.0  # nor doubt a new level longer
_APNOEA_GROUP = "apnoea"
_CONTINUOUS = tuple(vital.value for vital, kind in KINDS.items() if kind.cadence is Cadence.CONTINUOUS)


@dataclass(frozen=True, slots=True)
class StepPolicy:
    """The greatest change of one vital that is taken for physiology: `jump` at once and `per_s` for each second."""

    jump: float
    per_s: float


@dataclass(frozen=True, slots=True)
class QualityPolicy:
    """What makes a value questionable (monitor/clinical/quality.py); `extra_s` by rule."""

    steps: Mapping[Vital, StepPolicy]
    believed_after_s: float  # a new level that has lasted this long is believed
    disagree_by_per_min: float
    disagree_for_s: float
    agree_within_per_min: float
    perfusion_low_percent: float
    probe_on_cuff_limb: bool
    cuff_for_s: float
    alarm_after_s: float
    extra_s: Mapping[str, float]


def read_quality(part: Part, rules: Sequence[AlarmRule], written: Collection[str]) -> QualityPolicy:
    """The [quality] table; `written` names the tables of rules, also of those that could not be read."""
    steps, extra = part.part("step"), part.part("extra")
    quality = QualityPolicy(
        steps=_steps(steps),
        believed_after_s=part.seconds("believed_after", at_most_s=LONGEST_DOUBT_S),
        disagree_by_per_min=part.quantity("disagree_by", "/min"),
        disagree_for_s=part.seconds("disagree_for"),
        agree_within_per_min=part.quantity("agree_within", "/min"),
        perfusion_low_percent=part.quantity("perfusion_low", "%"),
        probe_on_cuff_limb=part.flag("probe_on_cuff_limb"),
        cuff_for_s=part.seconds("cuff_for"),
        alarm_after_s=part.seconds("alarm_after"),
        extra_s={
            rule_id: extra.seconds(rule_id, at_most_s=MOST_EXTRA_S)
            for rule_id in extra.written()
            if _may_be_lengthened(extra, rule_id, rules, written)
        },
    )
    for inner in (steps, extra, part):
        inner.close()
    part.in_order("agree_within", quality.agree_within_per_min, "disagree_by", quality.disagree_by_per_min)
    return quality


def _steps(steps: Part) -> dict[Vital, StepPolicy]:
    read: dict[Vital, StepPolicy] = {}
    for word in steps.written():
        if word in _CONTINUOUS:
            read[Vital(word)] = _step(steps.part(word), KINDS[Vital(word)].unit)
        else:
            steps.refuse(word, f"“{word}” is not measured all the time", ", ".join(_CONTINUOUS))
    return read


def _step(part: Part, unit: str) -> StepPolicy:
    step = StepPolicy(part.quantity("jump", unit), part.quantity("per_s", f"{unit}/s"))
    part.close()
    if step.jump <= 0:
        part.refuse("jump.value", f"{step.jump:g}: every value would be questionable", "more than 0")
    return step


def _may_be_lengthened(extra: Part, rule_id: str, rules: Sequence[AlarmRule], written: Collection[str]) -> bool:
    rule = next((rule for rule in rules if rule.id == rule_id), None)
    if rule is None:
        if f"rule[{rule_id}]" not in written:
            extra.refuse(rule_id, f"there is no rule “{rule_id}”", "the id of a rule")
        return False
    at_once = any(level.persist_s == 0 or level.measurements is not None for level in rule.levels)
    if rule.group == _APNOEA_GROUP or at_once:
        extra.refuse(rule_id, "this rule may not wait longer", "a rule with delays in seconds that is no apnoea")
        return False
    return True


def lengthened(rules: Sequence[AlarmRule], quality: QualityPolicy) -> tuple[AlarmRule, ...]:
    """The rules with the lengthening each may have."""
    return tuple(replace(rule, extra_s=quality.extra_s.get(rule.id, 0.0)) for rule in rules)
