"""The bench runs: a figure nobody can measure again is none. What it says is not looked at here."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.bench import parts, session_log, spine
from tests.bench.trail import trail


@pytest.mark.parametrize(
    "part",
    [partial(parts.parse_us, again=False), partial(parts.parse_us, again=True), parts.judge_us, parts.predict_us,
     parts.replay_s, parts.what_if_s, parts.authorise_us, parts.identify_us],
)  # fmt: skip
def test_each_part_can_be_measured(part: Callable[[], dict[str, float]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "ROUNDS", 2)
    monkeypatch.setattr(parts, "REPLAY_S", 60)
    monkeypatch.setattr(parts, "WHAT_IF_S", 60)
    assert all(figure > 0 for figure in part().values())


def test_the_spine_can_be_measured_on_a_small_ward(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spine, "BEDS", 25)
    monkeypatch.setattr(spine, "ROUNDS", 2)
    assert {name: figures["p50"] > 0 for name, figures in spine.spine_us().items()} == {"message": True, "tick": True}


def test_the_trail_can_be_measured_when_it_is_short() -> None:
    assert all(figure > 0 for figure in trail(1000))


def test_the_log_of_a_session_can_be_measured_on_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_log, "ROUNDS", 1)
    figures = session_log.session_log_ms(moments=60)
    assert {name: one["p50"] > 0 for name, one in figures.items()} == {"log_ms@3h": True, "log_zoom_ms@10min": True}
