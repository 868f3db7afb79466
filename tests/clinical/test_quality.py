"""Which values are questionable, message by message."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.policy.read_quality import QualityPolicy
from monitor.clinical.quality import SignalMemory, assess
from monitor.clinical.vitals import Doubt, Quality, Reading, Vital
from tests.clinical.bedside import POLICY, START

STEP, PULSE, CUFF, PERFUSION, SOURCE = Doubt.STEP, Doubt.PULSE, Doubt.CUFF, Doubt.PERFUSION, Doubt.SOURCE


@dataclass
class Probe:
    """One chair's signal: show a message, read the doubts of a vital."""

    policy: QualityPolicy = POLICY.quality
    memory: SignalMemory = field(default_factory=SignalMemory)
    last: Sequence[Reading] = ()

    def show(self, t: float, **values: float) -> dict[str, tuple[Doubt, ...]]:
        at = START + timedelta(seconds=t)
        sent = [Reading(Vital(word), value, at) for word, value in values.items()]
        self.last, self.memory = assess(self.policy, self.memory, sent)
        return {one.vital.value: one.doubts for one in self.last if one.quality is Quality.QUESTIONABLE}


def test_a_calm_message_comes_back_as_it_is() -> None:
    probe = Probe()
    probe.show(0, hr=72, pr=72, spo2=97, rr=14, pi=2.5)
    sent = [Reading(Vital.SPO2, 96, START + timedelta(seconds=1))]
    assessed, _ = assess(POLICY.quality, probe.memory, sent)
    assert assessed is sent


@pytest.mark.parametrize(
    ("vital", "before", "after", "seconds", "doubted"),
    [
        ("spo2", 97, 92, 1, False),  # 4 % at once and 1 % for the second
        ("spo2", 97, 91.9, 1, True),
        ("spo2", 91.9, 97, 1, True),  # upwards as well
        ("spo2", 97, 88, 5, False),  # 4 + 5: a source that speaks each 5 s
        ("spo2", 97, 87, 5, True),
        ("spo2", 97, 70, 60, False),  # one value a minute shows no step
        ("rr", 14, 7, 1, False),
        ("rr", 14, 6, 1, True),
        ("rr", 14, 22, 1, True),
        ("rr", 14, 0, 1, False),  # no breath is always believed
        ("rr", 14, 0.5, 1, True),
        ("hr", 72, 112, 1, False),
        ("hr", 72, 113, 1, True),
        ("pr", 72, 32, 1, False),
        ("pr", 72, 31, 1, True),
        ("etco2", 38, 5, 1, False),  # the policy names no step for it
    ],
)
def test_a_step_no_physiology_makes_is_evidence(
    vital: str, before: float, after: float, seconds: float, doubted: bool
) -> None:
    probe = Probe()
    probe.show(0, **{vital: before})
    assert probe.show(seconds, **{vital: after}) == ({vital: (STEP,)} if doubted else {})


def test_a_new_level_that_lasts_20_s_is_believed() -> None:
    probe = Probe()
    probe.show(0, spo2=97)
    assert all(probe.show(t, spo2=80) == {"spo2": (STEP,)} for t in range(1, 21))
    assert probe.show(21, spo2=80) == {}
    assert probe.show(22, spo2=79) == {}


def test_a_value_that_is_back_where_it_was_is_believed_at_once() -> None:
    probe = Probe()
    probe.show(0, spo2=97)
    assert probe.show(1, spo2=70)
    assert probe.show(9, spo2=71)
    assert probe.show(10, spo2=96) == {}
    assert probe.show(11, spo2=70) == {"spo2": (STEP,)}, "and the next step is doubted anew"
    assert probe.show(30, spo2=70) == {"spo2": (STEP,)}
    assert probe.show(31, spo2=70) == {}


def test_a_signal_that_jumps_about_is_never_a_new_level() -> None:
    probe = Probe()
    probe.show(0, spo2=97)
    assert all(probe.show(t, spo2=80 if t % 2 else 70) == {"spo2": (STEP,)} for t in range(1, 60))


def test_a_fall_as_fast_as_bodies_fall_is_no_step() -> None:
    probe = Probe()
    assert all(probe.show(t, spo2=97 - t) == {} for t in range(30))


def test_a_value_of_an_earlier_time_begins_a_new_memory() -> None:
    probe = Probe()
    probe.show(10, spo2=97)
    assert probe.show(5, spo2=70) == {}
    assert probe.show(6, spo2=71) == {}


def test_a_message_sent_again_says_the_same_again() -> None:
    probe = Probe()
    probe.show(0, spo2=97)
    assert probe.show(1, spo2=80) == probe.show(1, spo2=80) == {"spo2": (STEP,)}
    assert all(probe.show(t, spo2=80) == probe.show(t, spo2=80) == {"spo2": (STEP,)} for t in range(2, 21))
    assert probe.show(21, spo2=80) == probe.show(21, spo2=80) == {}


