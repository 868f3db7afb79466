"""A chair with a patient under a scenario: what its monitor has measured at each moment.

Law: asked in the order of time; a quantity without a value is not listed, and a silent monitor lists nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from simulators.patients import Patient, drawn, typical
from simulators.pharmacokinetics import RateStep
from simulators.physiology import Channel, body
from simulators.scenario import Event, Scenario

FIRST_CUFF_S = 15.0
CONTINUOUS = ("hr", "pr", "spo2", "rr", "etco2", "fico2", "temp", "pi")


@dataclass(frozen=True, slots=True)
class Measured:
    """One number as the monitor shows it, with the second at which it was measured."""

    vital: str
    text: str
    at_s: float


def patient_for(scenario: Scenario, seed: str) -> Patient:
    """The same seed lays the same person in the chair."""
    rng = Random(f"{seed}/patient")
    return typical(rng) if scenario.typical else drawn(rng)


def cuff_times(scenario: Scenario) -> Iterator[float]:
    """Seconds at which the automatic cuff finishes a measurement, for ever."""
    infusion, cuff = scenario.infusion, scenario.cuff
    at_s = FIRST_CUFF_S
    while True:
        yield at_s
        minute = scenario.visit_minute(at_s)
        if minute < infusion.from_min:
            at_s += cuff.before_min * 60
        elif minute < infusion.from_min + infusion.over_min:
            at_s += cuff.infusing_min * 60
        else:
            at_s += cuff.after_min * 60


class Chair:
    """One simulated chair; `observe(t)` once a moment, in the order of time."""

    def __init__(self, scenario: Scenario, seed: str, delivered: Sequence[RateStep] | None = None) -> None:
        """`delivered` is what a pump at this chair has given so far (minutes of the visit); None: as planned."""
        self._scenario = scenario
        self.patient = patient_for(scenario, seed)
        self._channels = body(
            self.patient,
            scenario.infusion,
            seed,
            offset_min=scenario.offset_min,
            artefacts_per_min=scenario.artefacts_per_min,
            delivered=delivered,
        )
        self._cuff_times = cuff_times(scenario)
        self._next_cuff_s = next(self._cuff_times)

    def observe(self, t_s: float) -> tuple[Measured, ...]:
        """What the monitor sends at `t_s`; empty while it is silent."""
        on = self._events_at(t_s)
        if any(event.silence and event.holds_at(minute) for event, minute in on):
            return ()
        seen = [self._measured(vital, t_s, on) for vital in CONTINUOUS]
        cuff_s = self._finished_cuff(t_s)
        if cuff_s is not None:
            seen += self._pressure(cuff_s)
        return tuple(measured for measured in seen if measured is not None)

    def _events_at(self, t_s: float) -> tuple[tuple[Event, float], ...]:
        minute = self._scenario.event_minute(t_s)
        return tuple((event, minute) for event in self._scenario.events if event.weight_at(minute) > 0)

    def _true(self, vital: str, t_s: float, on: tuple[tuple[Event, float], ...]) -> float:
        value = self._channels[vital].signal.value_at(t_s)
        source = "hr" if vital == "pr" else vital  # the pulse follows the heart
        for event, minute in on:
            if source in event.towards:
                weight = event.weight_at(minute)
                value = (1 - weight) * value + weight * event.towards[source]
        return value

    def _measured(self, vital: str, t_s: float, on: tuple[tuple[Event, float], ...]) -> Measured | None:
        channel = self._channels[vital]
        number = channel.shown(self._true(vital, t_s, on), t_s)  # noise runs on while a lead is off
        for event, minute in on:
            if event.holds_at(minute):
                if vital in event.absent:
                    return None
                number = event.fixed.get(vital, number)
        return Measured(vital, _text(number, channel), t_s)

    def _finished_cuff(self, t_s: float) -> float | None:
        finished_s = None
        while self._next_cuff_s <= t_s:
            finished_s, self._next_cuff_s = self._next_cuff_s, next(self._cuff_times)
        return finished_s

    def _pressure(self, at_s: float) -> list[Measured]:
        on = self._events_at(at_s)
        upper, lower = (self._channels[vital] for vital in ("nibp_sys", "nibp_dia"))
        sys = upper.shown(self._true("nibp_sys", at_s, on), at_s)
        dia = min(lower.shown(self._true("nibp_dia", at_s, on), at_s), sys - 12)
        mean = round(dia + (sys - dia) / 3)
        pressures = (("nibp_sys", sys), ("nibp_dia", dia), ("nibp_mean", mean))
        return [Measured(vital, _text(value, upper), at_s) for vital, value in pressures]


def _text(number: float, channel: Channel) -> str:
    return f"{number:.{channel.decimals}f}"
