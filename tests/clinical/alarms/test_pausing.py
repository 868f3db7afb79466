"""The sound pause: what it silences, what breaks through, how it ends (CLINICAL.md §3.4, DESIGN.md "Time")."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.alarms.pausing import sounding
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.session import SessionState
from monitor.clinical.watched import FeedPicture, Watched
from tests.clinical.bedside import Bedside, told


def a_medium_pressure() -> Bedside:
    bedside = Bedside()
    bedside.measure(0, nibp_sys=165)
    bedside.measure(10, nibp_sys=165)
    bedside.events.clear()
    return bedside


def sounds(bedside: Bedside) -> AlarmPriority | None:
    return sounding(bedside.states.values())


def test_a_pause_is_recorded_with_each_alarm_it_silences_and_shown_alarms_stay():
    bedside = a_medium_pressure()
    assert sounds(bedside) is AlarmPriority.MEDIUM
    (event,) = bedside.pause_audio(20)
    assert told([event]) == ["sbp_high audio_paused medium"]
    assert event.cause == "sound paused for 120 s by a person"
    assert not event.signal
    assert sounds(bedside) is None
    assert bedside.stage("sbp_high") == "active", "a pause is no acknowledgement"


def test_a_new_alarm_breaks_through_and_the_old_one_stays_silent():
    bedside = a_medium_pressure()
    bedside.pause_audio(20)
    (raised,) = bedside.device_apnoea(50, active=True)
    assert raised.signal
    assert sounds(bedside) is AlarmPriority.HIGH
    assert bedside.states["sbp_high"].silenced
    assert not bedside.states["apnoea"].silenced


def test_an_alarm_that_gets_worse_breaks_through():
    bedside = a_medium_pressure()
    bedside.pause_audio(20)
    (worse,) = bedside.measure(30, nibp_sys=185)
    assert told([worse]) == ["sbp_high escalated high"]
    assert worse.signal
    assert sounds(bedside) is AlarmPriority.HIGH


def test_a_latched_alarm_that_returns_breaks_through():
    bedside = Bedside()
    bedside.device_apnoea(0, active=True)
    bedside.device_apnoea(10, active=False)
    bedside.pause_audio(20)
    assert sounds(bedside) is None
    assert told(bedside.device_apnoea(30, active=True)) == ["apnoea returned high"]
    assert sounds(bedside) is AlarmPriority.HIGH


def test_a_companion_of_a_silenced_alarm_is_heard():
    bedside = Bedside()
    bedside.measure(0, device_t=0, nibp_sys=185)
    bedside.pause_audio(1)
    (raised,) = [e for e in bedside.measure(2, device_t=0, nibp_sys=185, nibp_dia=112) if e.rule_id == "dbp_high"]
    assert raised.signal, "the one that would have spoken for it is paused"


def test_when_the_time_is_over_what_is_still_there_is_heard_again():
    bedside = a_medium_pressure()
    bedside.pause_audio(20)
    assert bedside.tick(100) == []
    bedside.now(audio_paused=False)
    (again, *_) = bedside.tick(140)
    assert told([again]) == ["sbp_high resounded medium"]
    assert again.signal
    assert again.cause == "the sound pause is over"
    assert sounds(bedside) is AlarmPriority.MEDIUM
    assert [event for event in bedside.tick(141) if event.event == "resounded"] == []


def test_a_person_may_end_a_pause():
    bedside = a_medium_pressure()
    bedside.pause_audio(20)
    (again,) = bedside.resume_audio(30)
    assert again.cause == "a person ended the sound pause"
    assert again.signal
    assert sounds(bedside) is AlarmPriority.MEDIUM


def test_what_ended_or_was_acknowledged_during_the_pause_is_not_heard_again():
    ended, seen = a_medium_pressure(), a_medium_pressure()
    ended.pause_audio(20)
    ended.measure(30, nibp_sys=120)
    seen.pause_audio(20)
    seen.acknowledge("sbp_high", 30)
    for bedside in (ended, seen):
        assert not bedside.states["sbp_high"].silenced
        assert bedside.resume_audio(40) == []


def test_a_pause_silences_neither_what_is_acknowledged_nor_what_is_quiet_nor_what_only_begins():
    bedside = a_medium_pressure()
    bedside.acknowledge("sbp_high", 11)
    bedside.now(paused=True)
    bedside.tick(12, FeedPicture(watching_since_mono_s=0, last_mono_s=0))
    bedside.measure(13, hr=125)
    assert bedside.stage("feed_silent") == "active"
    assert bedside.stage("hr_high") == "pending"
    assert bedside.pause_audio(14) == []


def test_the_ladder_climbs_during_a_pause():
    bedside = a_medium_pressure()
    bedside.pause_audio(20)
    assert told(bedside.tick(130)) == ["sbp_high called_all_stations medium"]


def test_a_quiet_alarm_that_was_silenced_is_not_heard_by_the_end_of_the_sound_pause():
    bedside = Bedside()
    silent = FeedPicture(watching_since_mono_s=0, last_mono_s=0)
    bedside.tick(12, silent)
    bedside.pause_audio(13)
    bedside.now(paused=True)
    bedside.tick(14, silent)
    assert bedside.resume_audio(15) == []
    assert not bedside.states["feed_silent"].silenced
    assert sounds(bedside) is None


@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.sampled_from([84, 89, 91, 97]), st.sampled_from(["value", "pause", "see"])),
        max_size=25,
    )
)
def test_in_any_order_a_pause_silences_only_what_stood_and_was_heard_when_it_began(steps):
    bedside, t = Bedside(), 0.0
    silenced: dict[str, int] = {}
    for seconds, value, act in steps:
        t += seconds
        if act == "pause":
            bedside.now(audio_paused=False)
            bedside.tick(t)
            bedside.pause_audio(t)
            standing = [s for s in bedside.states.values() if s.unacknowledged and not s.quiet]
            silenced = {s.alarm_id: s.priority.rank for s in standing}
        elif act == "see":
            for state in [s for s in bedside.states.values() if s.unacknowledged]:
                bedside.acknowledge(state.rule_id, t)
        else:
            bedside.measure(t, spo2=value)
        bedside.tick(t)
        for state in bedside.states.values():
            if state.unacknowledged and not state.audible and not state.quiet:
                assert state.priority.rank <= silenced.get(state.alarm_id, 0)


SILENT = FeedPicture(watching_since_mono_s=0, last_mono_s=0)


def test_a_technical_alarm_that_the_start_of_the_infusion_makes_worse_breaks_through():
    bedside = Bedside(context=Watched(SessionState.PREPARING))
    bedside.tick(12, SILENT)
    bedside.pause_audio(13)
    bedside.now(phase=SessionState.INFUSING)
    (worse,) = bedside.tick(14, SILENT)
    assert told([worse]) == ["feed_silent escalated high"]
    assert worse.signal
    assert sounds(bedside) is AlarmPriority.HIGH


def test_a_technical_alarm_that_becomes_milder_stays_silent():
    bedside = Bedside()
    bedside.tick(12, SILENT)
    bedside.pause_audio(13)
    bedside.now(phase=SessionState.HELD)
    assert told(bedside.tick(14, SILENT)) == ["feed_silent deescalated medium"]
    assert sounds(bedside) is None


def test_the_end_of_a_monitoring_pause_is_told_but_not_heard_within_a_sound_pause():
    bedside = Bedside()
    bedside.tick(12, SILENT)
    bedside.pause_audio(13)
    bedside.now(paused=True)
    bedside.tick(14, SILENT)
    bedside.now(paused=False)
    (again,) = bedside.tick(15, SILENT)
    assert again.event == "resounded"
    assert not again.signal
