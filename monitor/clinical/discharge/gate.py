"""May the patient go home? The gate as a list of criteria, evaluated on facts at one moment.

Laws
1. The software advises: a named person signs, and a physician may override with a reason.
2. UNKNOWN is never MET, and nothing here remembers an earlier answer.
3. `ready_at` is a promise of time only: None as soon as something open needs more than time. A predicted end of the
   drug's effect may put it off; it neither meets nor fails a criterion.

Source: CLINICAL.md §4.5; every number is in the policy.
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.discharge.drowsy import calm
from monitor.clinical.discharge.evidence import DischargeEvidence, HighAlarm
from monitor.clinical.discharge.findings import (
    CriterionKind,
    CriterionResult,
    Finding,
    Result,
    all_expected,
    criterion,
    unknown,
)
from monitor.clinical.discharge.scores import (
    against_baseline,
    confirmations,
    drugs_waited,
    no_high_alarm,
    one_score,
    scored_twice,
)
from monitor.clinical.discharge.vitals import (
    blood_pressure,
    heart_rate,
    room_air,
    sustained,
    time_since_end,
    vitals_as_of,
)
from monitor.clinical.policy.parts import DischargePolicy
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import Vital

__all__ = [
    "VITAL_CRITERIA",
    "CriterionResult",
    "DischargeEvaluation",
    "DischargeEvidence",
    "HighAlarm",
    "Result",
    "evaluate",
    "vitals_met",
]

VITAL_CRITERIA = ("circulation", "breathing")


@dataclass(frozen=True, slots=True)
class DischargeEvaluation:
    """Every criterion at one moment, and when all are expected to be met."""

    criteria: tuple[CriterionResult, ...]
    ready_at: datetime | None

    @property
    def all_met(self) -> bool:
        """Whether a nurse may sign without an override."""
        return all(item.result is Result.MET for item in self.criteria)


def evaluate(policy: ClinicPolicy, evidence: DischargeEvidence, now: datetime) -> DischargeEvaluation:
    """Evaluate the gate at `now` (charted time)."""
    gate = policy.discharge
    criteria = (
        criterion("time", "Time since infusion end", CriterionKind.AUTOMATIC, [time_since_end(gate, evidence, now)]),
        *_vital_criteria(gate, evidence, now),
        *_score_criteria(gate, evidence, now),
        criterion(
            "alarms",
            f"No High alarm in {gate.no_high_s / 60:g} min",
            CriterionKind.AUTOMATIC,
            [no_high_alarm(gate, evidence, now), drugs_waited(gate, evidence, now)],
        ),
        criterion(
            "confirmations",
            "IV out, escort present, instructions, no driving",
            CriterionKind.MANUAL,
            [confirmations(gate, evidence)],
        ),
    )
    return DischargeEvaluation(criteria, _ready_at(criteria, evidence.predicted_clear_at, now))


def _ready_at(criteria: tuple[CriterionResult, ...], clear_at: datetime | None, now: datetime) -> datetime | None:
    if all(item.result is Result.MET for item in criteria):
        return max([item.since for item in criteria if item.since is not None], default=now)
    expected_at = all_expected(criteria)
    if expected_at is None:
        return None
    # What was due earlier can still be done now; a predicted effect only moves what is expected, never what is met.
    return max(now, expected_at) if clear_at is None else max(now, expected_at, clear_at)


def vitals_met(evaluation: DischargeEvaluation) -> bool:
    """Whether every vital criterion is met: the guard of end_monitoring."""
    return all(item.result is Result.MET for item in evaluation.criteria if item.id in VITAL_CRITERIA)


def _vital_criteria(
    gate: DischargePolicy, evidence: DischargeEvidence, now: datetime
) -> tuple[CriterionResult, CriterionResult]:
    as_of = vitals_as_of(gate, evidence, now)
    if as_of is None:
        too_old = unknown(f"monitoring ended more than {gate.captured_s / 60:g} min ago")
        circulation, breathing = [too_old], [too_old]
    else:
        circulation = [blood_pressure(gate, evidence, as_of), heart_rate(gate, evidence, as_of)]
        breathing = [
            sustained(gate, evidence, Vital.SPO2, as_of),
            sustained(gate, evidence, Vital.RR, as_of),
            room_air(evidence),
        ]
    title = f"SpO₂ ≥ {gate.spo2_min:g} % and RR {gate.rr_low:g}–{gate.rr_high:g}, on room air"
    return (
        criterion("circulation", "Blood pressure, HR near baseline", CriterionKind.AUTOMATIC, circulation),
        criterion("breathing", title, CriterionKind.AUTOMATIC, breathing),
    )


def _score_criteria(gate: DischargePolicy, evidence: DischargeEvidence, now: datetime) -> tuple[CriterionResult, ...]:
    def score(kind: str, low: int, high: int) -> Finding:
        return one_score(gate, evidence, kind, lambda value: low <= value <= high, now)

    return (
        criterion(
            "scores",
            f"Aldrete ≥ {gate.aldrete_min} and MPADSS ≥ {gate.mpadss_min}, twice",
            CriterionKind.SCORE,
            [
                scored_twice(gate, evidence, "aldrete", gate.aldrete_min, now),
                scored_twice(gate, evidence, "mpadss", gate.mpadss_min, now),
            ],
        ),
        criterion(
            "awake",
            "Awake and oriented",
            CriterionKind.SCORE,
            [
                score("moaas", gate.moaas_min, 5),
                calm(gate, evidence, now),
                score("orientation", 3, 3),
                score("poss", 0, gate.poss_max),
            ],
        ),
        criterion(
            "dissociation",
            "No dissociation",
            CriterionKind.SCORE,
            [against_baseline(gate, evidence, "cadss6", gate.cadss6_max, now), score("perception", 0, 0)],
        ),
        criterion(
            "comfort",
            f"Steady gait, nausea ≤ {gate.nausea_max}, pain ≤ baseline",
            CriterionKind.SCORE,
            [
                score("gait", gate.gait_min, 2),
                score("nausea", 0, gate.nausea_max),
                against_baseline(gate, evidence, "nrs", None, now),
            ],
        ),
    )
