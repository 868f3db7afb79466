"""Who lies in the simulated chair: sex, age, weight, resting vitals and how strongly ketamine acts.

Law: a patient is drawn once, from one seeded generator, and never changes.
"""

import math
from dataclasses import dataclass, replace
from random import Random

from simulators.pharmacokinetics import DOMINO, CompartmentModel

HYPERTENSIVE_SHARE = 0.36  # of the treated patients (CLINICAL.md §6.3, S13)
SENSITIVITY_SIGMA = 0.6
SENSITIVE_FACTOR = 1.5  # if hypertensive or at least 50 years old (CLINICAL.md §6.3)
CV_CLEARANCE, CV_VOLUME, CV_KE0 = 0.25, 0.30, 0.40  # CLINICAL.md §6.1, recommendation


@dataclass(frozen=True, slots=True)
class Patient:
    """One simulated person; pressures in mmHg, rates per minute, temperature in °C, SpO2 and perfusion index in %."""

    sex: str
    age: int
    weight_kg: float
    hypertensive: bool
    hr: float
    sys: float
    dia: float
    rr: float
    spo2: float
    etco2: float
    temp: float
    pi: float
    sensitivity: float = 1.0
    clearance_factor: float = 1.0
    volume_factor: float = 1.0
    ke0_factor: float = 1.0

    @property
    def model(self) -> CompartmentModel:
        """Domino's compartments, with this person's volume and clearance."""
        return replace(
            DOMINO,
            v1_l_per_kg=DOMINO.v1_l_per_kg * self.volume_factor,
            k10=DOMINO.k10 * self.clearance_factor / self.volume_factor,
        )


def _within(rng: Random, mean: float, sd: float, low: float, high: float) -> float:
    return min(high, max(low, rng.gauss(mean, sd)))


def lognormal_mean_one(rng: Random, sigma: float) -> float:
    """A positive factor whose mean is 1."""
    return rng.lognormvariate(-sigma * sigma / 2, sigma)


def sensitivity(rng: Random, *, hypertensive: bool, age: int) -> float:
    """How strongly blood pressure and heart rate answer: mean 1, σ 0.6, stronger in hypertension or from 50 years."""
    factor = lognormal_mean_one(rng, SENSITIVITY_SIGMA)
    return factor * SENSITIVE_FACTOR if hypertensive or age >= 50 else factor


def resting_pressure(rng: Random, *, hypertensive: bool) -> tuple[float, float]:
    """Systolic and diastolic at rest: 122±12/76±8, in hypertension 140±12/84±8 (CLINICAL.md §6.3), unbounded."""
    if hypertensive:
        return rng.gauss(140, 12), rng.gauss(84, 8)
    return rng.gauss(122, 12), rng.gauss(76, 8)


def _demographics(rng: Random) -> tuple[str, int, float]:
    sex = rng.choice(("F", "M"))
    age = round(_within(rng, 57, 13, 19, 88))
    weight_kg = round(_within(rng, 70 if sex == "F" else 82, 14, 42, 140), 1)
    return sex, age, weight_kg


def typical(rng: Random) -> Patient:
    """A person without surprises: normotensive, middling sensitivity, every resting vital well inside usual limits."""
    sex, age, weight_kg = _demographics(rng)
    return Patient(
        sex=sex,
        age=age,
        weight_kg=weight_kg,
        hypertensive=False,
        hr=_within(rng, 72, 4, 66, 80),
        sys=_within(rng, 121, 4, 114, 128),
        dia=_within(rng, 75, 3, 70, 80),
        rr=_within(rng, 15, 0.8, 14, 16.5),
        spo2=_within(rng, 97.4, 0.5, 96.6, 98.4),
        etco2=_within(rng, 37, 1, 35.5, 39),
        temp=_within(rng, 36.7, 0.15, 36.4, 37.1),
        pi=_within(rng, 3.5, 1.2, 1.2, 7.0),
    )


def drawn(rng: Random) -> Patient:
    """A person as the population has them (CLINICAL.md §6.3): more than a third hypertensive, most over 50."""
    sex, age, weight_kg = _demographics(rng)
    hypertensive = rng.random() < HYPERTENSIVE_SHARE
    sys, dia = resting_pressure(rng, hypertensive=hypertensive)
    sys = min(176.0, max(96.0, sys))
    return replace(
        typical(rng),
        sex=sex,
        age=age,
        weight_kg=weight_kg,
        hypertensive=hypertensive,
        hr=_within(rng, 74, 10, 52, 104),
        sys=sys,
        dia=min(sys - 20, max(52.0, dia)),
        rr=_within(rng, 15, 2, 11, 20),
        spo2=_within(rng, 97, 1.2, 93.5, 99.5),
        etco2=_within(rng, 37, 2.5, 32, 43),
        sensitivity=sensitivity(rng, hypertensive=hypertensive, age=age),
        clearance_factor=lognormal_mean_one(rng, math.sqrt(math.log1p(CV_CLEARANCE**2))),
        volume_factor=lognormal_mean_one(rng, math.sqrt(math.log1p(CV_VOLUME**2))),
        ke0_factor=lognormal_mean_one(rng, math.sqrt(math.log1p(CV_KE0**2))),
    )
