"""Noise and artefacts have the size they promise."""

from itertools import pairwise
from random import Random
from statistics import correlation, mean, stdev

import pytest

from simulators.signals import Artefacts, Wander


def test_noise_has_its_standard_deviation_and_its_memory() -> None:
    noise = Wander(Random(1), sd=2.0, tau_s=20)
    values = [noise.value_at(float(t)) for t in range(60_000)]
    assert mean(values) == pytest.approx(0, abs=0.15)
    assert stdev(values) == pytest.approx(2.0, rel=0.05)
    assert correlation(values[:-20], values[20:]) == pytest.approx(0.368, abs=0.05)  # e^-1 after one memory


def test_noise_is_the_same_size_however_often_it_is_asked() -> None:
    noise = Wander(Random(2), sd=1.0, tau_s=10)
    assert stdev(noise.value_at(t / 5) for t in range(100_000)) == pytest.approx(1.0, rel=0.1)


def test_white_noise_forgets_at_once() -> None:
    noise = Wander(Random(3), sd=1.0)
    values = [noise.value_at(float(t)) for t in range(5_000)]
    assert abs(correlation(values[:-1], values[1:])) < 0.05


def test_noise_answers_the_same_for_the_same_moment_and_never_looks_back() -> None:
    noise = Wander(Random(4), sd=1.0, tau_s=5)
    assert noise.value_at(3.0) == noise.value_at(3.0)
    with pytest.raises(ValueError, match="order of time"):
        noise.value_at(2.0)


def test_artefacts_begin_as_often_as_they_should_and_last_5_to_20_s() -> None:
    artefacts = Artefacts(Random(5), per_min=0.5, low=100, high=200)
    shown = [artefacts.shown_at(float(t)) for t in range(60 * 4_000)]
    begins = sum(1 for before, now in pairwise(shown) if before is None and now is not None)
    lasting = sum(value is not None for value in shown)
    # A new one waits until the last has ended: every 120 s + 12.5 s on average.
    assert begins == pytest.approx(60 * 4_000 / 132.5, rel=0.1)
    assert 5 <= lasting / begins <= 20
    assert all(100 <= value <= 200 for value in shown if value is not None)


def test_without_artefacts_a_channel_is_honest_for_ever() -> None:
    artefacts = Artefacts(Random(6), per_min=0, low=0, high=1)
    assert [artefacts.shown_at(t) for t in (0.0, 1e9)] == [None, None]
