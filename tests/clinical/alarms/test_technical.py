"""No data is not good data: silence, absences, implausible values, conditions of the installation."""

import pytest

from monitor.clinical.alarms.judging import after_restart, judge_readings
from monitor.clinical.policy.tables import CONDITIONS
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Quality, Reading, Vital
from monitor.clinical.watched import FeedPicture, Watched
from tests.clinical.bedside import POLICY, START, Bedside, Seen, told


def feed(last: float | None, interval: float = 1.0, **vitals: float) -> FeedPicture:
    """A feed whose last message came at `last`, and the last value of each vital."""
    seen = {Vital(word): Seen(at, interval) for word, at in vitals.items()}
    return FeedPicture(watching_since_mono_s=0, last_mono_s=last, interval_s=interval, vitals=seen)


OBSERVING = Watched(SessionState.OBSERVING)

SILENCE = [
    # (seconds of silence, interval, expected while observing)
    (10, 1, []),
    (10.1, 1, ["feed_silent raised medium"]),
    (30, 10, []),
    (30.1, 10, ["feed_silent raised medium"]),
]


@pytest.mark.parametrize(("silence", "interval", "expected"), SILENCE)
def test_the_whole_feed_is_silent_after_three_intervals_at_least_10_s(silence, interval, expected):
    assert told(Bedside(context=OBSERVING).tick(silence, feed(0, interval))) == expected


def test_a_silent_feed_is_high_while_infusing_and_follows_the_phase():
    bedside = Bedside(context=OBSERVING)
    bedside.tick(11, feed(0))
    bedside.acknowledge("feed_silent")
    bedside.now(phase=SessionState.INFUSING)
    assert told(bedside.tick(12, feed(0))) == ["feed_silent escalated high"]
    assert bedside.events[-1].signal
    bedside.now(phase=SessionState.OBSERVING)
    assert told(bedside.tick(13, feed(0))) == ["feed_silent deescalated medium"]
    assert not bedside.events[-1].signal


def test_a_silent_feed_ends_by_data_and_never_latches():
    bedside = Bedside()
    bedside.tick(11, feed(0))
    assert bedside.events[-1].words == "No data from the monitor"
    ended = bedside.tick(20, feed(19.5))
    assert (told(ended), ended[0].cause) == (["feed_silent ended high"], "data are arriving again")


def test_a_longer_learned_interval_or_a_restart_does_not_end_a_silence():
    bedside = Bedside()
    bedside.tick(11, feed(0))
    assert bedside.tick(12, feed(0, interval=60)) == []
    bedside.states = {key: after_restart(state, 100) for key, state in bedside.states.items()}
    assert bedside.tick(101, FeedPicture(watching_since_mono_s=100)) == []
    assert bedside.stage("feed_silent") == "active"


@pytest.mark.parametrize("phase", [SessionState.INFUSING, SessionState.HELD, SessionState.OBSERVING])
def test_a_feed_that_never_came_is_silent_too_once_it_is_needed(phase):
    assert told(Bedside(context=Watched(phase)).tick(11, feed(None)))[0].startswith("feed_silent raised")


def test_while_preparing_a_monitor_may_still_be_unconnected():
    assert Bedside(context=Watched(SessionState.PREPARING)).tick(600, feed(None)) == []


def test_one_vital_missing_is_low_after_30_s_and_spo2_medium_while_infusing():
    bedside = Bedside()
    assert bedside.tick(30, feed(30, hr=0, spo2=0)) == []
    assert told(bedside.tick(31, feed(31, hr=0, spo2=0))) == [
        "vital_missing.hr raised low",
        "vital_missing.spo2 raised medium",
    ]
    assert bedside.events[-1].words == "No SpO₂"
    bedside.now(phase=SessionState.OBSERVING)
    assert told(bedside.tick(32, feed(32, hr=0, spo2=0))) == ["vital_missing.spo2 deescalated low"]


def test_a_missing_vital_ends_with_its_value_not_with_a_longer_interval():
    bedside = Bedside()
    bedside.tick(31, feed(31, hr=0))
    assert bedside.tick(32, feed(32, interval=60, hr=0)) == []
    assert told(bedside.measure(33, hr=80)) == ["vital_missing.hr ended low"]


def test_a_cuff_on_the_same_limb_gives_spo2_a_minute():
    bedside = Bedside()
    bedside.now(cuff_inflating=True)
    assert bedside.tick(60, feed(60, spo2=0)) == []
    assert told(bedside.tick(61, feed(61, spo2=0))) == ["vital_missing.spo2 raised medium"]


def test_vitals_never_shown_episodic_or_without_a_rule_are_not_missing():
    assert Bedside().tick(600, feed(600, nibp_sys=0, pi=0, temp=0)) == []


def test_a_silent_feed_speaks_for_its_vitals():
    assert told(Bedside().tick(100, feed(0, hr=0, spo2=0))) == ["feed_silent raised high"]


def test_a_lead_off_is_medium_at_once_and_not_also_missing():
    bedside = Bedside()
    assert told(bedside.measure(0, spo2="off")) == ["lead_off.spo2 raised medium"]
    assert bedside.measure(1, spo2="off") == []
    assert bedside.tick(100, feed(100, spo2=0)) == []
    assert told(bedside.measure(101, spo2=97)) == ["lead_off.spo2 ended medium"]
    assert bedside.events[0].words == "SpO₂: lead or probe off"


