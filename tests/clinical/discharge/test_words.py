"""The gate as a nurse reads it: every criterion with its title, its kind, its evidence and its times, word for word."""

from dataclasses import replace
from datetime import datetime

import pytest

from monitor.clinical.discharge.evidence import DischargeEvidence
from monitor.clinical.discharge.gate import HighAlarm, vitals_met
from monitor.clinical.vitals import Vital
from tests.clinical.bedside import POLICY
from tests.clinical.home_time import HOME, NOW, at, every_minute, judged, of, one, readings, scores

TITLES = [
    ("time", "Time since infusion end", "automatic"),
    ("circulation", "Blood pressure, HR near baseline", "automatic"),
    ("breathing", "SpO₂ ≥ 92 % and RR 10–24, on room air", "automatic"),
    ("scores", "Aldrete ≥ 9 and MPADSS ≥ 9, twice", "score"),
    ("awake", "Awake and oriented", "score"),
    ("dissociation", "No dissociation", "score"),
    ("comfort", "Steady gait, nausea ≤ 1, pain ≤ baseline", "score"),
    ("alarms", "No High alarm in 30 min", "automatic"),
    ("confirmations", "IV out, escort present, instructions, no driving", "manual"),
]


def minutes(moment: datetime | None) -> float | None:
    return None if moment is None else (moment - at(0)).total_seconds() / 60


def told(evidence: DischargeEvidence, minute: float = NOW) -> dict[str, tuple[str, str, float | None, float | None]]:
    return {
        one.id: (one.result.value, one.evidence, minutes(one.since), minutes(one.expected_at))
        for one in judged(evidence, minute).criteria
    }


def test_the_criteria_have_their_titles_with_the_numbers_of_the_policy() -> None:
    assert [(one.id, one.words, one.kind.value) for one in judged().criteria] == TITLES


def test_a_recovered_patient_reads() -> None:
    assert told(HOME) == {
        "time": ("met", f"ended {at(0):%H:%M:%S} UTC, at least 60 min", 60, None),
        "circulation": ("met", "122/72, baseline 131/78 · HR 71, baseline 76", 70, None),
        "breathing": ("met", "SpO₂ 97 · RR 14 · room air", 70, None),
        "scores": ("met", "Aldrete 10 · MPADSS 10", 70, None),
        "awake": ("met", "MOAA/S 5 · RASS 0 · Orientation 3 · POSS 1", 70, None),
        "dissociation": ("met", "CADSS-6 0, baseline 0 · Hallucination, distress 0", 70, None),
        "comfort": ("met", "Gait 2 · Nausea 0 · Pain NRS 3, baseline 6", 70, None),
        "alarms": ("met", "no High alarm", 0, None),
        "confirmations": ("met", "4 of 4 manual items confirmed", 70, None),
    }


def test_a_patient_nobody_looked_at_reads() -> None:
    assert told(DischargeEvidence(None, None)) == {
        "time": ("not_met", "infusion not ended", None, None),
        "circulation": ("unknown", "no blood pressure · no heart rate", None, None),
        "breathing": ("unknown", "no SpO₂ · no RR · room air not known (Aldrete)", None, None),
        "scores": ("unknown", "Aldrete not scored · MPADSS not scored", None, None),
        "awake": (
            "unknown",
            "MOAA/S not assessed · RASS not assessed · Orientation not assessed · POSS not assessed",
            None,
            None,
        ),
        "dissociation": ("unknown", "CADSS-6 not assessed · Hallucination, distress not assessed", None, None),
        "comfort": ("unknown", "Gait not assessed · Nausea not assessed · Pain NRS not assessed", None, None),
        "alarms": ("met", "no High alarm", None, None),
        "confirmations": ("unknown", "0 of 4 manual items confirmed", None, None),
    }


