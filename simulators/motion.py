"""What a monitor shows of a patient who moves.

Law: motion replaces what is shown, never what is true, and the false values of one hand belong together. A respiratory
rate from the chest counts movement; a heart rate spike is not followed by the pulse. Sizes as tests/alarm_load, [D].
"""

from random import Random

Shown = dict[str, float | None]
SLIDE_S = 4.0  # saturation does not jump: the oximeter averages


class Motion:
    """Spells of 4 to 15 s, in which hand, chest and electrodes are still or moving; asked in the order of time."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._began_s, self._ends_s = 0.0, 0.0
        self._low = self._pulse = self._breaths = self._heart = 0.0
        self._hand = self._chest = self._leads = self._lost = False

    def falsify(self, t_s: float, strength: float, shown: Shown) -> None:
        """Replace in `shown` what moving with this strength (0 to 1: the share of the time) spoils."""
        if t_s >= self._ends_s:
            self._plan(t_s, strength)
        if self._hand:
            self._spoil_probe(t_s, shown)
        if self._chest:
            counted = self._breaths + self._rng.gauss(0, 1.5)
            _replace(shown, "rr", round(max(counted, shown.get("rr") or 0.0)))  # movement is counted beside the breaths
        if self._leads:
            _replace(shown, "hr", round(self._heart + self._rng.gauss(0, 4)))

    def _plan(self, t_s: float, strength: float) -> None:
        rng = self._rng
        self._began_s, self._ends_s = t_s, t_s + rng.uniform(4, 15)
        self._hand, self._chest = rng.random() < strength, rng.random() < strength
        self._leads, self._lost = rng.random() < 0.3 * strength, rng.random() < 0.3
        self._low = rng.uniform(68, 92)
        self._pulse = rng.choice((rng.uniform(35, 50), rng.uniform(100, 150)))
        self._breaths, self._heart = rng.uniform(26, 45), rng.uniform(130, 180)

    def _spoil_probe(self, t_s: float, shown: Shown) -> None:
        if self._lost:
            shown.update(dict.fromkeys(("spo2", "pr", "pi")))
            return
        true = shown.get("spo2")
        if true is not None:
            slid = min(1.0, (t_s - self._began_s + 1) / SLIDE_S)
            shown["spo2"] = round(true + slid * min(0.0, self._low - true))
        _replace(shown, "pr", round(self._pulse + self._rng.gauss(0, 6)))
        _replace(shown, "pi", round(self._rng.uniform(0.05, 0.35), 2))


def _replace(shown: Shown, vital: str, number: float) -> None:
    if shown.get(vital) is not None:
        shown[vital] = number
