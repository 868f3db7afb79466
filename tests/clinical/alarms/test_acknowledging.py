"""A person acknowledges what they saw, never something newer or worse."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.clinical.alarms.acknowledging import AcknowledgementRefused, acknowledge, after_restart, close_all
from monitor.clinical.alarms.table import AlarmPriority, AlarmStage
from tests.clinical.bedside import START, Bedside, told


def held(bedside: Bedside, start: int = 0, seconds: int = 20, **value) -> None:
    for t in range(start, start + seconds + 1, 10):
        bedside.measure(t, **value)


def test_an_acknowledged_alarm_stays_until_the_value_is_back_and_then_leaves_no_message():
    bedside = Bedside()
    held(bedside, hr=125)
    acknowledged = bedside.acknowledge("hr_high", 25)
    assert told(acknowledged) == ["hr_high acknowledged medium"]
    assert bedside.measure(30, hr=125) == []
    ended = bedside.measure(40, hr=100)
    assert (told(ended), ended[0].acknowledged) == (["hr_high ended medium"], True)


def test_an_alarm_that_ends_unseen_says_so():
    bedside = Bedside()
    held(bedside, hr=125)
    assert bedside.measure(40, hr=100)[0].acknowledged is False


def test_an_acknowledgement_of_medium_does_not_silence_high():
    bedside = Bedside()
    held(bedside, hr=125)
    held(bedside, 30, hr=135)
    with pytest.raises(AcknowledgementRefused, match=r"is now HIGH; you saw it as MEDIUM") as refused:
        bedside.acknowledge("hr_high", seen=AlarmPriority.MEDIUM)
    assert refused.value.current["priority"] == "high"
    assert bedside.stage("hr_high") == "active"


def test_having_seen_worse_than_what_stands_now_is_enough():
    bedside = Bedside()
    held(bedside, hr=125)
    bedside.acknowledge("hr_high", seen=AlarmPriority.HIGH)
    assert bedside.stage("hr_high") == "acknowledged"


def test_the_event_carries_the_value_the_person_saw():
    bedside = Bedside()
    held(bedside, hr=125)
    state = bedside.states["hr_high"]
    judgement = acknowledge(bedside.states, "hr_high", state.alarm_id, AlarmPriority.MEDIUM, 123.0, START)
    assert judgement.events[0].value == 123.0


def test_an_acknowledged_medium_that_becomes_high_is_heard_again_and_easing_is_silent():
    bedside = Bedside()
    held(bedside, hr=125)
    bedside.acknowledge("hr_high")
    held(bedside, 30, hr=135)
    assert told(bedside.events)[-1] == "hr_high escalated high"
    assert bedside.events[-1].signal
    bedside.acknowledge("hr_high")
    eased = bedside.measure(60, hr=122)
    assert (told(eased), eased[0].signal, eased[0].acknowledged) == (["hr_high deescalated medium"], False, True)
    assert bedside.stage("hr_high") == "acknowledged"


def test_another_alarm_of_the_same_rule_is_another_alarm():
    bedside = Bedside()
    held(bedside, hr=125)
    first = bedside.states["hr_high"].alarm_id
    bedside.measure(30, hr=90)
    held(bedside, 40, hr=125)
    with pytest.raises(AcknowledgementRefused, match="has ended or is another one"):
        acknowledge(bedside.states, "hr_high", first, AlarmPriority.HIGH, None, START)


def test_what_never_stood_cannot_be_acknowledged():
    bedside = Bedside()
    bedside.measure(0, hr=125)  # pending
    for rule_id in ("hr_high", "spo2_low"):
        with pytest.raises(AcknowledgementRefused):
            acknowledge(bedside.states, rule_id, "", AlarmPriority.HIGH, None, START)


def test_acknowledging_twice_changes_nothing():
    bedside = Bedside()
    held(bedside, hr=125)
    bedside.acknowledge("hr_high")
    assert bedside.acknowledge("hr_high") == []


def test_a_latched_alarm_waits_for_a_person_and_then_ends():
    bedside = Bedside()
    bedside.measure(0, spo2=84)
    bedside.measure(5, spo2=84)
    bedside.measure(10, spo2=97)
    assert bedside.stage("spo2_desaturation") == "latched"
    assert bedside.measure(20, spo2=97) == []
    assert told(bedside.acknowledge("spo2_desaturation")) == [
        "spo2_desaturation acknowledged high",
        "spo2_desaturation ended high",
    ]


def test_a_latched_alarm_whose_condition_returns_is_the_same_alarm_heard_again():
    bedside = Bedside()
    for t, value in ((0, 84), (5, 84), (10, 97), (20, 84)):
        bedside.measure(t, spo2=value)
    first = bedside.states["spo2_desaturation"].alarm_id
    assert "spo2_desaturation returned high" in told(bedside.tick(25))
    assert bedside.states["spo2_desaturation"].alarm_id == first
    assert bedside.events[-1].signal


def test_a_latched_high_that_returns_milder_keeps_the_priority_nobody_has_seen():
    bedside = Bedside()
    held(bedside, hr=38)
    bedside.measure(30, hr=60)
    held(bedside, 40, hr=48)
    assert told(bedside.events)[-1] == "hr_low returned high"


def test_an_acknowledged_latching_alarm_eases_and_ends_by_itself():
    bedside = Bedside()
    held(bedside, hr=38)
    bedside.acknowledge("hr_low")
    assert told(bedside.measure(30, hr=45)) == ["hr_low deescalated medium"]
    assert told(bedside.measure(40, hr=60)) == ["hr_low ended medium"]


def test_the_end_of_the_session_ends_every_alarm_with_its_cause():
    bedside = Bedside()
    held(bedside, hr=125)
    bedside.measure(25, spo2=91)  # pending: nothing to tell
    bedside.measure(26, rr=25)
    bedside.measure(27, rr=14)  # was pending: normal again
    judgement = close_all({**bedside.states}, START, "session transferred")
    assert told(list(judgement.events)) == ["hr_high ended medium"]
    assert judgement.events[0].cause == "session transferred"
    assert {state.stage for state in judgement.changed.values()} == {"normal"}
    assert set(judgement.changed) == {"hr_high", "spo2_low"}


def test_after_a_restart_alarms_stand_and_progress_waits_for_a_value():
    bedside = Bedside()
    held(bedside, hr=125)
    bedside.measure(20, spo2=89)
    bedside.measure(30, spo2=89)
    # another process: its monotonic clock starts elsewhere
    bedside.states = {key: after_restart(state, 5000) for key, state in bedside.states.items()}
    assert bedside.tick(5100) == []
    assert bedside.stage("hr_high") == "active"
    bedside.measure(5101, spo2=89)
    assert told(bedside.measure(5111, spo2=89)) == ["spo2_low raised high"]


def test_the_end_of_the_session_is_told_at_its_time_and_passes_over_what_is_normal():
    bedside = Bedside()
    held(bedside, 10, hr=125)
    normal = replace(bedside.states["hr_high"], rule_id="rr_high", stage=AlarmStage.NORMAL)
    states = {"rr_high": normal, **bedside.states}
    later = START + timedelta(minutes=40)
    (event,) = close_all(states, later, "session left").events
    assert (event.rule_id, event.at) == ("hr_high", later)


def test_an_acknowledgement_is_told_with_its_time_and_its_cause():
    bedside = Bedside()
    held(bedside, hr=125)
    (event,) = bedside.acknowledge("hr_high", 25)
    assert (event.at, event.cause, event.acknowledged) == (
        START + timedelta(seconds=25),
        "acknowledged by a person",
        True,
    )


def test_what_is_acknowledged_after_it_was_over_ends_then():
    bedside = Bedside()
    held(bedside, hr=39, seconds=30)  # latching
    bedside.measure(40, hr=60)
    known, over = bedside.acknowledge("hr_low", 50)
    assert told([known, over]) == ["hr_low acknowledged high", "hr_low ended high"]
    assert (known.cause, known.acknowledged) == ("acknowledged by a person", True)
    assert (over.at, over.cause, over.acknowledged) == (
        START + timedelta(seconds=50),
        "acknowledged after it was over",
        True,
    )


def test_a_refused_acknowledgement_says_what_stands_now():
    bedside = Bedside()
    held(bedside, hr=125)
    state = bedside.states["hr_high"]
    with pytest.raises(AcknowledgementRefused) as refused:
        acknowledge(bedside.states, "hr_high", "another", AlarmPriority.MEDIUM, 125, START)
    assert refused.value.message == "This alarm has ended or is another one now; look again."
    assert refused.value.current == {
        "id": state.alarm_id,
        "state": "active",
        "priority": "medium",
        "value": 125,
        "words": state.words,
    }
    bedside.measure(40, hr=100)
    with pytest.raises(AcknowledgementRefused) as refused:
        acknowledge(bedside.states, "hr_high", state.alarm_id, AlarmPriority.MEDIUM, 125, START)
    assert refused.value.current["state"] == "normal"
    with pytest.raises(AcknowledgementRefused) as refused:
        acknowledge({}, "hr_high", state.alarm_id, AlarmPriority.MEDIUM, 125, START)
    assert refused.value.current == {}