def test_what_has_grown_old_says_how_old() -> None:
    old = told(HOME, 81)
    assert old["circulation"][1] == "122/72, 11 min old · no heart rate"
    assert old["breathing"][1] == "no SpO₂ for 6 min · no RR for 6 min · room air"
    assert old["scores"][1] == "Aldrete 10, score again · MPADSS 10, score again"
    assert (
        old["awake"][1] == "MOAA/S 5, 11 min old · RASS 0, 11 min old · Orientation 3, 11 min old · POSS 1, 11 min old"
    )
    assert old["dissociation"][1] == "CADSS-6 0, 11 min old, baseline 0 · Hallucination, distress 0, 11 min old"
    captured = told(replace(HOME, monitoring_ended_at=at(40)))
    assert captured["circulation"][1] == captured["breathing"][1] == "monitoring ended more than 30 min ago"


def alarm(words: str, ended: float | None, *, acknowledged: bool = True, artefact: bool = False) -> HighAlarm:
    return HighAlarm(words, at(30), None if ended is None else at(ended), acknowledged, artefact)


@pytest.mark.parametrize(
    ("why", "evidence", "criterion", "found"),
    [
        (
            "a pressure that is neither near nor low",
            readings(nibp_sys=((at(60), 170.0), (at(70), 165.0))),
            "circulation",
            ("not_met", "165/72, baseline 131/78, not below 160/100 · HR 71, baseline 76", None, None),
        ),
        (
            "falling",
            readings(nibp_sys=((at(60), 159.0), (at(70), 158.0))),
            "circulation",
            ("met", "158/72, baseline 131/78, below 160/100 and not rising · HR 71, baseline 76", 70, None),
        ),
        (
            "falling, once",
            readings(nibp_sys=((at(70), 158.0),)),
            "circulation",
            (
                "not_met",
                "158/72, baseline 131/78, second reading at 10 min or later · HR 71, baseline 76",
                None,
                80,
            ),
        ),
        (
            "without a baseline",
            replace(HOME, baseline=None),
            "circulation",
            ("met", "122/72, below 160/100 and not rising · HR 71", 70, None),
        ),
        (
            "a questionable pressure after it",
            replace(HOME, questionable={Vital.NIBP_SYS: ((at(72), 190.0),)}),
            "circulation",
            ("unknown", "122/72, the next one, 190, is questionable · HR 71, baseline 76", None, None),
        ),
        (
            "needs oxygen",
            scores(aldrete=tuple((t, {**s, "oxygen_saturation": 1}) for t, s in HOME.scores["aldrete"])),
            "breathing",
            ("not_met", "SpO₂ 97 · RR 14 · needs oxygen", None, None),
        ),
        (
            "measured too little",
            readings(spo2=every_minute(97, 67)),
            "breathing",
            ("unknown", "SpO₂ 97, measured 8 of 15 min · RR 14 · room air", None, 82),
        ),
        (
            "an item of 0",
            scores(
                mpadss=((at(55), HOME.scores["mpadss"][0][1]), (at(70), {**HOME.scores["mpadss"][0][1], "pain": 0}))
            ),
            "scores",
            ("not_met", "Aldrete 10 · MPADSS 8, pain 0", None, None),
        ),
        (
            "too few points",
            scores(
                aldrete=(
                    (at(55), HOME.scores["aldrete"][0][1]),
                    (at(70), {**HOME.scores["aldrete"][0][1], "activity": 1, "respiration": 1}),
                )
            ),
            "scores",
            ("not_met", "Aldrete 8 < 9 · MPADSS 10", None, None),
        ),
        (
            "scored once",
            scores(aldrete=HOME.scores["aldrete"][1:]),
            "scores",
            ("not_met", "Aldrete 10, second set 15 min after the first · MPADSS 10", None, 85),
        ),
        ("drowsy", scores(poss=one(70, level=3)), "awake", ("not_met", told(HOME)["awake"][1][:-1] + "3", None, None)),
        (
            "pain above its baseline",
            scores(nrs=one(70, pain=7)),
            "comfort",
            ("not_met", "Gait 2 · Nausea 0 · Pain NRS 7, baseline 6", None, None),
        ),
        (
            "pain without a baseline",
            replace(HOME, baseline_scores={}),
            "comfort",
            ("unknown", "Gait 2 · Nausea 0 · Pain NRS 3, no baseline", None, None),
        ),
        (
            "no pain, without a baseline",
            replace(scores(nrs=one(70, pain=0)), baseline_scores={}),
            "comfort",
            ("met", "Gait 2 · Nausea 0 · Pain NRS 0", 70, None),
        ),
        (
            "nobody has seen it",
            replace(HOME, high_alarms=(alarm("SpO₂ 88 < 90", 40, acknowledged=False),)),
            "alarms",
            ("not_met", "SpO₂ 88 < 90: not acknowledged", None, None),
        ),
        (
            "still present",
            replace(HOME, high_alarms=(alarm("SpO₂ 88 < 90", None),)),
            "alarms",
            ("not_met", "SpO₂ 88 < 90: still present", None, None),
        ),
        (
            "the last one is long enough ago",
            replace(HOME, high_alarms=(alarm("HR 131 > 130", 30), alarm("SpO₂ 88 < 90", 45))),
            "alarms",
            ("met", "last: SpO₂ 88 < 90", 75, None),
        ),
        (
            "the last one is not",
            replace(HOME, high_alarms=(alarm("SpO₂ 88 < 90", 46), alarm("HR 131 > 130", 30))),
            "alarms",
            ("not_met", "last: SpO₂ 88 < 90", None, 76),
        ),
        (
            "an artefact does not count",
            replace(HOME, high_alarms=(alarm("SpO₂ 60 < 90", 60, artefact=True),)),
            "alarms",
            ("met", "no High alarm", 0, None),
        ),
        (
            "a no",
            scores(
                confirmations=one(
                    70, escort_present=False, iv_removed=True, instructions_given=True, no_driving_told=True
                )
            ),
            "confirmations",
            ("not_met", "3 of 4 manual items confirmed, not: escort present", None, None),
        ),
        (
            "not asked yet",
            scores(confirmations=one(70, iv_removed=True)),
            "confirmations",
            ("unknown", "1 of 4 manual items confirmed", None, None),
        ),
    ],
)
def test_a_criterion_reads(
    why: str, evidence: DischargeEvidence, criterion: str, found: tuple[str, str, float | None, float | None]
) -> None:
    assert told(evidence)[criterion] == found, why


