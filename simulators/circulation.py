"""What the circulation does by itself: slow waves of pressure, the heart's answer to pressure, and breath in the pulse.

Law: waves are a function of time alone; the heart's answer remembers and is asked in the order of time. Sizes
are invented for plausibility [D]; the whole spread of the shown heart rate and cuff pressure stays CLINICAL.md §6.3's.
"""

import math
from random import Random

WAVE_HZ = (0.085, 0.115)  # Mayer waves, about 10 s
WAVE_SD_MMHG = 1.5  # of the systolic pressure [D]
DIASTOLIC_SHARE = 0.6  # of what happens to the systolic pressure [D]
PERFUSION_EXPONENT = 3.0  # the perfusion index falls with pressure: two thirds of it leave a third [D]
REFLEX_DELAY_S, REFLEX_TAU_S = 1.0, 3.0  # [D]
REFLEX_FALL_SHARE, REFLEX_RISE_SHARE = 0.2, 0.5  # of the resting rate: the reflex saturates [D]


def reflex_gain(age: int) -> float:
    """Beats a minute for each mmHg against its direction; falls with age [D]: 0.8 at 30 years, 0.5 at 60."""
    return min(0.9, max(0.3, 1.1 - 0.01 * age))


def breath_in_pulse(age: int) -> float:
    """Beats a minute by which a breath raises and lowers the shown heart rate; falls with age [D]: 1.1 at 60 years."""
    return min(1.6, max(0.7, 1.9 - 0.013 * age))


class Circulation:
    """One patient's waves, reflex and sinus arrhythmia."""

    def __init__(self, rng: Random, age: int, resting_hr: float) -> None:
        self._resting_hr = resting_hr
        self._waves = tuple((math.tau * rng.uniform(*WAVE_HZ), rng.uniform(0, math.tau)) for _ in range(2))
        self._breath = rng.uniform(0, math.tau)  # where in a breath the patient is
        self._gain, self._depth = reflex_gain(age), breath_in_pulse(age)
        self._at_s: float | None = None
        self._answer = 0.0

    def wave_at(self, t_s: float) -> float:
        """What the waves add to the systolic pressure, in mmHg."""
        (one, one_at), (other, other_at) = self._waves
        return WAVE_SD_MMHG * (math.sin(one * t_s + one_at) + math.sin(other * t_s + other_at))

    def heart_shift(self, t_s: float, pressure_change_mmhg: float, breaths_per_min: float) -> float:
        """What reflex and breath add to the heart rate at `t_s`, in beats a minute.

        `pressure_change_mmhg` is how far the systolic pressure was from the usual `REFLEX_DELAY_S` before, waves apart.
        """
        passed_s = 0.0 if self._at_s is None else t_s - self._at_s
        self._at_s = t_s
        asked = -self._gain * (pressure_change_mmhg + self.wave_at(t_s - REFLEX_DELAY_S))
        asked = min(REFLEX_RISE_SHARE * self._resting_hr, max(-REFLEX_FALL_SHARE * self._resting_hr, asked))
        self._answer += (asked - self._answer) * -math.expm1(-passed_s / REFLEX_TAU_S)
        if breaths_per_min <= 0:
            return self._answer
        self._breath = (self._breath + math.tau * breaths_per_min / 60 * passed_s) % math.tau
        return self._answer + self._depth * math.sin(self._breath)
