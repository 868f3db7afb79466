"""[signalling]: no pause without an end, no ladder that jumps or goes down (CLINICAL.md §3.4 to §3.6)."""

import pytest

from monitor.clinical.alarms.table import AlarmPriority, Reach
from monitor.clinical.policy.parts import Rung
from monitor.clinical.policy.policy import PolicyRefused, parse_policy
from tests.clinical.bedside import POLICY, TEXT


def test_the_shipped_policy_pauses_two_minutes_reminds_and_climbs_as_the_sources_say():
    signalling = POLICY.signalling
    assert signalling.audio_pause_s == 120
    assert signalling.reminder_s == {AlarmPriority.HIGH: 120, AlarmPriority.MEDIUM: 180}
    assert signalling.ladder == {
        AlarmPriority.HIGH: (Rung(Reach.ALL_STATIONS, 30), Rung(Reach.PHYSICIAN, 60), Rung(Reach.EVERYONE, 120)),
        AlarmPriority.MEDIUM: (Rung(Reach.ALL_STATIONS, 120),),
    }


REMINDER = 'high = { value = 2, unit = "min", source = "CLINICAL.md §3.5'
PAUSE = 'audio_pause = { value = 120, unit = "s"'
LADDER = '[signalling.ladder.high]\nall_stations = { value = 30, unit = "s"'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (PAUSE, PAUSE.replace("120", "121"), "audio_pause"),
        (PAUSE, PAUSE.replace("120", "0"), "audio_pause"),
        (REMINDER, REMINDER.replace("2", "0", 1), "reminder"),
        (LADDER, LADDER.replace("30", "60"), "farther away"),
        ("[signalling.ladder.high]", "[signalling.ladder.low]", "somebody a High alarm calls"),
    ],
)  # fmt: skip
def test_a_pause_a_reminder_or_a_ladder_that_cannot_be_is_refused(old, new, says):
    assert old in TEXT
    with pytest.raises(PolicyRefused, match=says):
        parse_policy(TEXT.replace(old, new))


def test_a_pause_shorter_than_two_minutes_and_a_policy_without_reminders_are_a_clinics_choice():
    text = TEXT.replace(PAUSE, PAUSE.replace("120", "30"))
    reminders = text[text.index("[signalling.reminder]") : text.index("[signalling.ladder.high]")]
    signalling = parse_policy(text.replace(reminders, "[signalling.reminder]\n")).signalling
    assert signalling.audio_pause_s == 30
    assert signalling.reminder_s == {}
