"""What is true of a patient at each moment: the drug, the events, and what body and breath make of them.

Law: an event says as little as it likes: what it does not direct follows from what it does. A directed value wins over
what would follow. Asked in the order of time, also while the monitor is silent.
"""

from collections.abc import Mapping
from random import Random

from simulators.breathing import Lungs
from simulators.circulation import DIASTOLIC_SHARE, PERFUSION_EXPONENT, REFLEX_DELAY_S, Circulation
from simulators.patients import Patient
from simulators.physiology import Channel
from simulators.scenario import Event, Scenario

On = tuple[tuple[Event, float], ...]
"""The events that are on (or ramp down), each with its minute."""

NO_BREATH_BELOW = 1.0  # breaths a minute
FOLLOWED = ("spo2", "fico2", "temp", "pi")


def events_on(scenario: Scenario, t_s: float) -> On:
    """Every event that has a part in the moment `t_s`."""
    if not scenario.events:
        return ()
    minute = scenario.event_minute(t_s)
    return tuple((event, minute) for event in scenario.events if event.weight_at(minute) > 0)


def directed(vital: str, value: float, on: On) -> float:
    """The value as the events draw it towards theirs."""
    for event, minute in on:
        if vital in event.towards:
            weight = event.weight_at(minute)
            value = (1 - weight) * value + weight * event.towards[vital]
    return value


class TrueVitals:
    """One patient under one scenario."""

    def __init__(self, scenario: Scenario, patient: Patient, channels: Mapping[str, Channel], seed: str) -> None:
        self._scenario, self._patient, self._channels = scenario, patient, channels
        self._lungs = Lungs()
        self._circulation = Circulation(Random(f"{seed}/circulation"), patient.age, patient.hr)  # nosec B311 # seeded
        self._moves_pressure = any("nibp_sys" in event.towards for event in scenario.events)

    def at(self, t_s: float, on: On) -> dict[str, float]:
        """Every continuous vital at `t_s`; a respiratory rate of 0 is a patient who does not breathe."""
        usual = {vital: self._channels[vital].signal.value_at(t_s) for vital in ("hr", "rr", "etco2", *FOLLOWED)}
        rr = self._breaths(usual["rr"], on)
        lungs = self._lungs
        lungs.advance(t_s, rr / usual["rr"], usual["etco2"])
        change = self._pressure_change(t_s)
        heart = usual["hr"] + self._circulation.heart_shift(t_s, change, rr)
        true = {
            **usual,
            "hr": heart,
            "rr": rr,
            "spo2": usual["spo2"] - lungs.saturation_lost_percent,
            "etco2": usual["etco2"] + lungs.co2_above_mmhg,
            "pi": usual["pi"] * (1 + min(0.0, change) / self._patient.sys) ** PERFUSION_EXPONENT,
        }
        if on:
            for vital in ("hr", "etco2", *FOLLOWED):
                true[vital] = directed(vital, true[vital], on)
        true["pr"] = true["hr"] + self._channels["hr"].noise.value_at(t_s)  # the pulse follows the heart, beat by beat
        return true

    def pressure_at(self, at_s: float, on: On) -> tuple[float, float]:
        """Systolic and diastolic pressure in mmHg; a diastolic no event speaks of follows the systolic."""
        wave = self._circulation.wave_at(at_s)
        usual_sys, usual_dia = (self._channels[vital].signal.value_at(at_s) for vital in ("nibp_sys", "nibp_dia"))
        sys, dia = directed("nibp_sys", usual_sys, on), usual_dia
        for event, minute in on:
            if "nibp_dia" in event.towards:
                dia = directed("nibp_dia", dia, ((event, minute),))
            elif "nibp_sys" in event.towards:
                dia += DIASTOLIC_SHARE * (directed("nibp_sys", usual_sys, ((event, minute),)) - usual_sys)
        return sys + wave, dia + DIASTOLIC_SHARE * wave

    def _breaths(self, usual: float, on: On) -> float:
        rr = directed("rr", usual + self._lungs.drive_per_min, on)
        stopped = any(event.holds_at(minute) and event.fixed.get("rr") == 0 for event, minute in on)
        return 0.0 if stopped or rr < NO_BREATH_BELOW else rr

    def _pressure_change(self, t_s: float) -> float:
        """How far events had moved the systolic pressure when the reflex felt it; the drug's rise is not opposed."""
        if not self._moves_pressure:
            return 0.0
        felt_s = max(0.0, t_s - REFLEX_DELAY_S)
        usual = self._channels["nibp_sys"].signal.value_at(felt_s)
        return directed("nibp_sys", usual, events_on(self._scenario, felt_s)) - usual
