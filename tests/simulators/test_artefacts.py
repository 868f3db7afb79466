"""Motion, leads and probes that are off, and a cuff on the probe's arm spoil what is shown, never what is true."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.chair import Chair
from simulators.cuff import AutomaticCuff
from simulators.patients import typical
from simulators.physiology import body
from simulators.scenario import Cuff, Infusion, Scenario
from tests.simulators.life import scenario, watch

SEEDS = ("1", "2", "3", "4")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_patient_who_moves_has_false_saturation_pulse_and_breath_and_then_none(seed: str) -> None:
    shown = watch("from_min = 2\nuntil_min = 8\nmotion = 0.7", 12, seed)
    still, moved = shown.rows[:120] + shown.rows[480:], shown.rows[120:480]
    assert min(row["spo2"] for row in still) >= 94
    assert max(row["rr"] for row in still) <= 20
    false_low = [row for row in moved if "spo2" in row and row["spo2"] < 93]
    assert len(false_low) > 20
    assert all(row["pi"] < 0.36 for row in false_low), "the hand that moves has little perfusion to show"
    assert any("spo2" not in row and "pr" not in row and "pi" not in row for row in moved)
    assert max(row["rr"] for row in moved) > 25
    assert any(abs(row["pr"] - row["hr"]) > 20 for row in moved if "pr" in row)
    assert min(row["etco2"] for row in moved) > 30, "the sample line does not move"


def test_stronger_motion_spoils_more() -> None:
    spoiled = [
        sum("pi" not in row or row["pi"] < 0.36 for row in watch(f"from_min=0\nuntil_min=9\nmotion={m}", 9).rows)
        for m in (0.1, 0.5, 1.0)
    ]
    assert spoiled[0] < spoiled[1] < spoiled[2] == 540


def test_leads_that_are_off_take_breath_with_them_and_leave_the_pulse() -> None:
    shown = watch("from_min = 1\nuntil_min = 2\nabsent = ['hr']", 3)
    assert shown.seconds_without("hr") == shown.seconds_without("rr") == list(range(60, 120))
    assert shown.seconds_without("pr") == shown.seconds_without("etco2") == []


def test_a_probe_that_is_off_sees_no_pulse() -> None:
    shown = watch("from_min = 1\nuntil_min = 2\nfixed = { spo2 = 0 }", 3)
    assert set(shown.of("pr", 60, 120)) == set(shown.of("spo2", 60, 120)) == {0}
    assert shown.seconds_without("pi") == list(range(60, 120))
    assert min(shown.of("hr", 60, 120)) > 55


def test_a_cuff_on_the_probes_arm_freezes_the_pulse_and_then_takes_it_away_while_it_squeezes() -> None:
    shown = watch("from_min = 0\nuntil_min = 9\ncuff_on_probe_arm = true", 5)
    finished = [t for t, row in enumerate(shown.rows) if "nibp_sys" in row]
    assert finished == [15, 135, 255]
    squeezed = [t for t in range(300) if any(end - 35 <= t < end for end in finished)]
    frozen = [t for t in squeezed if t in range(100, 110) or t in range(220, 230)]
    for vital in ("spo2", "pr", "pi"):
        assert shown.seconds_without(vital) == [t for t in squeezed if t not in frozen]
    assert [shown.rows[t]["pr"] for t in frozen] == [shown.rows[99]["pr"]] * 10 + [shown.rows[219]["pr"]] * 10
    assert {shown.rows[t]["pi"] for t in frozen} == {0.02}
    assert shown.seconds_without("hr") == []


def test_a_cuff_that_fails_gives_no_value_and_is_tried_again_a_minute_later() -> None:
    shown = watch("from_min = 2\nuntil_min = 3\ncuff_fails = true", 6)
    assert [t for t, row in enumerate(shown.rows) if "nibp_sys" in row] == [15, 195, 255]


def test_a_cuff_that_fails_again_and_again_waits_for_its_schedule() -> None:
    every_10_min = Cuff(before_min=10, infusing_min=10, after_min=10)
    cuff = AutomaticCuff(Scenario(name="test", words="a test", minutes=60, cuff=every_10_min))
    tried = []
    for t in range(1300):
        finished_s = cuff.finished_by(float(t))
        if finished_s is not None:
            tried.append(finished_s)
            cuff.failed(finished_s)
    assert tried == [15, 75, 135, 615, 675, 735, 1215, 1275]


EVENTS = (
    "",
    "fixed = { rr = 0 }",
    "motion = 1.0",
    "towards = { rr = 2 }",
    "towards = { rr = 70, hr = 280 }",
    "towards = { nibp_sys = 270 }",
    "towards = { nibp_sys = 45 }",
)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(EVENTS), st.integers(0, 10_000), st.sampled_from((0.2, 1.0, 7.0)), st.booleans())
def test_nothing_is_ever_shown_outside_its_display_range(event: str, seed: int, step_s: float, everyone: bool) -> None:
    timed = f"from_min = 1\nrise_min = 0.5\nuntil_min = 6\nfall_min = 1\n{event}" if event else ""
    chair = Chair(scenario(timed, patient="drawn" if everyone else "typical"), str(seed))
    channels = body(typical(Random(1)), Infusion(), "any")
    for step in range(200):
        for one in chair.observe(step * step_s * 2):
            if one.vital != "nibp_mean":  # which lies between the other two
                assert channels[one.vital].low <= float(one.text) <= channels[one.vital].high, one


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(EVENTS), st.integers(0, 10_000))
def test_the_same_seed_shows_the_same_numbers(event: str, seed: int) -> None:
    timed = f"from_min = 0.5\nuntil_min = 1.5\n{event}" if event else ""
    first, again = (watch(timed, 2.5, str(seed), patient="drawn") for _ in range(2))
    assert first == again
    assert first != watch(timed, 2.5, f"{seed}x", patient="drawn")
