"""Signals: small objects that answer `value_at(t)`, in seconds since the first message.

Law: all randomness comes from the generator handed in, so the same seed gives the same values. A signal that
remembers (noise, artefacts) is asked in the order of time; a signal that does not may be asked in any order.
"""

import math
from dataclasses import dataclass
from random import Random
from typing import Protocol


class Signal(Protocol):
    """Something that has a value at each moment."""

    def value_at(self, t_s: float, /) -> float:
        """The value at `t_s` seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Steady:
    """A signal that does not move."""

    value: float

    def value_at(self, t_s: float, /) -> float:
        """The one value."""
        return self.value


class Wander:
    """Noise around zero with a memory of `tau_s` seconds (first-order autoregressive); `tau_s` 0 is white noise."""

    def __init__(self, rng: Random, sd: float, tau_s: float = 0.0) -> None:
        self._rng, self._sd, self._tau_s = rng, sd, tau_s
        self._at_s: float | None = None
        self._value = 0.0
        self._step = (0.0, 1.0, 0.0)  # seconds passed, what is kept of the old, how wide the new is

    def value_at(self, t_s: float, /) -> float:
        """The noise at `t_s`; asked twice for the same moment it gives the same answer."""
        if self._at_s is None:
            self._value = self._rng.gauss(0.0, self._sd)
        elif t_s < self._at_s:
            raise ValueError("noise remembers: ask it in the order of time")
        elif t_s > self._at_s:
            passed_s, kept, fresh = self._step
            if abs(t_s - self._at_s - passed_s) > 1e-6:  # a monitor measures in even steps: one exponential serves them
                kept, fresh = self._step_of(t_s - self._at_s)
            self._value = kept * self._value + self._rng.gauss(0.0, fresh)
        self._at_s = t_s
        return self._value

    def _step_of(self, passed_s: float) -> tuple[float, float]:
        kept = math.exp(-passed_s / self._tau_s) if self._tau_s else 0.0
        fresh = self._sd * math.sqrt(1 - kept * kept)
        self._step = (passed_s, kept, fresh)
        return kept, fresh


class Artefacts:
    """False values that come by chance, `per_min` times a minute (CLINICAL.md §6.3: 0.01), and last 5 to 20 s."""

    def __init__(self, rng: Random, per_min: float, low: float, high: float) -> None:
        """While an artefact lasts the channel shows one value between `low` and `high`."""
        self._rng, self._per_s, self._low, self._high = rng, per_min / 60, low, high
        self._begins_s, self._ends_s, self._shown = 0.0, 0.0, 0.0
        self._plan_after(0.0)

    def _plan_after(self, t_s: float) -> None:
        if self._per_s <= 0:
            self._begins_s = self._ends_s = math.inf
            return
        self._begins_s = t_s + self._rng.expovariate(self._per_s)
        self._ends_s = self._begins_s + self._rng.uniform(5, 20)
        self._shown = self._rng.uniform(self._low, self._high)

    def shown_at(self, t_s: float) -> float | None:
        """The false value shown at `t_s`, or None when the channel is honest."""
        while t_s >= self._ends_s:
            self._plan_after(self._ends_s)
        return self._shown if t_s >= self._begins_s else None
