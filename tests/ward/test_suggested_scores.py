"""What the chair's numbers answer of a score: only fresh and accepted ones, each by itself."""

from datetime import UTC, datetime, timedelta

from monitor.clinical.marked_values import MarkedValues
from monitor.clinical.vitals import Quality, Reading, Vital
from monitor.clinical.watched import Baseline
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession
from monitor.ward.scores import ScoreEntry
from monitor.ward.suggested_scores import suggested_scores
from tests.clinical.bedside import BASELINE
from tests.ward.test_ward import a_session

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALM = {"hr": 76.0, "spo2": 97.0, "nibp_sys": 131.0, "nibp_dia": 78.0, "nibp_mean": 95.0}


def a_chair(quality: Quality = Quality.ACCEPTED, **values: float) -> Chair:
    chair = Chair(1, "CH1", "A", "BED1", 0)
    chair.take([Reading(Vital(word), value, AT, "", quality) for word, value in values.items()], None, 100.0, AT)
    return chair


def a_patient(baseline: Baseline | None = BASELINE, **scores: dict[str, object]) -> LiveSession:
    live = a_session(1)
    live.course.baseline, live.course.started_at = baseline, AT
    for number, (kind, items) in enumerate(scores.items(), 1):
        total = float(items.get("pain", 0))  # type: ignore[arg-type]
        live.scores.add(ScoreEntry(number, kind, items, total, AT + timedelta(minutes=number)))
    return live


def test_pressure_and_rate_answer_two_scales_and_the_mean_a_third() -> None:
    found = suggested_scores(a_chair(**CALM), a_patient(), 101.0)
    assert found == {"aldrete": {"circulation": 2}, "mpadss": {"vital_signs": 2}, "white": {"haemodynamics": 2}}
    risen = {**CALM, "nibp_sys": 170.0, "nibp_mean": 120.0}
    found = suggested_scores(a_chair(**risen), a_patient(), 101.0)
    assert found == {"aldrete": {"circulation": 1}, "mpadss": {"vital_signs": 1}, "white": {"haemodynamics": 1}}


def test_saturation_is_answered_only_when_somebody_said_whether_oxygen_is_given() -> None:
    on_air = suggested_scores(a_chair(**CALM), a_patient(oxygen={"supplemental": False}), 101.0)
    assert (on_air["aldrete"]["oxygen_saturation"], on_air["white"]["oxygen_saturation"]) == (2, 2)
    with_oxygen = suggested_scores(a_chair(**CALM), a_patient(oxygen={"supplemental": True}), 101.0)
    assert (with_oxygen["aldrete"]["oxygen_saturation"], with_oxygen["white"]["oxygen_saturation"]) == (1, 1)


def test_what_is_old_implausible_or_without_a_baseline_answers_nothing() -> None:
    assert suggested_scores(a_chair(**CALM), a_patient(), 100.0 + 601) == {}
    assert (
        suggested_scores(a_chair(Quality.IMPLAUSIBLE, **CALM), a_patient(oxygen={"supplemental": False}), 101.0) == {}
    )
    assert suggested_scores(a_chair(**CALM), a_patient(None), 101.0) == {}


def test_pain_is_scored_against_the_patients_own_before_the_infusion() -> None:
    live = a_patient(nrs={"pain": 7})
    assert suggested_scores(a_chair(), live, 101.0) == {"mpadss": {"pain": 0}}
    live.scores.add(ScoreEntry(9, "nrs", {"pain": 7}, 7.0, AT - timedelta(minutes=5)))
    assert suggested_scores(a_chair(), live, 101.0) == {"mpadss": {"pain": 2}}


def test_what_somebody_marked_as_artefact_answers_nothing() -> None:
    live = a_patient(oxygen={"supplemental": False})
    live.course.marked = [MarkedValues(Vital.NIBP_SYS, AT, AT, "slipped", "Nurse")]
    assert suggested_scores(a_chair(**CALM), live, 101.0).keys() == {"aldrete", "white"}
    live.course.marked += [MarkedValues(Vital.SPO2, AT, AT, "moved", "Nurse")]
    assert suggested_scores(a_chair(**CALM), live, 101.0) == {}
