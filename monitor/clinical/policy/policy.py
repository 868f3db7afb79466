"""A clinic's rules, read from one TOML text and never changed afterwards.

Laws
1. Every number a clinician chose carries a source and a mark (V verified, M from memory, D derived).
2. A policy that could not alarm as it reads (inverted, unreachable, unknown, all off) is refused whole, with every
   fault of it and not only the first.
3. Same text, same policy: the SHA-256 is of the text itself and is pinned to each session.
"""

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.clinical.alarms.limits import AlarmRule, Direction
from monitor.clinical.alarms.rescue import Rescue, StopRule
from monitor.clinical.alarms.score_rules import ScoreRule
from monitor.clinical.policy.day_plan import DayPlanPolicy, read_day_plan
from monitor.clinical.policy.dosing import DosingPolicy
from monitor.clinical.policy.faults import Findings, PolicyFault, PolicyRefused
from monitor.clinical.policy.outcome_parts import FollowUpPolicy, ReassessRule, ResponsePolicy
from monitor.clinical.policy.parts import (
    BaselinePolicy,
    BpSchedule,
    DischargePolicy,
    FreshnessPolicy,
    Quantity,
    ScoreSchedule,
    SeriesPolicy,
    SignallingPolicy,
    TechnicalRule,
)
from monitor.clinical.policy.prediction import PredictionPolicy
from monitor.clinical.policy.preparation_parts import (
    MedicationPolicy,
    PreparationPolicy,
    ScreeningItem,
    VitalGatePolicy,
)
from monitor.clinical.policy.read_dosing import read_dosing
from monitor.clinical.policy.read_outcomes import read_follow_up, read_reassess, read_response
from monitor.clinical.policy.read_prediction import read_prediction
from monitor.clinical.policy.read_preparation import (
    read_medications,
    read_preparation,
    read_screening,
    read_vital_gate,
)
from monitor.clinical.policy.read_quality import QualityPolicy, lengthened, read_quality
from monitor.clinical.policy.read_rescue import Named, read_rescues, read_stop_rules
from monitor.clinical.policy.read_review import read_review
from monitor.clinical.policy.read_scores import read_news2, read_score_rules, read_scores
from monitor.clinical.policy.read_signalling import read_signalling
from monitor.clinical.policy.read_staff import read_staff
from monitor.clinical.policy.reader import Part
from monitor.clinical.policy.rule_checks import check_rules
from monitor.clinical.policy.rules import read_rule
from monitor.clinical.policy.tables import (
    read_baseline,
    read_bp_schedule,
    read_discharge,
    read_freshness,
    read_score_schedule,
    read_series,
    read_technical,
)
from monitor.clinical.review import ReviewPolicy
from monitor.clinical.scores.news2 import News2Policy
from monitor.clinical.scores.reckoning import ScoresPolicy
from monitor.clinical.staff import StaffPolicy
from monitor.clinical.vitals import Vital

__all__ = ["ClinicPolicy", "PolicyRefused", "parse_policy"]

_NO_RULE = AlarmRule("", Vital.RR, Direction.LOW, (), math.nan, "", "", "")  # stands in, beside its fault


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
    quality: QualityPolicy
    freshness: FreshnessPolicy
    baseline: BaselinePolicy
    bp_schedule: BpSchedule
    score_schedule: ScoreSchedule
    dosing: DosingPolicy
    prediction: PredictionPolicy
    staff: StaffPolicy
    rescues: tuple[Rescue, ...]
    stop_rules: tuple[StopRule, ...]
    screening: tuple[ScreeningItem, ...]
    vital_gate: VitalGatePolicy
    preparation: PreparationPolicy
    medications: MedicationPolicy
    series: SeriesPolicy
    discharge: DischargePolicy
    response: ResponsePolicy
    follow_up: FollowUpPolicy
    reassess: tuple[ReassessRule, ...]
    day_plan: DayPlanPolicy
    review: ReviewPolicy
    quantities: tuple[Quantity, ...]

    def score_rules_of(self, kind: str) -> tuple[ScoreRule, ...]:
        """The rules that judge scores of this kind."""
        return tuple(rule for rule in self.score_rules if rule.kind == kind and not rule.is_off)


