"""The measuring stick measures: its parts on short streams."""

from pathlib import Path
from random import Random

import pytest

from monitor.clinical.session import SessionState
from simulators.chair import Chair
from tests.alarm_load.__main__ import beds_of
from tests.alarm_load.artefacts import Motion, Plain
from tests.alarm_load.bed import Bed
from tests.alarm_load.injected import KINDS, Outcome, drawn, run_event
from tests.alarm_load.recorded import OWN, folder, recordings, run_recording
from tests.alarm_load.sessions import INFUSION, VISIT, stream
from tests.clinical.bedside import POLICY

CALM = {"hr": 72.0, "pr": 72.0, "spo2": 97.0, "rr": 14.0, "pi": 2.5}


def bed(*, assessing: bool = True) -> Bed:
    made = Bed(POLICY, assessing=assessing)
    made.enter(SessionState.INFUSING, {})
    return made


def test_a_bed_hears_a_false_low_of_ten_seconds_only_where_nothing_is_questioned() -> None:
    heard = {}
    for assessing in (True, False):
        one = bed(assessing=assessing)
        for t in range(60):
            one.see(float(t), {**CALM, "spo2": 70.0 if 30 <= t < 40 else 97.0})
        heard[assessing] = dict(one.load())
    assert heard == {True: {}, False: {("spo2_desaturation", "physiological", "high"): 1}}


def test_the_nurse_acknowledges_what_stands_so_that_it_can_ring_again() -> None:
    one = bed(assessing=False)
    for t in range(200):
        low = 10 <= t < 20 or 120 <= t < 130
        one.see(float(t), {**CALM, "spo2": 70.0 if low else 97.0})
    assert one.load()[("spo2_desaturation", "physiological", "high")] == 2


def test_a_missing_vital_and_a_silent_monitor_are_heard() -> None:
    one = bed()
    for t in range(60):
        one.see(float(t), {**CALM, "spo2": None if t >= 20 else 97.0})
    for t in range(60, 80):
        one.tick(float(t))
    assert {rule for rule, _, _ in one.load()} == {"vital_missing.spo2", "feed_silent"}


def test_the_same_seed_shows_the_same_numbers() -> None:
    first, again = (
        [shown for (_, shown), _ in zip(stream("7", kind, 0.5), range(300), strict=False)] for kind in ("motion",) * 2
    )
    assert first == again


def test_plain_artefacts_are_those_of_the_simulators() -> None:
    chair = Chair(VISIT, "s")
    plain = Plain(chair.patient, INFUSION, "s", 5.0)
    shown = [plain.falsify(float(t), CALM)["spo2"] for t in range(200)]
    assert 97.0 in shown
    assert any(value != 97.0 and 62 <= value <= 89 for value in shown if value is not None)


def test_a_moving_hand_falsifies_what_the_probe_shows_together() -> None:
    motion = Motion("s", 6.0)
    seen = [motion.falsify(float(t), CALM) for t in range(600)]
    moving = [shown for shown in seen if shown["pi"] is not None and shown["pi"] < 0.36]
    assert moving
    assert all(shown["spo2"] is not None and shown["spo2"] <= 97 for shown in moving)
    assert any(shown["spo2"] is None for shown in seen)
    assert any(shown["hr"] != 72 for shown in seen)
    assert any(shown["rr"] != 14 for shown in seen)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_is_caught_within_the_policys_words(kind: str) -> None:
    for number in range(4):
        outcomes = run_event(kind, f"t/{number}", "plain", 0.01, beds_of("adult-ketamine"))
        assert set(outcomes) == {"as it is", "quality off"}
        for outcome in outcomes.values():
            assert outcome.delay_s is not None
            assert not outcome.late


def test_what_is_late_is_told_from_what_the_monitor_hid() -> None:
    assert Outcome("apnoea", 21, 20, 0).late
    assert not Outcome("apnoea", 21, 20, 1).late
    assert not Outcome("apnoea", None, 20, 0).late
    assert drawn("apnoea", Random("a")) == drawn("apnoea", Random("a"))


def test_the_own_recordings_are_judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MONITOR_RECORDINGS", raising=False)
    assert folder() == OWN
    monkeypatch.setenv("MONITOR_RECORDINGS", str(tmp_path))
    assert folder() == tmp_path
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert recordings(tmp_path) == {}
    found = recordings(OWN)
    assert set(found) == {"simulated_1min", "simulated_5s"}
    beds = beds_of("adult-ketamine")
    assert run_recording(found["simulated_5s"], beds) == pytest.approx(0.2486, abs=0.001)
    rules = {name: {rule for rule, _, _ in one.load()} for name, one in beds.items()}
    assert "vital_missing.spo2" in rules["as it is"]
    assert "spo2_desaturation" in rules["as it is"], "40 s of a false low are longer than any lengthening"
