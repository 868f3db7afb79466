"""What a model predicts of ketamine in plasma and at its effect site. Law: a prediction, never a measurement.

A mammillary model (a central volume, one or two peripheral compartments) with an effect site is linear, so the answer
to one milligram is a sum of exponentials and the answer to a whole session is a sum of shifted answers: nothing is
integrated step by step, and any moment may be asked in any order.

Units: minutes, mg, litres a kg; concentrations come out in ng/mL. Parameter sets: CLINICAL.md §6.1.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

NG_PER_MG_AND_ML_PER_L = 1000.0  # mg/L = µg/mL = 1000 ng/mL
_LONGEST_MIN = 7 * 24 * 60.0

Terms = tuple[tuple[float, float], ...]
"""(share in kg/L, rate in 1/min) of each exponential of the answer to one mg at once."""


@dataclass(frozen=True)
class PkModel:
    """One published parameter set; `peripheral` holds (rate out of, rate back into the central volume), 1/min."""

    name: str
    title: str
    v1_l_per_kg: float
    k10: float
    peripheral: tuple[tuple[float, float], ...]
    ke0: float

    @property
    def clearance_ml_per_kg_min(self) -> float:
        """CL, mL/min/kg."""
        return self.v1_l_per_kg * self.k10 * 1000

    @property
    def vss_l_per_kg(self) -> float:
        """Volume of distribution at steady state, L/kg."""
        return self.v1_l_per_kg * (1 + sum(out / back for out, back in self.peripheral))

    @property
    def half_lives_min(self) -> tuple[float, ...]:
        """Of each exponential of the plasma curve, fastest first."""
        return tuple(math.log(2) / rate for rate in reversed(self.rates))

    @cached_property
    def rates(self) -> tuple[float, ...]:
        """The rate constants of the plasma curve, slowest first.

        They are the roots of k10 + Σ out·x/(x − back)… = x, one below each return rate and one above them all.
        """
        edges = [0.0, *sorted(back for _, back in self.peripheral)]
        edges.append(self.k10 + sum(out + back for out, back in self.peripheral))
        return tuple(_root(self._characteristic, low, high) for low, high in pairwise(edges))

    def _characteristic(self, rate: float) -> float:
        """Zero at each rate of the plasma curve; falls from its right side of a return rate to the left of the next."""
        return self.k10 - rate + sum(out * rate / (rate - back) for out, back in self.peripheral) if rate else self.k10

    @cached_property
    def plasma(self) -> Terms:
        """The plasma's answer to one mg per kg at once: Π(back − rate) / Π(other rates − rate) / V1 for each rate."""
        terms = []
        for rate in self.rates:
            share = 1 / self.v1_l_per_kg
            for _, back in self.peripheral:
                share *= back - rate
            for other in self.rates:
                share /= other - rate if other != rate else 1.0
            terms.append((share, rate))
        return tuple(terms)

    @cached_property
    def effect_site(self) -> Terms:
        """The same as the effect site sees it, which follows plasma with ke0."""
        ke0 = self.ke0
        while any(abs(ke0 - rate) < rate * 1e-7 for rate in self.rates):
            ke0 *= 1 + 1e-6  # equal rates have another closed form; a millionth beside them the difference is none
        terms = [(ke0 * share / (ke0 - rate), rate) for share, rate in self.plasma]
        return (*terms, (-sum(share for share, _ in terms), ke0))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function crosses zero between two points, neither of which is asked itself."""
    while low < (middle := (low + high) / 2) < high:  # to the last bit of a float
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return middle


@dataclass(frozen=True, slots=True)
class Doses:
    """What was given, per kg: `rates` are (from minute, mg/kg/min) in order of time, `boluses` (minute, mg/kg)."""

    rates: Sequence[tuple[float, float]] = ()
    boluses: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class Predicted:
    """Concentrations at one moment, ng/mL; predicted, not measured."""

    minute: float
    plasma_ng_ml: float
    effect_site_ng_ml: float


def predict(model: PkModel, doses: Doses, minute: float) -> Predicted:
    """The concentrations at this minute; what is given later does not count."""
    return Predicted(minute, _sum(model.plasma, doses, minute), _sum(model.effect_site, doses, minute))


def _sum(terms: Terms, doses: Doses, minute: float) -> float:
    total, rate_before = 0.0, 0.0
    for from_min, rate in doses.rates:
        if (ran_min := minute - from_min) <= 0:
            break
        change, rate_before = rate - rate_before, rate
        total += change * sum(share / decay * -math.expm1(-decay * ran_min) for share, decay in terms)
    for at_min, mg_per_kg in doses.boluses:
        if minute >= at_min:
            total += mg_per_kg * sum(share * math.exp(-decay * (minute - at_min)) for share, decay in terms)
    return max(total, 0.0) * NG_PER_MG_AND_ML_PER_L


def below_from_min(model: PkModel, doses: Doses, threshold_ng_ml: float, from_min: float) -> float | None:
    """From which minute on the effect site stays below the threshold, nothing more being given.

    Not before `from_min`; None when the last rate still runs, or when it takes more than a week.
    """
    if doses.rates and doses.rates[-1][1] > 0:
        return None
    last_min = max([at for at, _ in (*doses.rates, *doses.boluses)], default=from_min)
    from_min = max(from_min, last_min)

    def stays_below(minute: float) -> bool:
        # After the last dose the effect site rises once at most, towards plasma, which only falls.
        now = predict(model, doses, minute)
        return now.effect_site_ng_ml < threshold_ng_ml and (
            now.plasma_ng_ml <= now.effect_site_ng_ml or now.plasma_ng_ml < threshold_ng_ml
        )

    if stays_below(from_min):
        return from_min
    step = 1.0
    while not stays_below(from_min + step):
        step *= 2
        if step > _LONGEST_MIN:
            return None
    low, high = from_min, from_min + step
    while high - low > 1 / 60:
        middle = (low + high) / 2
        low, high = (low, middle) if stays_below(middle) else (middle, high)
    return high
