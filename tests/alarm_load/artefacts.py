"""What a false value looks like on each channel.

Law: an artefact replaces what the monitor shows, never what the patient has; None is a channel without a value.
"""

from collections.abc import Mapping
from random import Random
from typing import Protocol

from simulators.patients import Patient
from simulators.physiology import body
from simulators.scenario import Infusion

Shown = dict[str, float | None]


class Artefacts(Protocol):
    """Something that falsifies what is shown."""

    def falsify(self, t_s: float, honest: Mapping[str, float]) -> Shown:
        """What the monitor shows at `t_s`; asked in the order of time."""
        ...


class Plain:
    """Every channel by itself, as the simulators do it: one value for 5 to 20 s (CLINICAL.md §6.3: 1 %/min)."""

    def __init__(self, patient: Patient, infusion: Infusion, seed: str, per_min: float) -> None:
        channels = body(patient, infusion, seed, artefacts_per_min=per_min)
        self._false = {vital: (channel.artefacts, channel.decimals) for vital, channel in channels.items()}

    def falsify(self, t_s: float, honest: Mapping[str, float]) -> Shown:
        shown: Shown = dict(honest)
        for vital, (artefacts, decimals) in self._false.items():
            false = artefacts.shown_at(t_s)
            if false is not None and vital in shown:
                shown[vital] = round(false, decimals)
        return shown


class _Spell:
    """Spells that come by chance, `per_min` times a minute, and last a lognormal time (median, spread)."""

    def __init__(self, rng: Random, per_min: float, median_s: float, longest_s: float) -> None:
        self._rng, self._per_s, self._median_s, self._longest_s = rng, per_min / 60, median_s, longest_s
        self._begins_s = self._ends_s = 0.0
        self._plan()

    def _plan(self) -> None:
        self._begins_s = self._ends_s + self._rng.expovariate(self._per_s)
        lasts_s = self._median_s * self._rng.lognormvariate(0.0, 0.7)
        self._ends_s = self._begins_s + min(self._longest_s, max(3.0, lasts_s))

    def since(self, t_s: float) -> float | None:
        """Seconds since the spell that is on began, None between spells."""
        while t_s >= self._ends_s:
            self._plan()
        return t_s - self._begins_s if t_s >= self._begins_s else None


class Motion:
    """Artefacts that belong together, some of them long, with the same 1 %/min a channel.

    A hand that moves: saturation slides to a false low within seconds while the pulse rate is wrong and the perfusion
    index low; sometimes no value at all. Electrodes: a heart rate spike the pulse does not follow, a respiratory rate
    that counts movement or misses breaths.
    """

    def __init__(self, seed: str, per_min: float) -> None:
        rng = self._rng = Random(f"{seed}/motion")
        self._hand = _Spell(rng, per_min, 12, 90)
        self._probe_off = _Spell(rng, per_min / 2, 15, 120)
        self._chest = _Spell(rng, per_min, 10, 60)
        self._leads = _Spell(rng, per_min, 8, 40)
        self._low, self._pulse, self._breaths, self._heart = 80.0, 40.0, 30.0, 160.0

    def falsify(self, t_s: float, honest: Mapping[str, float]) -> Shown:
        shown: Shown = dict(honest)
        hand, chest, leads = self._hand.since(t_s), self._chest.since(t_s), self._leads.since(t_s)
        if hand is not None:
            self._move_hand(hand, shown, honest)
        if chest is not None and "rr" in honest:
            if chest < 1:
                self._breaths = self._rng.choice((self._rng.uniform(3, 9), self._rng.uniform(22, 45)))
            shown["rr"] = float(round(self._breaths))
        if leads is not None and "hr" in honest:
            if leads < 1:
                self._heart = self._rng.uniform(130, 190)
            shown["hr"] = float(round(self._heart))
        if self._probe_off.since(t_s) is not None:
            shown.update({vital: None for vital in ("spo2", "pr", "pi") if vital in honest})
        return shown

    def _move_hand(self, since_s: float, shown: Shown, honest: Mapping[str, float]) -> None:
        if since_s < 1:
            self._low, self._pulse = self._rng.uniform(65, 92), self._rng.choice((35.0, 45.0, 110.0, 140.0))
        if "spo2" in honest:
            slid = min(1.0, (since_s + 1) / 4)
            shown["spo2"] = float(round(honest["spo2"] + slid * min(0.0, self._low - honest["spo2"])))
        if "pr" in honest:
            shown["pr"] = float(round(self._pulse + self._rng.gauss(0, 6)))
        if "pi" in honest:
            shown["pi"] = round(self._rng.uniform(0.05, 0.35), 2)
