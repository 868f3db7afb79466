"""The words of score alarms, in one place. Law: made from rule and numbers only, so that they can be translated.

The labels are ours; source of what each level means: CLINICAL.md §5.1, §5.2.
"""

from collections.abc import Mapping

from monitor.clinical.alarms.limits import Direction
from monitor.clinical.alarms.score_rules import ScoreRule
from monitor.clinical.scores.news2 import News2, Parameter
from monitor.clinical.scores.scales import score_kinds
from monitor.clinical.words import number

STOP = ", stop the infusion"
NOT_COUNTED = ", consciousness not counted (ketamine)"
SCORES_THREE = "{parameters} scores 3"
_MINUS = "−"

LEVELS: Mapping[str, Mapping[int, str]] = {
    "moaas": {
        0: "deep sedation, no response",
        1: "deep sedation",
        2: "deep sedation",
        3: "rouses only to loud voice",
        4: "lethargic",
    },
    "rass": {
        4: "combative",
        3: "very agitated",
        2: "agitated",
        1: "restless",
        -1: "drowsy",
        -2: "lightly sedated",
        -3: "moderately sedated",
        -4: "deeply sedated",
        -5: "cannot be roused",
    },
}
PARAMETERS: Mapping[Parameter, str] = {
    Parameter.RR: "RR",
    Parameter.SPO2: "SpO₂",
    Parameter.OXYGEN: "oxygen",
    Parameter.SYSTOLIC: "systolic BP",
    Parameter.PULSE: "pulse",
    Parameter.CONSCIOUSNESS: "consciousness",
    Parameter.TEMPERATURE: "temperature",
}


def score_words(rule: ScoreRule, value: float, limit: float, baseline: float | None, *, infusing: bool) -> str:
    """“MOAA/S 2: deep sedation”, “RASS +3: very agitated”, “Pain NRS 8 ≥ 7, baseline 4”."""
    title = score_kinds()[rule.kind].title
    label = LEVELS.get(rule.kind, {}).get(round(value))
    if label is not None:
        words = f"{title} {_spoken(rule, value)}: {label}"
    else:
        sign = "≥" if rule.direction is Direction.HIGH else "≤"
        words = f"{title} {_spoken(rule, value)} {sign} {number(limit)}"
    if rule.above_baseline is not None and baseline is not None:
        words += f", baseline {number(baseline)}"
    return words + STOP if infusing and _asks_to_stop(rule, value) else words


def _asks_to_stop(rule: ScoreRule, value: float) -> bool:
    at = rule.stop_infusion_at
    return at is not None and (value >= at if rule.direction is Direction.HIGH else value <= at)


def _spoken(rule: ScoreRule, value: float) -> str:
    if value < 0:
        return f"{_MINUS}{number(-value)}"
    return f"+{number(value)}" if rule.kind == "rass" and value > 0 else number(value)


def news2_words(result: News2) -> str:
    """“NEWS2 7”, “NEWS2 3: SpO₂ scores 3”; what was not counted is said."""
    words = f"NEWS2 {result.counted}"
    if result.counted_threes:
        names = ", ".join(PARAMETERS[parameter] for parameter in result.counted_threes)
        words += f": {SCORES_THREE.format(parameters=names)}"
    return words + NOT_COUNTED if result.expected_drug_effect else words
