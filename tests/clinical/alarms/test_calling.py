"""The ladder and the reminders: who is called when nobody answers (CLINICAL.md §3.5, §3.6; DESIGN.md "Time")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.alarms.acknowledging import after_restart
from monitor.clinical.alarms.calling import judge_waiting, nearest
from monitor.clinical.alarms.pausing import sounding
from monitor.clinical.alarms.table import CALLS, AlarmKind, AlarmPriority, AlarmState, Reach
from monitor.clinical.session import SessionState
from monitor.clinical.watched import FeedPicture, Watched
from tests.clinical.bedside import POLICY, START, Bedside, told


def an_apnoea() -> Bedside:
    """A High alarm raised at once, with nothing else beside it."""
    bedside = Bedside()
    bedside.device_apnoea(0, active=True)
    return bedside


def of_it(events):
    return [event for event in events if event.rule_id == "apnoea"]


def called(bedside: Bedside, t: float) -> list[str]:
    return [event.event.value for event in of_it(bedside.tick(t))]


@pytest.mark.parametrize(
    ("t", "expected"),
    [
        (29.9, []),
        (30, ["called_all_stations"]),
        (60, ["called_all_stations", "called_physician"]),  # a tick that comes late misses nobody
        (120, ["called_all_stations", "called_physician", "called_everyone"]),
    ],
)
def test_an_unacknowledged_high_alarm_calls_farther_and_farther(t, expected):
    assert called(an_apnoea(), t) == expected


def test_each_rung_is_called_once_and_signals():
    bedside = an_apnoea()
    heard = [event for t in range(1, 300) for event in of_it(bedside.tick(t))]
    assert [(event.event.value, event.at) for event in heard] == [
        ("called_all_stations", START.replace(second=30)),
        ("called_physician", START.replace(minute=1)),
        ("called_everyone", START.replace(minute=2)),
    ]
    assert all(event.signal for event in heard)
    assert heard[0].cause == "nobody acknowledged it for 30 s"
    assert bedside.states["apnoea"].reach is Reach.EVERYONE


def test_a_medium_alarm_calls_the_other_stations_after_two_minutes_and_nobody_else():
    bedside = Bedside()
    bedside.measure(0, nibp_sys=165)
    bedside.measure(60, nibp_sys=165)
    events = [told([event])[0] for t in range(61, 900) for event in bedside.tick(t)]
    assert events == ["sbp_high called_all_stations medium"]
    assert bedside.states["sbp_high"].waiting_since_mono_s == 60


def test_an_acknowledgement_stops_the_ladder_and_forgets_whom_it_reached():
    bedside = an_apnoea()
    called(bedside, 61)
    bedside.acknowledge("apnoea", 62)
    assert bedside.states["apnoea"].reach is Reach.STATION
    assert called(bedside, 121) == []


def test_a_latched_alarm_nobody_has_seen_goes_on_calling():
    bedside = an_apnoea()
    bedside.device_apnoea(10, active=False)
    assert bedside.stage("apnoea") == "latched"
    assert called(bedside, 31) == ["called_all_stations"]


def test_an_alarm_that_ended_calls_nobody():
    bedside = Bedside()
    bedside.measure(0, nibp_sys=185)
    bedside.measure(10, nibp_sys=120)
    assert bedside.stage("sbp_high") == "normal"
    assert bedside.tick(500) == []


def test_a_worse_priority_starts_the_timer_anew_and_keeps_whom_it_has_reached():
    bedside = Bedside()
    bedside.measure(0, nibp_sys=165)
    bedside.measure(60, nibp_sys=165)
    bedside.tick(180)
    assert bedside.states["sbp_high"].reach is Reach.ALL_STATIONS
    bedside.measure(200, nibp_sys=185)
    assert bedside.tick(231) == [], "all stations know already"
    assert told(bedside.tick(260)) == ["sbp_high called_physician high"]


def test_an_acknowledged_alarm_that_is_still_there_is_heard_again():
    bedside = an_apnoea()
    bedside.acknowledge("apnoea", 10)
    bedside.tick(10)  # the timer runs from the first look after the acknowledgement
    assert of_it(bedside.tick(129)) == []
    reminders = [event for t in range(130, 400) for event in of_it(bedside.tick(t))]
    assert [event.event.value for event in reminders] == ["reminded", "reminded", "reminded"]
    assert [(event.at - START).total_seconds() for event in reminders] == [130, 250, 370]
    assert all(event.signal and event.acknowledged for event in reminders)
    assert bedside.stage("apnoea") == "acknowledged", "a reminder takes no acknowledgement back"
    assert reminders[0].cause == "still present 120 s after the acknowledgement or the last reminder"


def test_a_low_alarm_neither_calls_nor_reminds():
    bedside = Bedside()
    bedside.measure(0, temp=38.5)
    bedside.measure(61, temp=38.5)
    assert bedside.states["temp_high"].priority is AlarmPriority.LOW
    assert bedside.tick(2000) == []
    bedside.acknowledge("temp_high", 2000)
    bedside.tick(2001)
    assert bedside.tick(5000) == []


def test_what_pause_monitoring_keeps_quiet_calls_nobody_until_the_pause_is_over():
    bedside = Bedside()
    bedside.now(paused=True)
    silent = FeedPicture(watching_since_mono_s=0, last_mono_s=0)
    bedside.tick(20, silent)
    assert bedside.tick(300, silent) == []
    bedside.now(paused=False)
    assert told(bedside.tick(301, silent))[0] == "feed_silent resounded high"


def test_after_a_restart_the_ladder_goes_on_by_the_record():
    bedside = an_apnoea()
    state = bedside.states["apnoea"]
    bedside.states = {"apnoea": after_restart(state, 5000, waited_s=25)}
    assert called(bedside, 5004) == []
    assert called(bedside, 5005) == ["called_all_stations"]


def test_a_timer_nobody_started_starts_at_the_first_look():
    put = []
    state = AlarmState("moaas", AlarmKind.PHYSIOLOGICAL, stage="active", priority=AlarmPriority.HIGH)
    judge_waiting([state], POLICY.signalling, START, 77.0, lambda after, event: put.append((after, event)))
    ((after, event),) = put
    assert event is None
    assert after.waiting_since_mono_s == 77.0


def test_an_answered_alarm_is_near_again():
    state = AlarmState("x", AlarmKind.TECHNICAL, reach=Reach.EVERYONE, silenced=True, waiting_since_mono_s=3)
    answered = nearest(state)
    assert (answered.reach, answered.silenced, answered.waiting_since_mono_s) == (Reach.STATION, False, None)


def test_a_reach_has_a_rank_and_every_farther_one_an_event():
    assert [reach.rank for reach in Reach] == [0, 1, 2, 3]
    assert set(CALLS.values()) == set(Reach) - {Reach.STATION}


@given(ticks=st.lists(st.integers(1, 90), min_size=1, max_size=12), ack_at=st.integers(0, 12))
def test_the_ladder_only_climbs_and_an_acknowledgement_is_never_overtaken(ticks, ack_at):
    bedside, t, reached = an_apnoea(), 0, 0
    for count, pause in enumerate(ticks):
        t += pause
        if count == ack_at:
            bedside.acknowledge("apnoea", t)
        bedside.tick(t)
        state = bedside.states["apnoea"]
        if count >= ack_at:
            assert state.reach is Reach.STATION
        else:
            assert state.reach.rank >= reached
            assert state.reach.rank == sum(t >= after for after in (30, 60, 120))
            reached = state.reach.rank


def test_the_patient_is_heard_by_the_worst_that_nobody_answered():
    bedside = Bedside(context=Watched(SessionState.INFUSING))
    assert sounding(bedside.states.values()) is None
    bedside.measure(0, nibp_sys=165, nibp_dia=125)
    assert sounding(bedside.states.values()) is AlarmPriority.HIGH
    for rule_id in ("dbp_extreme", "dbp_high"):
        bedside.acknowledge(rule_id, 1)
    assert sounding(bedside.states.values()) is None


def test_one_alarm_that_is_quiet_over_or_new_holds_up_no_other():
    def state(rule_id, **facts) -> AlarmState:
        known = {"stage": "active", "priority": AlarmPriority.HIGH, "waiting_since_mono_s": 0.0}
        return AlarmState(rule_id, AlarmKind.PHYSIOLOGICAL, **{**known, **facts})

    others = [
        state("over", stage="normal"),
        state("quiet", quiet=True),
        state("new", waiting_since_mono_s=None),
        state("waits"),
    ]
    heard = []
    judge_waiting(others, POLICY.signalling, START, 31.0, lambda after, event: heard.append((after.rule_id, event)))
    assert [(rule_id, event and event.event.value) for rule_id, event in heard] == [
        ("new", None),
        ("waits", "called_all_stations"),
    ]
