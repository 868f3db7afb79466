"""A patient who may go home, to be spoilt one fact at a time; minutes count from the end of the infusion."""

from dataclasses import replace
from datetime import timedelta

from monitor.clinical.discharge.gate import DischargeEvaluation, DischargeEvidence, evaluate
from monitor.clinical.vitals import Vital
from tests.clinical.bedside import BASELINE, POLICY, START

NOW = 75


def at(minute: float):
    """Charted time, in minutes since the end of the infusion."""
    return START + timedelta(minutes=minute)


def every_minute(value: float, since: float = NOW - 20, until: float = NOW):
    return tuple((at(since + m), value) for m in range(int(until - since) + 1))


def one(minute: float, **items):
    return ((at(minute), items),)


FULL_MARKS = {
    "aldrete": dict.fromkeys(("activity", "respiration", "circulation", "consciousness", "oxygen_saturation"), 2),
    "mpadss": dict.fromkeys(("vital_signs", "ambulation", "nausea", "pain", "bleeding"), 2),
}
NO_DISSOCIATION = dict.fromkeys(("item_1", "item_2", "item_6", "item_7", "item_15", "item_22"), 0)

HOME = DischargeEvidence(
    started_at=at(-40),
    ended_at=at(0),
    baseline=BASELINE,
    baseline_scores={"nrs": 6, "cadss6": 0},
    readings={
        Vital.NIBP_SYS: ((at(60), 124.0), (at(70), 122.0)),
        Vital.NIBP_DIA: ((at(60), 74.0), (at(70), 72.0)),
        Vital.HR: every_minute(71),
        Vital.SPO2: every_minute(97),
        Vital.RR: every_minute(14),
    },
    scores={
        **{kind: ((at(55), items), (at(70), items)) for kind, items in FULL_MARKS.items()},
        "moaas": one(70, level=5),
        "rass": one(70, level=0),
        "poss": one(70, level=1),
        "orientation": one(70, person=1, place=1, time=1),
        "cadss6": one(70, **NO_DISSOCIATION),
        "perception": one(70, hallucination=0, distress=0),
        "gait": one(70, level=2),
        "nausea": one(70, level=0),
        "nrs": one(70, pain=3),
        "confirmations": one(
            70, escort_present={"name": "A. Diaz"}, iv_removed=True, instructions_given=True, no_driving_told=True
        ),
    },
)


def readings(**changes) -> DischargeEvidence:
    """The same patient with other readings, by vital word."""
    return replace(HOME, readings={**HOME.readings, **{Vital(word): value for word, value in changes.items()}})


def scores(**changes) -> DischargeEvidence:
    """The same patient with other scores, by kind."""
    return replace(HOME, scores={**HOME.scores, **changes})


def judged(evidence: DischargeEvidence = HOME, minute: float = NOW) -> DischargeEvaluation:
    return evaluate(POLICY, evidence, at(minute))


def of(evaluation: DischargeEvaluation, criterion_id: str):
    return next(item for item in evaluation.criteria if item.id == criterion_id)
