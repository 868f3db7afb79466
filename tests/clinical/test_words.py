"""What an alarm says."""

import pytest

from monitor.clinical.policy.tables import CONDITIONS
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched
from monitor.clinical.words import NAMES, TECHNICAL, technical_words
from tests.clinical.bedside import BASELINE, POLICY, Bedside

SAID = [
    ({"spo2": 86}, 20, "SpO₂ 86 < 90"),
    ({"hr": 125.4}, 20, "HR 125.4 > 120"),
    ({"rr": 0}, 20, "Apnoea: RR 0"),
]


@pytest.mark.parametrize(("values", "seconds", "words"), SAID)
def test_words_name_value_and_limit(values, seconds, words):
    bedside = Bedside()
    for t in range(0, seconds + 1, 5):
        bedside.measure(t, **values)
    assert words in {event.words for event in bedside.events}


PRESSURES = [
    ({"nibp_sys": 185, "nibp_dia": 98}, "BP 185/98 ≥ 180"),
    ({"nibp_sys": 185}, "BP 185 ≥ 180"),
    ({"nibp_sys": 150, "nibp_dia": 112}, "BP 150/112, diastolic ≥ 110"),
    ({"nibp_dia": 112}, "BP –/112, diastolic ≥ 110"),
    ({"nibp_sys": 88, "nibp_dia": 60}, "BP 88/60 ≤ 90"),
    ({"nibp_mean": 135}, "MAP 135 > 130"),
]


@pytest.mark.parametrize(("values", "words"), PRESSURES)
def test_blood_pressure_is_said_whole(values, words):
    assert Bedside().measure(0, **values)[0].words == words


def test_a_relative_alarm_names_the_baseline():
    bedside = Bedside(context=Watched(SessionState.INFUSING, BASELINE))
    bedside.measure(0, nibp_sys=158, nibp_dia=80)
    assert bedside.measure(300, nibp_sys=158, nibp_dia=80)[0].words == "BP 158/80 ≥ 157.2, baseline 131"


def test_words_follow_the_value_while_it_is_beyond_and_not_inside_the_hysteresis():
    bedside = Bedside()
    for t in (0, 10, 20):
        bedside.measure(t, spo2=89)
    bedside.measure(21, spo2=86)
    assert bedside.states["spo2_low"].words == "SpO₂ 86 < 90"
    bedside.measure(22, spo2=90.5)
    assert bedside.states["spo2_low"].words == "SpO₂ 86 < 90"


def test_every_vital_has_a_name_and_every_technical_alarm_has_words():
    assert set(NAMES) == set(Vital)
    assert set(TECHNICAL) == set(POLICY.technical)
    assert set(CONDITIONS) < set(TECHNICAL)
    assert technical_words("bp_overdue") == "BP overdue"
