"""What follows when breath fails: carbon dioxide gathers, saturation falls late, and both come back.

Law: told of every moment in the order of time; while a patient breathes as usual nothing departs from the usual.
CLINICAL.md has no numbers for this; those marked [M] are textbook physiology from memory, [D] invented beside them.
"""

import math
from collections import deque

CO2_GATHERS_MMHG_PER_MIN = 3.5  # [M] 3 to 4 without breath; with the balance below, half-times of 16 and 4 min [M]
FIRST_RISE_MMHG, FIRST_RISE_TAU_S = 6.0, 20.0  # [M] alveolar gas meets mixed venous: the first minute brings 8 to 12
DRIVE_PER_MMHG, DRIVE_FROM_MMHG = 0.3, 2.0  # [D] breaths a minute for each mmHg of CO2 above the usual
DEPTH_PER_MMHG = 0.2  # [D] a patient who breathes freely also breathes deeper by this share for each mmHg
SHALLOW_EXPONENT = 0.5  # [D] fast breaths are shallow: twice the rate is 1.4 times the ventilation
RESERVE_S = 20.0  # [D] so long what is in the lungs keeps saturation
LOSS_PER_S2, LOSS_PER_S = 0.0075, 0.4  # [D] then % for each second squared, until it falls by 24 % a minute
REFILL_S = 8.0  # [D] a few breaths fill the lungs again
LOSS_PER_MMHG2, LOSS_FROM_MMHG = 0.015, 5.0  # [D] alveolar gas equation on air: CO2 takes the place of oxygen
MOST_LOST_PERCENT = 60.0
LUNG_TO_FINGER_S = 20.0  # [M] the blood's way to the finger, 15 to 30 s
AVERAGING_S = 4.0  # [D] an oximeter that averages over 8 s (CLINICAL.md §2.2)


def lost_in_lungs_percent(held_s: float, co2_above_mmhg: float) -> float:
    """How much saturation leaves the lungs less, after so long without breath and with so much CO2 above the usual."""
    beyond_s = max(0.0, held_s - RESERVE_S)
    bend_s = LOSS_PER_S / (2 * LOSS_PER_S2)
    curved_s = min(beyond_s, bend_s)
    lost = LOSS_PER_S2 * curved_s**2 + LOSS_PER_S * (beyond_s - curved_s)
    lost += LOSS_PER_MMHG2 * max(0.0, co2_above_mmhg - LOSS_FROM_MMHG) ** 2
    return min(MOST_LOST_PERCENT, lost)


class Lungs:
    """One patient's gas exchange, as what departs from the usual."""

    def __init__(self) -> None:
        self._at_s: float | None = None
        self._held_s = self._stored_mmhg = self._first_mmhg = self._lost_at_finger = 0.0
        self._on_the_way: deque[tuple[float, float]] = deque()

    @property
    def co2_above_mmhg(self) -> float:
        """How far a breath now would show EtCO2 above the usual (below it after fast breathing)."""
        return self._stored_mmhg + self._first_mmhg

    @property
    def saturation_lost_percent(self) -> float:
        """How far SpO2 at the finger lies below the usual."""
        return self._lost_at_finger

    @property
    def drive_per_min(self) -> float:
        """Breaths a minute that the gathered CO2 adds."""
        return DRIVE_PER_MMHG * max(0.0, self.co2_above_mmhg - DRIVE_FROM_MMHG)

    def advance(self, t_s: float, share: float, usual_co2_mmhg: float) -> None:
        """Come to `t_s` having breathed `share` times the usual rate (0: not at all)."""
        passed_s = 0.0 if self._at_s is None else t_s - self._at_s
        self._at_s = t_s
        if share == 1.0 and self._settled():
            return
        self._gather(passed_s, self._ventilation(share), usual_co2_mmhg)
        self._on_the_way.append((t_s, lost_in_lungs_percent(self._held_s, self._stored_mmhg)))
        arrived = 0.0
        while self._on_the_way[0][0] < t_s - LUNG_TO_FINGER_S:
            arrived = self._on_the_way.popleft()[1]
        self._lost_at_finger += (arrived - self._lost_at_finger) * -math.expm1(-passed_s / AVERAGING_S)

    def _ventilation(self, share: float) -> float:
        if share < 1:
            return share  # who is kept from breathing does not breathe deeper either
        return float(share**SHALLOW_EXPONENT) * (1 + DEPTH_PER_MMHG * max(0.0, self._stored_mmhg))

    def _gather(self, passed_s: float, ventilation: float, usual_mmhg: float) -> None:
        gained_mmhg = CO2_GATHERS_MMHG_PER_MIN * passed_s / 60
        first = -math.expm1(-passed_s / FIRST_RISE_TAU_S)
        if ventilation == 0:
            self._held_s += passed_s
            self._stored_mmhg += gained_mmhg
            self._first_mmhg += (FIRST_RISE_MMHG - self._first_mmhg) * first
            return
        self._held_s *= math.exp(-passed_s * ventilation / REFILL_S)
        self._first_mmhg -= self._first_mmhg * first
        level_mmhg = usual_mmhg * (1 / ventilation - 1)  # production and elimination are in balance there
        self._stored_mmhg += (level_mmhg - self._stored_mmhg) * -math.expm1(-gained_mmhg * ventilation / usual_mmhg)

    def _settled(self) -> bool:
        if max(abs(self._stored_mmhg), self._first_mmhg, self._held_s, self._lost_at_finger) > 0.05:
            return False
        if any(lost for _, lost in self._on_the_way):
            return False
        self._held_s = self._stored_mmhg = self._first_mmhg = self._lost_at_finger = 0.0
        self._on_the_way.clear()
        return True
