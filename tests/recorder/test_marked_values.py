"""Values marked as artefact: a new entry, no evidence for a discharge, and taken back by a correction."""

from datetime import datetime, timedelta

import pytest

from monitor.clinical.scores.news2 import News2State, Parameter, news2
from monitor.clinical.vitals import Vital
from monitor.errors import Refused
from monitor.recorder.evidence import discharge_evidence
from monitor.recorder.stored_guards import LOOK_BACK
from monitor.store.queries.rebuild import discharge_record
from monitor.ward.course_picture import events_of
from monitor.ward.news2 import measured_set, news2_facts
from tests.recorder.house import House
from tests.recorder.test_scores import cuff, looked_at, score, shown


def mark(house: House, session_id: int, begin_at: datetime, end_at: datetime, vital: str = "spo2") -> int:
    details = {"vital": vital, "from_at": begin_at.isoformat(), "to_at": end_at.isoformat()}
    return house.act(session_id, "mark_values", **details, reason="patient moved").version


def evidence_of_spo2(house: House, session_id: int) -> tuple[list[float], list[float]]:
    """What speaks for the patient, and what may only speak against."""
    now = house.clock.now()
    record = house.store.read(discharge_record, session_id, now - LOOK_BACK, now)
    evidence = discharge_evidence(record, now)
    return tuple(
        [value for _, value in part.get(Vital.SPO2, ())] for part in (evidence.readings, evidence.questionable)
    )  # type: ignore[return-value]


def test_a_marked_value_is_no_evidence_for_a_discharge_and_still_speaks_against(house: House) -> None:
    session_id = house.infusing()
    house.wait(10)
    house.measured_before(session_id, spo2=97.5)
    good, doubted = evidence_of_spo2(house, session_id)
    assert 97.5 in good
    version = mark(house, session_id, house.clock.now() - timedelta(seconds=9), house.clock.now())
    good_then, doubted_then = evidence_of_spo2(house, session_id)
    assert len(good_then) < len(good)
    assert len(doubted_then) == len(doubted) + len(good) - len(good_then)
    house.act(session_id, "correct_entry", corrects=version, reason="it was her pulse after all")
    assert evidence_of_spo2(house, session_id) == (good, doubted)


@pytest.mark.parametrize(
    ("begin_min", "end_min", "vital", "words"),
    [(-5, -10, "spo2", "end after it begins"), (-5, 5, "spo2", "lie ahead"), (-90, 0, "spo2", "one hour"),
     (-5, 0, "pump_rate", "corrected at the dose")],
)  # fmt: skip
def test_a_stretch_that_cannot_be_is_refused(
    house: House, begin_min: int, end_min: int, vital: str, words: str
) -> None:
    session_id = house.infusing()
    now = house.clock.now()
    with pytest.raises(Refused, match=words):
        mark(house, session_id, now + timedelta(minutes=begin_min), now + timedelta(minutes=end_min), vital)


def test_a_start_stops_on_a_marked_pressure_until_it_is_measured_again(house: House) -> None:
    session_id = house.prepared()
    version = mark(house, session_id, house.clock.now() - timedelta(minutes=2), house.clock.now(), "nibp_sys")
    with pytest.raises(Refused, match="marked as artefact: measure again"):
        house.act(session_id, "start", rate_ml_per_h=52.5)
    house.act(session_id, "correct_entry", corrects=version, reason="the cuff sat well")
    house.act(session_id, "start", rate_ml_per_h=52.5)


def test_a_start_stops_on_marked_breaths_until_new_ones_have_come(house: House) -> None:
    session_id = house.prepared()
    mark(house, session_id, house.clock.now() - timedelta(minutes=2), house.clock.now(), "rr")
    with pytest.raises(Refused, match="No respiratory rate"):
        house.act(session_id, "start", rate_ml_per_h=52.5)
    house.wait(10)
    house.measured_before(session_id)
    house.act(session_id, "start", rate_ml_per_h=52.5)


def test_news2_scores_no_marked_value_names_it_and_ends_no_alarm(house: House) -> None:
    session_id = house.infusing()
    looked_at(house, session_id, oxygen=True)
    cuff(house, hr=112, rr=22, nibp_sys=108)
    before = house.desk.news2(session_id)
    version = mark(house, session_id, house.clock.now() - timedelta(seconds=3), house.clock.now(), "rr")
    result = house.desk.news2(session_id)
    assert (result.state, result.missing, result.total) == (News2State.INCOMPLETE, (Parameter.RR,), None)
    score(house, session_id, "consciousness", level="alert")
    assert shown(house, session_id) == [("NEWS2 7", "high", "active")]
    house.act(session_id, "correct_entry", corrects=version, reason="she did breathe so fast")
    assert house.desk.news2(session_id).total == before.total == 7


@pytest.mark.parametrize(
    ("vital", "missing"),
    [("nibp_dia", Parameter.SYSTOLIC), ("spo2", Parameter.SPO2), ("hr", Parameter.PULSE), ("pr", None)],
)
def test_the_live_set_leaves_out_what_the_record_leaves_out(
    house: House, vital: str, missing: Parameter | None
) -> None:
    session_id = house.infusing()
    looked_at(house, session_id)
    cuff(house)
    mark(house, session_id, house.clock.now() - timedelta(seconds=3), house.clock.now(), vital)
    live, chair = house.live(session_id), house.chair()
    near = news2_facts(measured_set(chair, live.policy), live.scores, live.course, live.policy.news2, house.clock.now())
    told = news2(near, live.policy.news2, house.clock.now())
    assert told.missing == house.desk.news2(session_id).missing == (() if missing is None else (missing,))


def test_the_list_says_a_mark_in_words(house: House) -> None:
    session_id = house.infusing()
    mark(house, session_id, house.clock.now() - timedelta(seconds=9), house.clock.now())
    words = [one["words"] for one in events_of(house.live(session_id).course.events)]
    assert words[-1] == "SpO₂ marked as artefact: patient moved"
