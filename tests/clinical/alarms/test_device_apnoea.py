"""The bedside monitor's own apnoea alarm: at once, at its worst, and over only when it says so or a breath is seen."""

from datetime import timedelta

from monitor.clinical.alarms.table import AlarmKind, AlarmPriority, AlarmStage
from monitor.clinical.words import APNOEA_DEVICE
from tests.clinical.bedside import START, Bedside, told


def test_it_is_raised_at_once_with_everything_that_is_known_of_it():
    bedside = Bedside()
    (event,) = bedside.device_apnoea(7, active=True)
    state = bedside.states["apnoea"]
    assert (event.event, event.rule_id, event.priority, event.signal) == ("raised", "apnoea", AlarmPriority.HIGH, True)
    assert (event.words, event.value, event.limit) == (APNOEA_DEVICE, None, 0)
    assert event.at == START + timedelta(seconds=7)
    assert (state.kind, state.stage, state.alarm_id) == (AlarmKind.PHYSIOLOGICAL, AlarmStage.ACTIVE, event.alarm_id)
    assert (state.raised_at, state.held, state.measured_at) == (event.at, (), None)
    assert state.waiting_since_mono_s == 7


def test_said_again_it_is_one_alarm():
    bedside = Bedside()
    bedside.device_apnoea(0, active=True)
    before = bedside.states["apnoea"]
    assert bedside.device_apnoea(5, active=True) == []
    assert bedside.states["apnoea"] == before


def test_its_end_latches_what_nobody_has_seen_and_ends_what_somebody_has():
    unseen, seen = Bedside(), Bedside()
    for bedside in (unseen, seen):
        bedside.device_apnoea(0, active=True)
    (latched,) = unseen.device_apnoea(9, active=False)
    assert (told([latched]), latched.at) == (["apnoea latched high"], START + timedelta(seconds=9))
    seen.acknowledge("apnoea", 5)
    (ended,) = seen.device_apnoea(9, active=False)
    assert (told([ended]), ended.acknowledged) == (["apnoea ended high"], True)
    assert seen.stage("apnoea") == "normal"


def test_its_end_says_nothing_where_nothing_stands_or_where_a_value_speaks():
    bedside = Bedside()
    assert bedside.device_apnoea(0, active=False) == []
    bedside.measure(1, rr=0)
    for t in range(2, 25):
        bedside.measure(t, rr=0)
    assert bedside.stage("apnoea") == "active"
    assert bedside.device_apnoea(26, active=False) == [], "the rate is still 0"
    assert bedside.stage("apnoea") == "active"


def test_a_breath_that_is_seen_latches_it_as_the_monitors_end_does():
    bedside = Bedside()
    bedside.device_apnoea(0, active=True)
    bedside.measure(5, rr=14)
    assert bedside.stage("apnoea") == "latched"
    assert told(bedside.device_apnoea(6, active=True)) == ["apnoea returned high"]


def test_it_takes_over_a_rate_of_0_that_has_not_lasted_long_enough():
    bedside = Bedside()
    bedside.measure(0, rr=0)
    assert bedside.stage("apnoea") == "pending"
    assert told(bedside.device_apnoea(3, active=True)) == ["apnoea raised high"]
    state = bedside.states["apnoea"]
    assert (state.value, state.held, state.measured_at) == (None, (), None)
