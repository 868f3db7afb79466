"""A station without sound is an alarm of its running chairs; no restart raises or ends it."""

import pytest

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.session import SessionState
from monitor.recorder.sound_watch import watch_sound
from monitor.store.queries.alarms import alarms
from monitor.ward.chairs import Chair
from monitor.ward.course import Course
from monitor.ward.live_session import LiveSession, PatientLabel
from monitor.ward.sounding import NO_SOUNDING_STATION, PageSound, StationSounds
from tests.clinical.bedside import POLICY, START
from tests.recorder.house import House

SOUNDING = POLICY.signalling.sounding


class Ward:
    """One chair of station A and the word of its pages; time is moved by hand."""

    def __init__(self, state: SessionState = SessionState.INFUSING) -> None:
        self.at_s = 0.0
        self.sounds = StationSounds(SOUNDING, lambda: self.at_s)
        self.chair = Chair(1, "1", "A", "BED1", 0)
        self.live = LiveSession(
            id=1, patient=PatientLabel(1, "MRN42", "M.K.", "42"), chair_id=1, policy=POLICY, course=Course(state=state),
            scheduled_for=START, simulated=False,
        )  # fmt: skip

    def is_silent(self) -> bool:
        watch_sound(self.sounds, self.chair, self.live)
        return NO_SOUNDING_STATION in self.chair.conditions


@pytest.mark.parametrize("state", [SessionState.INFUSING, SessionState.HELD, SessionState.OBSERVING])
def test_it_comes_when_no_page_sounds_and_goes_when_one_does(state: SessionState) -> None:
    ward = Ward(state)
    ward.at_s = SOUNDING.after_restart_s
    assert ward.is_silent()
    ward.sounds.said("p", "A", PageSound.ON)
    assert not ward.is_silent()
    ward.at_s += SOUNDING.expires_s + 0.1
    assert ward.is_silent()


def test_before_the_start_of_an_infusion_nobody_is_at_risk() -> None:
    ward = Ward(SessionState.PREPARING)
    ward.at_s = SOUNDING.after_restart_s
    assert not ward.is_silent()


def test_a_restart_raises_nothing_before_pages_had_time_and_ends_nothing_either() -> None:
    ward = Ward()
    assert not ward.is_silent()
    ward.live.states[NO_SOUNDING_STATION] = object()  # type: ignore[assignment]  # only whether it stands is asked
    assert ward.is_silent()
    ward.sounds.said("p", "A", PageSound.ON)
    assert not ward.is_silent()


def test_the_chair_has_a_high_alarm_that_is_recorded_and_ends_by_itself(house: House) -> None:
    session_id = house.infusing()
    house.judging.sounds = StationSounds(SOUNDING, house.clock.mono_s)
    house.tick(SOUNDING.after_restart_s - 2)
    assert NO_SOUNDING_STATION not in house.live(session_id).states
    house.tick(4)
    assert house.live(session_id).states[NO_SOUNDING_STATION].priority is AlarmPriority.HIGH
    house.judging.sounds.said("p", house.chair().station, PageSound.ON)
    house.tick(2)
    assert NO_SOUNDING_STATION not in house.live(session_id).states
    [alarm] = [one for one in house.store.read(alarms, session_id) if one.rule_id == NO_SOUNDING_STATION]
    assert [event.event for event in alarm.events][-1] == "ended"
