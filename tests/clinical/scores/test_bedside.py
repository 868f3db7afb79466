"""What only a person sees is a fact or a refusal."""

import pytest

from monitor.clinical.scores.bedside import Consciousness, consciousness, on_oxygen, spo2_scale, temperature_cel
from monitor.clinical.scores.items import ScoreRefused
from monitor.clinical.scores.reckoning import Reckoned, reckon
from tests.clinical.bedside import POLICY


@pytest.mark.parametrize("word", ["alert", "confusion", "voice", "pain", "unresponsive"])
def test_consciousness_has_five_words(word):
    assert consciousness({"level": word}) is Consciousness(word)
    assert reckon("consciousness", {"level": word}, POLICY.scores) == Reckoned(None)


@pytest.mark.parametrize("items", [{"level": "C"}, {"level": 3}, {"level": None}])
def test_any_other_word_is_refused_with_the_accepted_ones(items):
    with pytest.raises(ScoreRefused, match="one of alert, confusion, voice, pain, unresponsive"):
        consciousness(items)


def test_consciousness_without_a_level_is_not_complete():
    with pytest.raises(ScoreRefused) as refused:
        consciousness({})
    assert refused.value.missing == ("level",)


def test_oxygen_is_air_or_supplemental_with_an_optional_flow():
    assert on_oxygen({"supplemental": True, "flow_l_per_min": 2}) is True
    assert on_oxygen({"supplemental": True, "flow_l_per_min": 60.0}) is True
    assert on_oxygen({"supplemental": True, "flow_l_per_min": 0.1}) is True
    assert on_oxygen({"supplemental": True, "flow_l_per_min": None}) is True
    assert on_oxygen({"supplemental": False}) is False
    assert reckon("oxygen", {"supplemental": False}, POLICY.scores) == Reckoned(None)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ({"supplemental": 1}, "yes or no is needed"),
        ({"supplemental": True, "flow_l_per_min": 61}, "61 L/min is not between 0.1 and 60 L/min"),
        ({"supplemental": True, "flow_l_per_min": 0.09}, "0.09 L/min is not between"),
        ({"supplemental": True, "flow_l_per_min": "2"}, "a number is needed"),
        ({"supplemental": True, "flow_l_per_min": True}, "a number is needed"),
        ({"supplemental": True, "flow_l_per_min": float("nan")}, "a number is needed"),
        ({"supplemental": False, "flow_l_per_min": 2}, "only with supplemental oxygen"),
        ({"flow_l_per_min": 2}, "not complete"),
        ({"supplemental": True, "mask": True}, "no item “mask”"),
    ],
)
def test_oxygen_that_makes_no_sense_is_refused(items, words):
    with pytest.raises(ScoreRefused, match=words):
        on_oxygen(items)


@pytest.mark.parametrize("celsius", [25, 36.8, 45])
def test_a_temperature_by_hand_is_plausible(celsius):
    assert reckon("temperature", {"celsius": celsius}, POLICY.scores).total == celsius


@pytest.mark.parametrize("celsius", [24.9, 45.1, 98.6])
def test_an_implausible_temperature_is_refused_with_the_range(celsius):
    with pytest.raises(ScoreRefused, match="is not between 25 and 45 °C"):
        temperature_cel({"celsius": celsius})


def test_the_spo2_scale_is_a_decision_with_a_reason():
    assert spo2_scale({"scale": 2, "reason": "hypercapnic respiratory failure"}) == 2
    assert reckon("spo2_scale", {"scale": 1, "reason": "blood gas normal"}, POLICY.scores).total == 1


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ({"scale": 3, "reason": "x"}, "1 or 2 is needed"),
        ({"scale": 0, "reason": "x"}, "1 or 2 is needed"),
        ({"scale": True, "reason": "x"}, "1 or 2 is needed"),
        ({"scale": 2, "reason": "  "}, "a reason is needed"),
        ({"scale": 2, "reason": 2}, "a reason is needed"),
        ({"scale": 2}, "not complete"),
    ],
)
def test_scale_2_without_a_reason_or_a_number_is_refused(items, words):
    with pytest.raises(ScoreRefused, match=words):
        spo2_scale(items)
