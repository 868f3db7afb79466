"""A clinic's rules, read from one TOML text and never changed afterwards.

Laws
1. Every number a clinician chose carries a source and a mark (V verified, M from memory, D derived).
2. A policy that could not alarm as it reads (inverted, unreachable, unknown, all off) is refused whole.
3. Same text, same policy: the SHA-256 is of the text itself and is pinned to each session.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.clinical.alarms.limits import AlarmRule
from monitor.clinical.alarms.score_rules import ScoreRule
from monitor.clinical.policy.dosing import DosingPolicy
from monitor.clinical.policy.parts import (
    BaselinePolicy,
    BpSchedule,
    DischargePolicy,
    FreshnessPolicy,
    Quantity,
    SignallingPolicy,
    TechnicalRule,
)
from monitor.clinical.policy.prediction import PredictionPolicy
from monitor.clinical.policy.read_dosing import read_dosing
from monitor.clinical.policy.read_prediction import read_prediction
from monitor.clinical.policy.read_scores import read_news2, read_score_rules, read_scores
from monitor.clinical.policy.read_signalling import read_signalling
from monitor.clinical.policy.reader import Part, PolicyRefused
from monitor.clinical.policy.rules import check_rules, read_rule
from monitor.clinical.policy.tables import (
    read_baseline,
    read_bp_schedule,
    read_discharge,
    read_freshness,
    read_technical,
)
from monitor.clinical.scores.news2 import News2Policy
from monitor.clinical.scores.reckoning import ScoresPolicy
from monitor.clinical.vitals import Vital

__all__ = ["ClinicPolicy", "PolicyRefused", "parse_policy"]


@dataclass(frozen=True, slots=True)
class ClinicPolicy:
    """One version of a clinic's rules; `approved_by` is None while no clinician put a name to it."""

    id: str
    version: int
    title: str
    sha256: str
    approved_by: str | None
    rules: tuple[AlarmRule, ...]  # also those switched off, for showing
    rules_by_vital: Mapping[Vital, tuple[AlarmRule, ...]]  # those that judge
    rules_by_id: Mapping[str, AlarmRule]
    score_rules: tuple[ScoreRule, ...]  # also those switched off, for showing
    scores: ScoresPolicy
    news2: News2Policy
    technical: Mapping[str, TechnicalRule]
    device_apnoea: AlarmRule  # the rule the monitor's own apnoea alarm raises at once
    signalling: SignallingPolicy
    freshness: FreshnessPolicy
    baseline: BaselinePolicy
    bp_schedule: BpSchedule
    dosing: DosingPolicy
    prediction: PredictionPolicy
    discharge: DischargePolicy
    quantities: tuple[Quantity, ...]

    def score_rules_of(self, kind: str) -> tuple[ScoreRule, ...]:
        """The rules that judge scores of this kind."""
        return tuple(rule for rule in self.score_rules if rule.kind == kind and not rule.is_off)


def parse_policy(toml_text: str) -> ClinicPolicy:
    """Read and check a policy text; raises PolicyRefused with a sentence a clinician can act on."""
    try:
        table = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyRefused(f"This is not a TOML text: {error}.") from error
    quantities: list[Quantity] = []
    whole = Part(table, "", quantities)
    rules = tuple(read_rule(part) for part in whole.list_of("rule"))
    check_rules(rules)
    policy = ClinicPolicy(
        id=whole.text("id"),
        version=whole.whole("version"),
        title=whole.text("title"),
        sha256=hashlib.sha256(toml_text.encode()).hexdigest(),
        approved_by=whole.text_or_empty("approved_by").strip() or None,
        rules=rules,
        rules_by_vital=_by_vital(rules),
        rules_by_id={rule.id: rule for rule in rules},
        score_rules=read_score_rules(whole.list_of("score_rule"), [rule.id for rule in rules]),
        scores=read_scores(whole.part("scores")),
        news2=read_news2(whole.part("news2")),
        technical=read_technical(whole.part("technical")),
        device_apnoea=_apnoea_rule(rules, whole.text("device_apnoea_rule")),
        signalling=read_signalling(whole.part("signalling")),
        freshness=read_freshness(whole.part("freshness")),
        baseline=read_baseline(whole.part("baseline")),
        bp_schedule=read_bp_schedule(whole.part("bp_schedule")),
        dosing=read_dosing(whole.part("dosing")),
        prediction=read_prediction(whole.part("prediction")),
        discharge=read_discharge(whole.part("discharge")),
        quantities=tuple(quantities),
    )
    whole.close()
    return policy


def _by_vital(rules: tuple[AlarmRule, ...]) -> dict[Vital, tuple[AlarmRule, ...]]:
    on = [rule for rule in rules if not rule.is_off]
    return {vital: tuple(rule for rule in on if rule.vital is vital) for vital in dict.fromkeys(r.vital for r in on)}


def _apnoea_rule(rules: tuple[AlarmRule, ...], rule_id: str) -> AlarmRule:
    for rule in rules:
        if rule.id == rule_id:
            if rule.is_off or not rule.absolute:
                raise PolicyRefused(f"device_apnoea_rule: “{rule_id}” is switched off or has no limit of its own.")
            return rule
    raise PolicyRefused(f"device_apnoea_rule: there is no rule “{rule_id}”.")