def parse_policy(toml_text: str) -> ClinicPolicy:
    """Read and check a policy text; raises PolicyRefused with every fault of it."""
    try:
        table = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyRefused(PolicyFault("policy", f"this is not a TOML text: {error}", "TOML 1.0")) from error
    return policy_of(table, hashlib.sha256(toml_text.encode()).hexdigest())


def policy_of(table: Mapping[str, object], sha256: str) -> ClinicPolicy:
    """The policy of a text's table; raises PolicyRefused with every fault of it."""
    findings = Findings()
    policy = read_policy(Part(table, "", findings), findings, sha256)
    if findings.faults:
        raise PolicyRefused(*findings.faults)
    return policy


def read_policy(whole: Part, findings: Findings, sha256: str) -> ClinicPolicy:
    """The policy of the whole text's table, with stand-ins where `findings` has faults: of use only without any."""
    parts = whole.list_of("rule")
    read = [read_rule(part) for part in parts]
    check_rules(whole, read)
    rules = tuple(one.rule for one in read if one is not None)
    written = {part.name for part in parts}
    quality = read_quality(whole.part("quality"), rules, written)
    rules = lengthened(rules, quality)
    score_rules = read_score_rules(whole.list_of("score_rule"), [rule.id for rule in rules])
    medications = read_medications(whole.list_of("medication"), whole.part("medications"))
    alarm_ids = {rule.id for rule in rules} | {rule.id for rule in score_rules}
    named = Named() if findings.faults else Named(alarm_ids, set(medications.drugs))
    policy = ClinicPolicy(
        id=whole.text("id"),
        version=whole.whole("version"),
        title=whole.text("title"),
        sha256=sha256,
        approved_by=whole.text_or_empty("approved_by").strip() or None,
        rules=rules,
        rules_by_vital=_by_vital(rules),
        rules_by_id={rule.id: rule for rule in rules},
        score_rules=score_rules,
        scores=read_scores(whole.part("scores")),
        news2=read_news2(whole.part("news2")),
        technical=read_technical(whole.part("technical")),
        device_apnoea=_apnoea_rule(whole, rules, written),
        signalling=read_signalling(whole.part("signalling")),
        quality=quality,
        freshness=read_freshness(whole.part("freshness")),
        baseline=read_baseline(whole.part("baseline")),
        bp_schedule=read_bp_schedule(whole.part("bp_schedule")),
        score_schedule=read_score_schedule(whole.part("score_schedule")),
        dosing=read_dosing(whole.part("dosing")),
        prediction=read_prediction(whole.part("prediction")),
        rescues=read_rescues(whole.list_of("rescue"), named),
        stop_rules=read_stop_rules(whole.list_of("stop_rule"), named),
        staff=read_staff(whole.list_of("course"), whole.part("staff")),
        screening=read_screening(whole.list_of("screening")),
        vital_gate=read_vital_gate(whole.part("vital_gate")),
        preparation=read_preparation(whole.part("preparation")),
        medications=medications,
        series=read_series(whole.part("series")),
        discharge=read_discharge(whole.part("discharge")),
        response=read_response(whole.part("response")),
        follow_up=read_follow_up(whole.part("follow_up")),
        reassess=read_reassess(whole.list_of("reassess")),
        day_plan=read_day_plan(whole.part("day_plan")),
        review=read_review(whole.part("review")),
        quantities=tuple(findings.quantities),
    )
    whole.close()
    return policy


def _by_vital(rules: tuple[AlarmRule, ...]) -> dict[Vital, tuple[AlarmRule, ...]]:
    on = [rule for rule in rules if not rule.is_off]
    return {vital: tuple(rule for rule in on if rule.vital is vital) for vital in dict.fromkeys(r.vital for r in on)}


def _apnoea_rule(whole: Part, rules: tuple[AlarmRule, ...], written: set[str]) -> AlarmRule:
    rule_id = whole.text("device_apnoea_rule")
    found = next((rule for rule in rules if rule.id == rule_id), None)
    if found is not None and (found.is_off or not found.absolute):
        whole.refuse(
            "device_apnoea_rule", f"“{rule_id}” is switched off or has no limit of its own", "an absolute rule"
        )
    elif found is None and rule_id and f"rule[{rule_id}]" not in written:
        whole.refuse("device_apnoea_rule", f"there is no rule “{rule_id}”", "the id of a rule")
    return found or _NO_RULE
