"""Ketamine in plasma and at the effect site, in closed form.

Law: a concentration is a function of time alone: `value_at(t)` may be asked in any order and gives the same answer.
Each step of the infusion rate adds its own sum of exponentials (a linear system), so nothing is integrated numerically.
Units: minutes, milligrams, litres; a concentration is mg/L, which is the same number as µg/mL.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

PLASMA_KE0_PER_MIN = 0.652  # Domino with an assumed time to peak of 1 min (CLINICAL.md §6.1)
HAEMODYNAMIC_KE0_PER_MIN = 0.15  # blood pressure and heart rate lag behind (CLINICAL.md §6.3)

Exponentials = tuple[tuple[float, float], ...]
"""(coefficient in 1/L, rate in 1/min) of each term of the response to one milligram given at once."""


@dataclass(frozen=True, slots=True)
class CompartmentModel:
    """Three compartments: central volume in L/kg, transfer rates in 1/min."""

    v1_l_per_kg: float
    k10: float
    k12: float
    k21: float
    k13: float
    k31: float


DOMINO = CompartmentModel(0.063, 0.4381, 0.5921, 0.2470, 0.5900, 0.0146)  # CLINICAL.md §6.1, first row


@dataclass(frozen=True, slots=True)
class RateStep:
    """From this minute on the pump gives this much, until the next step."""

    from_min: float
    mg_per_min: float


def elimination_rates(model: CompartmentModel) -> tuple[float, float, float]:
    """The three hybrid rate constants in 1/min, fastest first: the roots of the model's characteristic cubic."""
    a2 = model.k10 + model.k12 + model.k13 + model.k21 + model.k31
    a1 = model.k10 * (model.k21 + model.k31) + model.k12 * model.k31 + model.k13 * model.k21 + model.k21 * model.k31
    a0 = model.k10 * model.k21 * model.k31
    # Three real positive roots always exist for a mammillary model: the trigonometric solution applies.
    p, q = a1 - a2 * a2 / 3, a2 * a1 / 3 - 2 * a2**3 / 27 - a0
    spread = 2 * math.sqrt(-p / 3)
    angle = math.acos(max(-1.0, min(1.0, 3 * q / (p * spread)))) / 3
    roots = [a2 / 3 + spread * math.cos(angle - 2 * math.pi * k / 3) for k in range(3)]
    fastest, middle, slowest = sorted(roots, reverse=True)
    return fastest, middle, slowest


def plasma(model: CompartmentModel, weight_kg: float) -> Exponentials:
    """Plasma concentration after one milligram into the central compartment."""
    rates = elimination_rates(model)
    volume_l = model.v1_l_per_kg * weight_kg
    terms = []
    for index, rate in enumerate(rates):
        one, other = (rates[k] for k in range(3) if k != index)
        share = (model.k21 - rate) * (model.k31 - rate) / ((one - rate) * (other - rate))
        terms.append((share / volume_l, rate))
    return tuple(terms)


def effect_site(central: Exponentials, ke0_per_min: float) -> Exponentials:
    """The same milligram as an effect compartment sees it, which follows plasma with rate `ke0_per_min`."""
    ke0 = ke0_per_min
    while any(abs(ke0 - rate) < 1e-9 for _, rate in central):
        ke0 *= 1 + 1e-6  # equal rates have another closed form; a millionth beside them the difference is none
    terms = [(ke0 * share / (ke0 - rate), rate) for share, rate in central]
    return (*terms, (-sum(share for share, _ in terms), ke0))


class Concentration:
    """The concentration in mg/L (µg/mL) that a course of rate steps produces."""

    def __init__(self, response: Exponentials, steps: Sequence[RateStep]) -> None:
        """`steps` in order of time, and may grow while a pump runs; before the first the rate is 0."""
        self._response, self._steps = response, steps
        self._changes: list[tuple[float, float]] = []
        self._newest = (math.nan, 0.0)  # several vitals ask for the same moment
        self._take_in()

    def _take_in(self) -> None:
        if any(later.from_min < earlier.from_min for earlier, later in pairwise(self._steps)):
            raise ValueError("rate steps must be in order of time")
        before = [0.0, *(step.mg_per_min for step in self._steps)]
        self._changes = [(step.from_min, step.mg_per_min - was) for step, was in zip(self._steps, before, strict=False)]
        self._newest = (math.nan, 0.0)

    def value_at(self, t_min: float) -> float:
        """Concentration in mg/L at minute `t_min`."""
        if len(self._steps) != len(self._changes):
            self._take_in()
        if self._newest[0] == t_min:
            return self._newest[1]
        total = 0.0
        for from_min, change in self._changes:
            running_min = t_min - from_min
            if running_min > 0:
                total += change * sum(share / rate * -math.expm1(-rate * running_min) for share, rate in self._response)
        self._newest = (t_min, max(total, 0.0))
        return self._newest[1]
