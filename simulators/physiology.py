"""What a simulated patient's body does: resting vitals, ketamine's effect on them, and noise.

Law: effect = Emax · sensitivity · C / (EC50 + C) with the concentration of the matching effect site (CLINICAL.md §6.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from simulators.patients import Patient
from simulators.pharmacokinetics import (
    HAEMODYNAMIC_KE0_PER_MIN,
    PLASMA_KE0_PER_MIN,
    Concentration,
    RateStep,
    effect_site,
    plasma,
)
from simulators.scenario import Infusion
from simulators.signals import Artefacts, Signal, Steady, Wander

EC50_MG_PER_L = 0.4319
EMAX_SYS, EMAX_DIA, EMAX_HR = 0.16, 0.18, 0.06  # shares of the resting value
EMAX_RR = -0.10  # respiration is often stimulated; depression only with rapid or high doses [D]
EMAX_SPO2_PERCENT = -4.0  # about -1.5 % at the end of 0.5 mg/kg over 40 min, inside "0 to -2 %" [D]
EMAX_ETCO2_MMHG = 8.0  # about +3 mmHg there, inside "+2 to +4" [D]


def response(concentration_mg_per_l: float, sensitivity: float = 1.0) -> float:
    """The share of the maximal effect reached at this effect-site concentration (more than 1 in the very sensitive)."""
    return sensitivity * concentration_mg_per_l / (EC50_MG_PER_L + concentration_mg_per_l)


class UnderKetamine:
    """A resting value that moves with the drug, by a share of itself and by a fixed amount."""

    def __init__(
        self, rest: float, site: Concentration, offset_min: float, *, share: float = 0.0, amount: float = 0.0
    ) -> None:
        self._rest, self._site, self._offset_min = rest, site, offset_min
        self._gain = rest * share + amount

    def value_at(self, t_s: float, /) -> float:
        """The value without noise at `t_s` seconds."""
        return self._rest + self._gain * response(self._site.value_at(t_s / 60 + self._offset_min))


@dataclass(frozen=True, slots=True)
class Channel:
    """One quantity of a bedside monitor: the true signal, its noise, its artefacts, its display range and rounding."""

    signal: Signal
    noise: Wander
    artefacts: Artefacts
    low: float
    high: float
    decimals: int

    def shown(self, true_value: float, t_s: float) -> float:
        """What the monitor displays for a true value at `t_s`."""
        noisy = true_value + self.noise.value_at(t_s)
        false = self.artefacts.shown_at(t_s)
        shown = noisy if false is None else false
        return round(min(self.high, max(self.low, shown)), self.decimals)


def infusion_steps(patient: Patient, infusion: Infusion) -> tuple[RateStep, RateStep]:
    """The pump's two rate steps in mg/min for this weight."""
    mg_per_min = infusion.mg_per_kg * patient.weight_kg / infusion.over_min
    return (RateStep(infusion.from_min, mg_per_min), RateStep(infusion.from_min + infusion.over_min, 0.0))


def drug_sites(
    patient: Patient, infusion: Infusion, delivered: Sequence[RateStep] | None = None
) -> tuple[Concentration, Concentration]:
    """Concentrations at the brain's and at the circulation's effect site, from what a pump delivers or as planned."""
    central = plasma(patient.model, patient.weight_kg)
    steps = infusion_steps(patient, infusion) if delivered is None else delivered
    return (
        Concentration(effect_site(central, PLASMA_KE0_PER_MIN * patient.ke0_factor), steps),
        Concentration(effect_site(central, HAEMODYNAMIC_KE0_PER_MIN), steps),
    )


# Display range, decimals, noise SD and memory (CLINICAL.md §6.3 [D]; EtCO2, FiCO2, temperature and perfusion invented
# for plausibility), and the range in which artefacts lie. The pulse rate follows the heart's own variation.
_SHAPES: dict[str, tuple[float, float, int, float, float, float, float]] = {
    # vital: low, high, decimals, noise sd, memory s, artefact low, artefact high
    "hr": (0, 300, 0, 1.75, 20, 130, 190),
    "pr": (0, 300, 0, 0.5, 5, 25, 45),
    "spo2": (0, 100, 0, 0.4, 8, 62, 89),
    "rr": (0, 80, 0, 1.0, 15, 3, 45),
    "etco2": (0, 150, 0, 0.8, 10, 5, 25),
    "fico2": (0, 150, 0, 0.1, 0, 0, 6),
    "temp": (25, 45, 1, 0.02, 60, 30, 34),
    "pi": (0.02, 20, 2, 0.15, 20, 0.05, 0.4),
    "nibp_sys": (40, 280, 0, 3.7, 0, 190, 230),
    "nibp_dia": (20, 180, 0, 2.86, 0, 95, 120),
}


def body(
    patient: Patient,
    infusion: Infusion,
    seed: str,
    *,
    offset_min: float = 0.0,
    artefacts_per_min: float = 0.0,
    delivered: Sequence[RateStep] | None = None,
) -> dict[str, Channel]:
    """Every channel of one patient; `seed` decides the noise, `offset_min` is how far the visit has come at t = 0.

    Cuff pressures carry no artefacts: a cuff measures rarely, and a false one is a scenario of its own.
    """
    brain, circulation = drug_sites(patient, infusion, delivered)
    p, s = patient, patient.sensitivity

    def moved(rest: float, site: Concentration, *, share: float = 0.0, amount: float = 0.0) -> Signal:
        return UnderKetamine(rest, site, offset_min, share=share, amount=amount)

    signals: dict[str, Signal] = {
        "hr": moved(p.hr, circulation, share=EMAX_HR * s),
        "spo2": moved(p.spo2, brain, amount=EMAX_SPO2_PERCENT),
        "rr": moved(p.rr, brain, share=EMAX_RR),
        "etco2": moved(p.etco2, brain, amount=EMAX_ETCO2_MMHG),
        "fico2": Steady(0.0),
        "temp": Steady(p.temp),
        "pi": Steady(p.pi),
        "nibp_sys": moved(p.sys, circulation, share=EMAX_SYS * s),
        "nibp_dia": moved(p.dia, circulation, share=EMAX_DIA * s),
    }
    channels = {vital: _channel(vital, signal, seed, artefacts_per_min) for vital, signal in signals.items()}
    channels["pr"] = _channel("pr", channels["hr"].signal, seed, artefacts_per_min)
    return channels


def _channel(vital: str, signal: Signal, seed: str, artefacts_per_min: float) -> Channel:
    low, high, decimals, sd, tau_s, false_low, false_high = _SHAPES[vital]
    per_min = 0.0 if vital.startswith("nibp") else artefacts_per_min
    noise = Wander(Random(f"{seed}/{vital}/noise"), sd, tau_s)  # nosec B311 # the same again by its seed
    artefacts = Artefacts(Random(f"{seed}/{vital}/artefact"), per_min, false_low, false_high)  # nosec B311 # as above
    return Channel(signal, noise, artefacts, low, high, decimals)
