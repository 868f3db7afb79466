"""What is old is set aside from the collector, and what was dropped in a circle is still found within the hour."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from monitor.commands import collector


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.me = self


class Hours:
    """A runtime that only counts how often it was told to sleep, and ends the fourth sleep."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, each_s: float) -> None:
        self.slept = 0
        self._now_s = 0.0
        self._each_s = each_s
        monkeypatch.setattr(collector.time, "monotonic", lambda: self._now_s)

    def sleep(self, seconds: float) -> None:
        self.slept += 1
        self._now_s += self._each_s
        if self.slept == 4:
            raise StopIteration


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_is_old_is_set_aside_each_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    collector.spare()
    kept = [Knot() for _ in range(1000)]
    with pytest.raises(StopIteration):
        collector.tend(Hours(monkeypatch, 60.0))  # type: ignore[arg-type]
    looked_through = {id(one) for one in gc.get_objects()}
    assert looked_through.isdisjoint(map(id, kept))


def test_what_was_dropped_in_a_circle_is_found_once_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    collector.spare()  # it is set aside
    del knot
    with pytest.raises(StopIteration):
        collector.tend(Hours(monkeypatch, 60.0))  # type: ignore[arg-type]
    assert gone() is not None
    with pytest.raises(StopIteration):
        collector.tend(Hours(monkeypatch, 3600.0))  # type: ignore[arg-type]
    assert gone() is None
