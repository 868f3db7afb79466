"""A score that is entered is judged, recorded and told as an alarm in the turn of its entry; NEWS2 with each cuff."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clinical.alarms.table import AlarmPriority, AlarmStage
from monitor.clinical.scores.news2 import News2State, Parameter
from monitor.errors import Conflict, NotAllowed, NotFound, Refused
from monitor.recorder.acts import AcknowledgeAct, Assess
from monitor.store.discharge import insert_assessment
from monitor.store.queries.alarms import alarms
from monitor.store.rows import AssessmentRow, Batch
from monitor.ward.shown import ShownAlarm
from tests.recorder.house import House, open_house


def score(house: House, session_id: int, kind: str, at_s: float | None = None, **facts: object) -> int:
    """One entry; `at_s` seconds ago, `by` somebody else, `replaces` another, the rest are its items."""
    by, replaces = facts.pop("by", house.nurse), facts.pop("replaces", None)
    at = None if at_s is None else house.clock.now() - timedelta(seconds=at_s)
    return house.desk.assess(Assess(session_id, uuid.uuid4().hex, kind, facts, by, at, replaces))  # type: ignore[arg-type]


def shown(house: House, session_id: int) -> list[tuple[str, str, str]]:
    live = house.live(session_id)
    return [
        (one.words, one.priority.value, one.stage.value)
        for one in live.shown()
        if one.kind == "physiological" and one.vital is None
    ]


def alarm(house: House, session_id: int) -> ShownAlarm:
    (one,) = [one for one in house.live(session_id).shown() if one.vital is None and one.kind == "physiological"]
    return one


def acknowledge(house: House, session_id: int) -> None:
    one = alarm(house, session_id)
    house.desk.acknowledge(AcknowledgeAct(session_id, one.id, one.priority.value, one.value, house.nurse))


def told(house: House, session_id: int) -> list[str]:
    """The events of score alarms as the record has them."""
    house.turn()  # consequences are stored right after the act
    stored = house.read(lambda connection: alarms(connection, session_id))
    return [
        f"{event.event} {event.words}"
        for one in stored  # type: ignore[attr-defined]
        for event in one.events
        if one.kind == "physiological" and one.vital is None
    ]


def test_deep_sedation_rings_is_recorded_and_told_with_the_entry(house: House) -> None:
    session_id = house.infusing()
    house.ears.heard.clear()
    score(house, session_id, "moaas", level=2)
    assert shown(house, session_id) == [("MOAA/S 2: deep sedation", "high", "active")]
    assert told(house, session_id) == ["raised MOAA/S 2: deep sedation"]
    house.turn()
    frames = [payload for name, payload, _ in house.ears.heard if name == "session_changed"]
    assert any("deep sedation" in str(frame["alarms"]) for frame in frames)


def test_it_escalates_is_acknowledged_sounds_again_when_worse_and_ends(house: House) -> None:
    session_id = house.infusing()
    score(house, session_id, "moaas", level=3)
    assert alarm(house, session_id).priority is AlarmPriority.MEDIUM
    acknowledge(house, session_id)
    assert alarm(house, session_id).stage is AlarmStage.ACKNOWLEDGED
    house.wait(10)
    score(house, session_id, "moaas", level=1)
    assert shown(house, session_id) == [("MOAA/S 1: deep sedation, stop the infusion", "high", "active")]
    house.wait(10)
    score(house, session_id, "moaas", level=5)
    assert shown(house, session_id) == []
    assert [words.split()[0] for words in told(house, session_id)] == ["raised", "acknowledged", "escalated", "ended"]


def test_nobody_answers_and_the_ladder_of_every_alarm_is_climbed(house: House) -> None:
    session_id = house.infusing()
    score(house, session_id, "moaas", level=2)
    house.tick(31)
    assert alarm(house, session_id).reach == "all_stations"


def test_a_correction_judges_anew(house: House) -> None:
    session_id = house.infusing()
    wrong = score(house, session_id, "moaas", level=2)
    score(house, session_id, "moaas", level=5, replaces=wrong)
    assert shown(house, session_id) == []
    assert told(house, session_id)[-1].startswith("ended")
    right = score(house, session_id, "moaas", level=5, at_s=0)
    score(house, session_id, "moaas", level=2, replaces=right)
    assert shown(house, session_id) == [("MOAA/S 2: deep sedation", "high", "active")]


def test_a_correction_that_is_refused_changes_no_alarm(house: House) -> None:
    session_id = house.infusing()
    wrong = score(house, session_id, "moaas", level=2)
    score(house, session_id, "moaas", level=1, replaces=wrong)
    with pytest.raises(Conflict):
        score(house, session_id, "moaas", level=5, replaces=wrong)
    assert shown(house, session_id)[0][0] == "MOAA/S 1: deep sedation, stop the infusion"


def test_a_late_entry_of_an_earlier_time_neither_raises_nor_clears(house: House) -> None:
    session_id = house.infusing()
    house.wait(600)
    score(house, session_id, "moaas", level=5)
    score(house, session_id, "moaas", level=1, at_s=300)
    assert shown(house, session_id) == []
    house.wait(10)
    score(house, session_id, "moaas", level=2)
    score(house, session_id, "moaas", level=5, at_s=100)
    assert alarm(house, session_id).stage is AlarmStage.ACTIVE


def test_age_alone_does_nothing(house: House) -> None:
    session_id = house.infusing()
    score(house, session_id, "moaas", level=3)
    acknowledge(house, session_id)
    house.wait(4 * 3600)
    house.tick(2)
    assert alarm(house, session_id).stage is AlarmStage.ACKNOWLEDGED


def test_the_same_request_twice_is_one_entry_and_one_signal(house: House) -> None:
    session_id = house.infusing()
    act = Assess(session_id, "once", "moaas", {"level": 2}, house.nurse)
    assert house.desk.assess(act) == house.desk.assess(act)
    assert told(house, session_id) == ["raised MOAA/S 2: deep sedation"]


def test_pain_is_held_against_the_last_score_before_the_start(house: House) -> None:
    session_id = house.prepared()
    score(house, session_id, "nrs", pain=9)
    score(house, session_id, "nrs", pain=6)
    assert shown(house, session_id) == []
    house.wait(1)
    house.act(session_id, "start", rate_ml_per_h=52.5)
    house.wait(1)
    score(house, session_id, "nrs", pain=7)
    assert shown(house, session_id) == []
    house.wait(1)
    score(house, session_id, "nrs", pain=8)
    assert shown(house, session_id) == [("Pain NRS 8 ≥ 8, baseline 6", "medium", "active")]


def test_a_session_that_is_only_planned_has_no_alarms(house: House) -> None:
    session_id = house.plan()
    score(house, session_id, "moaas", level=1)
    assert shown(house, session_id) == []


def test_it_stands_again_after_a_restart_and_goes_on(folder: Path) -> None:
    with open_house(folder) as house:
        session_id = house.infusing()
        score(house, session_id, "moaas", level=2)
        acknowledge(house, session_id)
        before, clock = alarm(house, session_id), house.clock
    clock.passed_s += 30
    with open_house(folder, clock=clock) as house:
        again = alarm(house, session_id)
        assert (again.id, again.stage, again.words) == (before.id, AlarmStage.ACKNOWLEDGED, before.words)
        house.tick(2)
        assert told(house, session_id) == ["raised MOAA/S 2: deep sedation", "acknowledged MOAA/S 2: deep sedation"]
        score(house, session_id, "moaas", level=1)
        assert alarm(house, session_id).stage is AlarmStage.ACTIVE
        house.wait(1)
        score(house, session_id, "moaas", level=4)
        assert shown(house, session_id) == []


def test_an_entry_whose_alarm_missed_its_commit_rings_after_the_restart(folder: Path) -> None:
    with open_house(folder) as house:
        session_id, clock = house.infusing(), house.clock
        now = clock.now()
        row = AssessmentRow(session_id, "r1", "moaas", {"level": 2}, 2.0, now, now, house.nurse.person_id, by="Nurse")
        house.store.write(Batch(acts=(lambda connection: insert_assessment(connection, row),)))
    with open_house(folder, clock=clock) as house:
        house.tick(1)
        assert shown(house, session_id) == [("MOAA/S 2: deep sedation", "high", "active")]
        house.tick(3)
        assert told(house, session_id) == ["raised MOAA/S 2: deep sedation"]


def test_a_score_entered_after_monitoring_ended_rings_until_the_next(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "end_infusion")
    live = house.live(session_id)
    live.course.monitoring_ended_at = house.clock.now()
    score(house, session_id, "moaas", level=2)
    house.act(session_id, "note", text="the physician is called")
    assert alarm(house, session_id).stage is AlarmStage.ACTIVE
    house.tick(31)
    assert alarm(house, session_id).reach == "all_stations"
    assert [one.words for one in house.live(session_id).shown()] == ["MOAA/S 2: deep sedation"]


# --- NEWS2 -----------------------------------------------------------------------------------------------------------


def looked_at(house: House, session_id: int, level: str = "alert", *, oxygen: bool = False) -> None:
    score(house, session_id, "consciousness", level=level)
    score(house, session_id, "oxygen", supplemental=oxygen)
    score(house, session_id, "temperature", celsius=36.8)


def cuff(house: House, **values: float) -> None:
    """A minute of readings and a cuff pressure at its end."""
    well = {"hr": 72.0, "spo2": 97.0, "rr": 14.0}
    sys = values.pop("nibp_sys", 125.0)
    for second in range(1, 61):
        house.wait(1)
        house.vitals(**{**well, **values}, **({"nibp_sys": sys, "nibp_dia": 76.0} if second == 60 else {}))


def test_a_set_with_everything_known_is_scored_and_seven_rings_high(house: House) -> None:
    session_id = house.infusing()
    looked_at(house, session_id, oxygen=True)
    cuff(house, hr=112, rr=22, nibp_sys=108)
    assert house.desk.news2(session_id).total == 2 + 2 + 2 + 1
    assert shown(house, session_id) == [("NEWS2 7", "high", "active")]
    cuff(house)
    result = house.desk.news2(session_id)
    assert (result.state, result.total) == (News2State.COMPLETE, 2)
    assert shown(house, session_id) == []


def test_until_everything_is_known_nothing_is_scored_and_the_missing_is_named(house: House) -> None:
    session_id = house.infusing()
    assert set(house.desk.news2(house.plan("2", in_h=4)).missing) == set(Parameter)
    cuff(house, hr=140, rr=26)
    result = house.desk.news2(session_id)
    assert result.state is News2State.INCOMPLETE
    assert set(result.missing) == {Parameter.OXYGEN, Parameter.CONSCIOUSNESS, Parameter.TEMPERATURE}
    assert not any("NEWS2" in words for words, _, _ in shown(house, session_id))
    looked_at(house, session_id)
    assert house.desk.news2(session_id).total == 6
    assert ("NEWS2 6: RR, pulse scores 3", "medium", "active") in shown(house, session_id)


def test_one_artefact_in_the_minute_before_the_cuff_does_not_score(house: House) -> None:
    session_id = house.infusing()
    looked_at(house, session_id)
    for second in range(1, 61):
        house.wait(1)
        artefact = 70.0 if second > 55 else 97.0
        house.vitals(hr=72, rr=14, spo2=artefact, **({"nibp_sys": 125, "nibp_dia": 76} if second == 60 else {}))
    assert house.desk.news2(session_id).total == 0


def test_what_is_too_old_is_named_and_rings_nothing(house: House) -> None:
    session_id = house.infusing()
    looked_at(house, session_id)
    house.wait(31 * 60)
    cuff(house, spo2=91)
    result = house.desk.news2(session_id)
    assert (result.state, result.old, result.total) == (News2State.OLD_INPUTS, (Parameter.CONSCIOUSNESS,), None)
    assert not any("NEWS2" in words for words, _, _ in shown(house, session_id))


def test_expected_dissociation_is_shown_and_not_counted(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    looked_at(house, session_id, "confusion")
    cuff(house)
    result = house.desk.news2(session_id)
    assert (result.total, result.counted, result.expected_drug_effect) == (3, 0, True)
    assert shown(house, session_id) == []
    score(house, session_id, "consciousness", level="pain")
    assert [words for words, _, _ in shown(house, session_id)] == ["NEWS2 3: consciousness scores 3"]


def test_scale_2_is_a_physicians_decision_with_a_reason(house: House) -> None:
    session_id = house.infusing()
    looked_at(house, session_id)
    cuff(house, spo2=89)
    assert house.desk.news2(session_id).total == 3
    with pytest.raises(NotAllowed):
        score(house, session_id, "spo2_scale", scale=2, reason="COPD, target 88 to 92")
    with pytest.raises(Refused, match="reason"):
        score(house, session_id, "spo2_scale", scale=2, reason=" ", by=house.physician)
    score(house, session_id, "spo2_scale", scale=2, reason="COPD, target 88 to 92", by=house.physician)
    result = house.desk.news2(session_id)
    assert (result.total, result.spo2_scale) == (0, 2)


def test_a_session_that_is_over_is_scored_as_of_its_end(house: House) -> None:
    session_id = house.infusing()
    looked_at(house, session_id)
    cuff(house)
    house.act(session_id, "transfer", reason="to the ward")
    house.wait(24 * 3600)
    assert house.desk.news2(session_id).state is News2State.COMPLETE


def test_there_is_no_news2_of_no_session(house: House) -> None:
    with pytest.raises(NotFound):
        house.desk.news2(4711)


def test_a_grade_the_term_does_not_have_is_refused_and_free_text_is_not(house: House) -> None:
    session_id = house.infusing()
    with pytest.raises(Refused, match="Nausea has no grade 4; accepted: 1, 2, 3, or 0"):
        house.act(session_id, "symptom", symptom="nausea", grade=4)
    house.act(session_id, "symptom", symptom="nausea", grade=3)
    house.act(session_id, "symptom", symptom="nausea", grade=0)
    house.act(session_id, "symptom", symptom="hiccups", grade=5)
