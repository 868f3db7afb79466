"""The clock: the machine's own, or faster from a given time; everything else is refused with the accepted forms."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clock import Clock, parse_clock, system_clock
from monitor.errors import ConfigurationRefused


@pytest.mark.parametrize("text", ["", "system"])
def test_the_system_clock_is_the_machines_own(text: str) -> None:
    clock = parse_clock(text)
    assert clock.system
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.real_s(10) == 10


@pytest.mark.parametrize(
    ("text", "speed", "start_at"),
    [
        ("60x@2026-03-01T08:00:00Z", 60, datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("1.5x@2026-03-01T10:00:00+02:00", 1.5, datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("600x", 600, None),
    ],
)
def test_a_speeded_clock_starts_where_it_is_told(text: str, speed: float, start_at: datetime | None) -> None:
    clock = parse_clock(text)
    assert not clock.system
    assert clock.speed == speed
    assert clock.real_s(speed) == 1
    assert abs(clock.now() - (start_at or datetime.now(UTC))) < timedelta(seconds=5 * speed)


@pytest.mark.parametrize(
    "text",
    ["fast", "60", "x", "0x", "0.0x@2026-03-01T08:00:00Z", "-1x", "60x@", "60x@yesterday", "60x@2026-03-01T08:00:00",
     "60x@2026-13-01T08:00:00Z", "1e3x", "999999x", " 60x", "60X"],
)  # fmt: skip
def test_what_is_no_clock_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ConfigurationRefused, match="MONITOR_CLOCK"):
        parse_clock(text)


@given(st.floats(0.1, 1000), st.lists(st.floats(0, 1e5), min_size=2, max_size=10))
def test_both_times_of_a_speeded_clock_pass_alike_and_never_backwards(speed: float, passed: list[float]) -> None:
    real = [0.0]
    start_at = datetime(2026, 3, 1, tzinfo=UTC)
    clock = Clock(start_at, 0.0, speed, system=False, real_mono_s=lambda: real[0])
    seen = []
    for real[0] in sorted(passed):
        seen.append((clock.now(), clock.mono_s()))
        assert abs((clock.now() - start_at).total_seconds() - clock.mono_s()) < 1e-3
    assert seen == sorted(seen)


def test_a_machines_clock_that_is_set_back_moves_no_duration() -> None:
    clock = system_clock()
    before = clock.mono_s()
    assert clock.mono_s() >= before