def test_monitoring_may_end_when_the_vital_criteria_are_met_whatever_else_is_open() -> None:
    assert vitals_met(judged(scores(aldrete=HOME.scores["aldrete"][1:])))
    assert not vitals_met(judged(readings(hr=())))
    assert not vitals_met(judged(readings(rr=())))


def test_a_predicted_effect_puts_the_time_off_and_meets_nothing() -> None:
    waiting = scores(aldrete=HOME.scores["aldrete"][1:])
    assert judged(waiting).ready_at == at(85)
    assert judged(replace(waiting, predicted_clear_at=at(95))).ready_at == at(95)
    assert judged(replace(waiting, predicted_clear_at=at(80))).ready_at == at(85)
    assert of(judged(replace(HOME, predicted_clear_at=at(95))), "time").result.value == "met"


def test_what_is_exactly_as_old_as_it_may_be_still_counts() -> None:
    """Scores and pressures for 10 min, continuous values for 5 (CLINICAL.md §4.5)."""
    edge = told(HOME, 80)
    assert edge["circulation"][:2] == ("met", "122/72, baseline 131/78 · HR 71, baseline 76")
    assert edge["scores"][0] == edge["awake"][0] == edge["dissociation"][0] == edge["comfort"][0] == "met"
    assert edge["breathing"][1].startswith("SpO₂ 97")


def test_after_a_reversal_drug_the_wait_is_over_at_its_minute() -> None:
    drug, wait_s = next(iter(POLICY.discharge.waits_s.items()))
    words = f"{wait_s / 60:g} min after {drug}"
    given = replace(HOME, drugs=((at(NOW - wait_s / 60), drug),))
    assert told(given)["alarms"] == ("met", f"no High alarm · {words}", NOW, None)
    later = replace(HOME, drugs=((at(NOW - wait_s / 60 + 1), drug),))
    assert told(later)["alarms"] == ("not_met", f"no High alarm · {words}", None, NOW + 1)