def test_pulse_and_heart_rate_that_disagree_for_5_s_speak_against_the_probe() -> None:
    probe = Probe()
    assert probe.show(0, hr=72, pr=93, spo2=97) == {}
    assert probe.show(4.9, hr=72, pr=93, spo2=97) == {}
    assert probe.show(5, hr=72, pr=93, spo2=97) == {"pr": (PULSE,), "spo2": (PULSE,)}
    assert probe.show(6, hr=72, spo2=97) == {}, "without a pulse nothing disagrees"
    assert probe.show(7, hr=72, pr=92, spo2=97) == {}, "20 is not more than 20"
    assert probe.show(12, hr=72, pr=93, spo2=97) == {}, "and the 5 s begin anew"
    assert probe.show(17, hr=72, pr=93) == {"pr": (PULSE,)}


def test_a_message_about_something_else_changes_nothing_between_the_rates() -> None:
    probe = Probe()
    probe.show(0, hr=72, pr=100)
    probe.show(3, temp=36.8)
    assert probe.show(5, hr=72, pr=100) == {"pr": (PULSE,)}


def test_rates_whose_clock_was_set_back_disagree_anew() -> None:
    probe = Probe()
    probe.show(100, hr=72, pr=100)
    assert probe.show(50, hr=72, pr=100) == {}
    assert probe.show(55, hr=72, pr=100) == {"pr": (PULSE,)}


def test_a_step_of_the_heart_rate_that_the_pulse_follows_is_an_arrhythmia() -> None:
    probe = Probe()
    probe.show(0, hr=72, pr=72)
    assert probe.show(1, hr=150, pr=72) == {"hr": (STEP,)}
    assert probe.show(2, hr=150, pr=140) == {"pr": (STEP,)}
    assert probe.show(3, hr=150, pr=139) == {"hr": (STEP,), "pr": (STEP,)}, "11 apart is not agreement"


@pytest.mark.parametrize(
    ("pi", "rates", "doubted"),
    [
        (0.29, {}, True),
        (0.3, {}, False),
        (0.29, {"hr": 72, "pr": 82}, False),  # the rates agree: the probe sees the pulse
        (0.29, {"hr": 72, "pr": 83}, True),
    ],
)
def test_a_low_perfusion_index_is_evidence_unless_the_rates_agree(
    pi: float, rates: dict[str, float], doubted: bool
) -> None:
    found = Probe().show(0, spo2=96, pi=pi, **rates)
    assert found.get("spo2") == ((PERFUSION,) if doubted else None)


@pytest.mark.parametrize(
    ("seconds", "same_limb", "rates", "doubted"),
    [
        (60, True, {}, True),
        (60.5, True, {}, False),
        (60, False, {}, False),
        (60, True, {"hr": 72, "pr": 75}, False),
    ],
)
def test_a_cuff_on_the_limb_of_the_probe_is_evidence_for_a_minute(
    seconds: float, same_limb: bool, rates: dict[str, float], doubted: bool
) -> None:
    probe = Probe(replace(POLICY.quality, probe_on_cuff_limb=same_limb))
    assert probe.show(-30, spo2=97) == {}
    probe.show(0, nibp_sys=120, nibp_dia=70)
    assert probe.show(seconds, spo2=97, **rates) == ({"spo2": (CUFF,)} if doubted else {})


def test_what_the_monitor_marks_keeps_its_mark_and_gains_ours() -> None:
    probe = Probe()
    probe.show(0, spo2=97)
    at = START + timedelta(seconds=1)
    marked = Reading(Vital.SPO2, 80, at, quality=Quality.QUESTIONABLE, doubts=(SOURCE,))
    assessed, _ = assess(POLICY.quality, probe.memory, [marked])
    assert (assessed[0].quality, assessed[0].doubts) == (Quality.QUESTIONABLE, (SOURCE, STEP))


def test_an_implausible_value_is_evidence_of_nothing_and_is_no_level() -> None:
    probe = Probe()
    probe.show(0, spo2=97, hr=72, pr=72)
    at = START + timedelta(seconds=1)
    broken = [Reading(Vital.SPO2, 20, at, quality=Quality.IMPLAUSIBLE), Reading(Vital.PI, 0.1, at)]
    assessed, memory = assess(POLICY.quality, probe.memory, broken)
    assert assessed is broken
    assert memory.levels[Vital.SPO2].value == 97
    both = [Reading(Vital.SPO2, 20, at, quality=Quality.IMPLAUSIBLE), Reading(Vital.PR, 72, at), broken[1]]
    assessed, _ = assess(POLICY.quality, probe.memory, both)
    assert [one.quality for one in assessed] == [Quality.IMPLAUSIBLE, Quality.QUESTIONABLE, Quality.ACCEPTED]


VALUES = st.lists(
    st.fixed_dictionaries(
        {"spo2": st.floats(40, 100), "rr": st.floats(0, 80), "pi": st.floats(0, 5)},
        optional={"hr": st.floats(20, 300), "pr": st.floats(20, 300)},
    ),
    min_size=1,
    max_size=25,
)


@given(VALUES, st.integers(-(10**6), 10**6))
def test_the_clock_itself_is_no_evidence(messages: list[dict[str, float]], shift_s: int) -> None:
    here, there = Probe(), Probe()
    for t, values in enumerate(messages):
        assert here.show(t, **values) == there.show(t + shift_s, **values)


@given(VALUES)
def test_assessing_changes_no_value_and_loses_none(messages: list[dict[str, float]]) -> None:
    probe = Probe()
    for t, values in enumerate(messages):
        probe.show(t, **values)
        assert [(one.vital.value, one.value) for one in probe.last] == list(values.items())