def test_no_value_is_no_alarm_by_itself():
    assert Bedside().measure(0, spo2=None, hr=None) == []


def test_an_implausible_value_is_high_and_neither_breaches_nor_clears():
    bedside = Bedside()
    bedside.measure(0, nibp_sys=185)
    assert told(bedside.measure(300, nibp_sys=("!", 350))) == ["implausible.nibp_sys raised high"]
    assert bedside.stage("sbp_high") == "active"
    assert bedside.stage("sbp_extreme") == "normal"
    assert bedside.events[-1].words == "BP 350 implausible: check patient and sensor"
    assert bedside.events[-1].kind == "technical"
    assert bedside.measure(310, nibp_sys=("!", 350)) == []


def test_raised_and_ended_within_one_message():
    # a message may carry the artefact first and the good value after it
    bedside = Bedside()
    bedside.measure(0, hr=("!", 400))
    both = bedside.measure(1, hr=80, spo2="off")
    assert told(both) == ["implausible.hr ended high", "lead_off.spo2 raised medium"]


def test_an_artefact_and_a_good_value_in_one_message_leave_nothing_standing():
    bedside = Bedside()
    values = [
        Reading(Vital.HR, 400.0, START, quality=Quality.IMPLAUSIBLE),
        Reading(Vital.HR, 80.0, START),
    ]
    both = bedside.keep(judge_readings({}, POLICY, bedside.context, values, START, 0, bedside.new_id))
    assert told(both) == ["implausible.hr raised high", "implausible.hr ended high"]


OVERDUE = [(0, False), (450 - 300 + 120, False), (450 - 300 + 121, True)]


@pytest.mark.parametrize(("late", "overdue"), OVERDUE)
def test_blood_pressure_is_overdue_at_one_and_a_half_intervals_and_two_minutes(late, overdue):
    # due at 300 s, every 300 s: overdue after 300 + 150 + 120 s
    bedside = Bedside()
    t = 300 + late
    picture = FeedPicture(0, last_mono_s=t, bp_due_mono_s=300, bp_interval_s=300)
    assert told(bedside.tick(t, picture)) == (["bp_overdue raised medium"] if overdue else [])


def test_a_measurement_ends_bp_overdue():
    bedside = Bedside()
    bedside.tick(900, FeedPicture(0, last_mono_s=900, bp_due_mono_s=300, bp_interval_s=300))
    assert told(bedside.tick(901, FeedPicture(0, last_mono_s=901, bp_due_mono_s=1200, bp_interval_s=300))) == [
        "bp_overdue ended medium"
    ]


@pytest.mark.parametrize("name", CONDITIONS)
def test_conditions_the_caller_finds_come_and_go(name):
    bedside = Bedside()
    priority = POLICY.technical[name].while_infusing
    present = FeedPicture(0, last_mono_s=1, conditions=frozenset({name}))
    assert told(bedside.tick(1, present)) == [f"{name} raised {priority}"]
    assert bedside.tick(2, FeedPicture(0, last_mono_s=2, conditions=frozenset({name}))) == []
    assert told(bedside.tick(3)) == [f"{name} ended {priority}"]


def test_during_a_pause_technical_alarms_are_recorded_but_not_heard_and_are_heard_afterwards():
    bedside = Bedside()
    bedside.now(paused=True)
    assert told(bedside.tick(11, feed(0))) == ["feed_silent raised high (silent)"]
    bedside.now(paused=False)
    assert told(bedside.tick(12, feed(0))) == ["feed_silent resounded high"]
    assert bedside.events[-1].signal


def test_a_pause_quiets_what_was_there_before_and_not_what_concerns_the_installation():
    bedside = Bedside()
    bedside.tick(11, feed(0))
    bedside.acknowledge("feed_silent")
    bedside.now(paused=True)
    bedside.tick(12, feed(0))
    assert bedside.states["feed_silent"].quiet
    not_recording = FeedPicture(0, last_mono_s=None, conditions=frozenset({"not_recording"}))
    assert told(bedside.tick(13, not_recording)) == ["not_recording raised medium"]
    bedside.now(paused=False)
    assert bedside.tick(14, not_recording) == []  # acknowledged before the pause: nothing new to hear
    assert not bedside.states["feed_silent"].quiet


def test_a_pause_never_quiets_the_patient():
    bedside = Bedside()
    bedside.now(paused=True)
    assert bedside.measure(0, nibp_sys=185)[0].signal


def test_the_monitors_own_apnoea_alarm_is_heard_at_once_and_latches():
    bedside = Bedside()
    assert told(bedside.device_apnoea(0, True)) == ["apnoea raised high"]
    assert bedside.events[-1].words == "Apnoea alarm of the monitor"
    assert bedside.device_apnoea(1, True) == []
    assert told(bedside.device_apnoea(5, False)) == ["apnoea latched high"]
    assert told(bedside.device_apnoea(9, True)) == ["apnoea returned high"]
    bedside.acknowledge("apnoea")
    assert told(bedside.device_apnoea(12, False)) == ["apnoea ended high"]
    assert bedside.device_apnoea(13, False) == []


def test_the_end_of_the_monitors_alarm_does_not_speak_against_a_rate_of_zero():
    bedside = Bedside()
    bedside.device_apnoea(0, True)
    bedside.measure(1, rr=0)
    assert bedside.device_apnoea(2, False) == []
    assert told(bedside.measure(3, rr=12)) == ["apnoea latched high"]
