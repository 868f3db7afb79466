"""A chair with a patient under a scenario: what its monitor has measured at each moment.

Law: asked in the order of time; a quantity without a value is not listed, and a silent monitor lists nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from simulators.cuff import AutomaticCuff
from simulators.motion import Motion, Shown
from simulators.patients import Patient, drawn, typical
from simulators.pharmacokinetics import RateStep
from simulators.physiology import body
from simulators.scenario import Scenario
from simulators.true_vitals import On, TrueVitals, events_on

CONTINUOUS = ("hr", "pr", "spo2", "rr", "etco2", "fico2", "temp", "pi")
PROBE = ("spo2", "pr", "pi")
BREATH = ("rr", "etco2", "fico2")
STANDS_STILL_S = 10.0  # an oximeter without a pulse: frozen, then dashes (CLINICAL.md §2.2, Nonin)
PARTS = ("sys", "dia", "mean")


@dataclass(frozen=True, slots=True)
class Measured:
    """One number as the monitor shows it, with the second at which it was measured."""

    vital: str
    text: str
    at_s: float


def patient_for(scenario: Scenario, seed: str) -> Patient:
    """The same seed lays the same person in the chair."""
    rng = Random(f"{seed}/patient")  # nosec B311 # the same again by its seed
    return typical(rng) if scenario.typical else drawn(rng)


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
        self._true = TrueVitals(scenario, self.patient, self._channels, seed)
        self._cuff = AutomaticCuff(scenario)
        self._last_seen: Shown = dict.fromkeys(PROBE)
        self._motion = Motion(Random(f"{seed}/motion"))  # nosec B311 # the same again by its seed

    def observe(self, t_s: float) -> tuple[Measured, ...]:
        """What the monitor sends at `t_s`; empty while it is silent."""
        on = events_on(self._scenario, t_s)
        true = self._true.at(t_s, on)  # life goes on while nobody hears of it
        if any(event.silence and event.holds_at(minute) for event, minute in on):
            return ()
        shown: Shown = {vital: self._channels[vital].shown(true[vital], t_s) for vital in CONTINUOUS}
        if true["rr"] == 0:
            self._show_no_breath(shown, t_s)
        if on:
            self._disturb(shown, t_s, on)
        seen = [self._measured(vital, number, t_s) for vital, number in shown.items() if number is not None]
        cuff_s = self._cuff.finished_by(t_s)
        return (*seen, *(self._pressure(cuff_s) if cuff_s is not None else ()))

    def _show_no_breath(self, shown: Shown, t_s: float) -> None:
        for vital in BREATH:
            if self._channels[vital].artefacts.shown_at(t_s) is None:
                shown[vital] = 0.0

    def _disturb(self, shown: Shown, t_s: float, on: On) -> None:
        """What the events do to the display alone; noise and artefacts ran on underneath."""
        strength = max(event.motion * event.weight_at(minute) for event, minute in on)
        if strength > 0:
            self._motion.falsify(t_s, strength, shown)
        for event, minute in on:
            if not event.holds_at(minute):
                continue
            if event.cuff_on_probe_arm:
                self._squeeze(shown, t_s)
            if event.fixed.get("spo2") == 0:  # the probe is off: it sees no pulse either
                shown.update(pr=0.0, pi=None)
            shown.update(event.fixed)
            shown.update(dict.fromkeys(event.absent))
            if "hr" in event.absent:  # the leads are off, and breath is measured between them
                shown["rr"] = None

    def _squeeze(self, shown: Shown, t_s: float) -> None:
        """The probe sees no pulse below an inflated cuff: numbers stand still for a while, then there are none."""
        squeezed_s = self._cuff.squeezes_for_s(t_s)
        if squeezed_s is None:
            self._last_seen = {vital: shown[vital] for vital in PROBE}
        elif squeezed_s < STANDS_STILL_S:
            shown.update(self._last_seen, pi=self._channels["pi"].low)
        else:
            shown.update(dict.fromkeys(PROBE))

    def _measured(self, vital: str, number: float, at_s: float) -> Measured:
        return Measured(vital, f"{number:.{self._channels[vital].decimals}f}", at_s)

    def _pressure(self, at_s: float) -> tuple[Measured, ...]:
        on = events_on(self._scenario, at_s)
        if any(event.cuff_fails and event.holds_at(minute) for event, minute in on):
            self._cuff.failed(at_s)
            return ()
        true_sys, true_dia = self._true.pressure_at(at_s, on)
        sys = self._channels["nibp_sys"].shown(true_sys, at_s)
        dia = min(self._channels["nibp_dia"].shown(true_dia, at_s), sys - 12)
        mean = round(dia + (sys - dia) / 3)
        return tuple(
            Measured(f"nibp_{part}", f"{mmhg:.0f}", at_s) for part, mmhg in zip(PARTS, (sys, dia, mean), strict=True)
        )
