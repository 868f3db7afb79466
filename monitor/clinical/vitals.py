"""The words for vital signs, their canonical units and what is physiologically plausible.

Law: one word, one vital, one unit; every other room speaks of vitals by these words.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise


class Vital(StrEnum):
    """A quantity a bedside monitor or a pump reports; the value is its word in the store and in the API."""

    HR = "hr"
    PR = "pr"
    SPO2 = "spo2"
    RR = "rr"
    NIBP_SYS = "nibp_sys"
    NIBP_DIA = "nibp_dia"
    NIBP_MEAN = "nibp_mean"
    ABP_SYS = "abp_sys"
    ABP_DIA = "abp_dia"
    ABP_MEAN = "abp_mean"
    TEMP = "temp"
    ETCO2 = "etco2"
    FICO2 = "fico2"
    PI = "pi"
    PUMP_RATE = "pump_rate"
    PUMP_VOLUME = "pump_volume"
    PUMP_DOSE = "pump_dose"
    PUMP_CONCENTRATION = "pump_concentration"
    PUMP_REMAINING = "pump_remaining"


class Cadence(StrEnum):
    """How a vital is measured, which decides what silence means."""

    CONTINUOUS = "continuous"  # a new value every source interval; silence is a technical alarm
    EPISODIC = "episodic"  # measured on a schedule or on demand; silence is normal until the next one is due
    PUMP = "pump"  # reported by an infusion pump


class Quality(StrEnum):
    """What a stored value may be used for."""

    ACCEPTED = "accepted"
    QUESTIONABLE = "questionable"  # evidence of an artefact: shown and judged, used for no baseline, no discharge
    IMPLAUSIBLE = "implausible"  # stored, shown and alarmed; used for no baseline, score or discharge (INTEROP rule 8)


class Doubt(StrEnum):
    """Evidence that a value is an artefact (monitor/clinical/quality.py)."""

    SOURCE = "source"  # the monitor itself marks it questionable
    STEP = "step"  # a change no physiology makes
    PULSE = "pulse"  # pulse rate and heart rate disagree
    CUFF = "cuff"  # a cuff inflates on the limb of the probe
    PERFUSION = "perfusion"  # the perfusion index is low


@dataclass(frozen=True, slots=True)
class VitalKind:
    """What is true of every reading of one vital: UCUM unit, plausible range (None: no bound known), cadence."""

    unit: str
    plausible_low: float | None
    plausible_high: float | None
    cadence: Cadence


# Plausible ranges: CLINICAL.md §2.5 [D]; FiCO2 as EtCO2, PI and pump values bounded only by being non-negative.
KINDS: dict[Vital, VitalKind] = {
    Vital.HR: VitalKind("/min", 20, 300, Cadence.CONTINUOUS),
    Vital.PR: VitalKind("/min", 20, 300, Cadence.CONTINUOUS),
    Vital.SPO2: VitalKind("%", 40, 100, Cadence.CONTINUOUS),
    Vital.RR: VitalKind("/min", 0, 80, Cadence.CONTINUOUS),
    Vital.NIBP_SYS: VitalKind("mm[Hg]", 40, 300, Cadence.EPISODIC),
    Vital.NIBP_DIA: VitalKind("mm[Hg]", 20, 200, Cadence.EPISODIC),
    Vital.NIBP_MEAN: VitalKind("mm[Hg]", 25, 250, Cadence.EPISODIC),
    Vital.ABP_SYS: VitalKind("mm[Hg]", 40, 300, Cadence.CONTINUOUS),
    Vital.ABP_DIA: VitalKind("mm[Hg]", 20, 200, Cadence.CONTINUOUS),
    Vital.ABP_MEAN: VitalKind("mm[Hg]", 25, 250, Cadence.CONTINUOUS),
    Vital.TEMP: VitalKind("Cel", 25, 45, Cadence.EPISODIC),
    Vital.ETCO2: VitalKind("mm[Hg]", 0, 150, Cadence.CONTINUOUS),
    Vital.FICO2: VitalKind("mm[Hg]", 0, 150, Cadence.CONTINUOUS),
    Vital.PI: VitalKind("%", 0, None, Cadence.CONTINUOUS),
    Vital.PUMP_RATE: VitalKind("mL/h", 0, None, Cadence.PUMP),
    Vital.PUMP_VOLUME: VitalKind("mL", 0, None, Cadence.PUMP),
    Vital.PUMP_DOSE: VitalKind("mg", 0, None, Cadence.PUMP),
    Vital.PUMP_CONCENTRATION: VitalKind("mg/mL", 0, None, Cadence.PUMP),
    Vital.PUMP_REMAINING: VitalKind("mL", 0, None, Cadence.PUMP),
}

CONTINUOUS = frozenset(vital for vital, kind in KINDS.items() if kind.cadence is Cadence.CONTINUOUS)
PUMP = frozenset(vital for vital, kind in KINDS.items() if kind.cadence is Cadence.PUMP)
NIBP = (Vital.NIBP_SYS, Vital.NIBP_DIA, Vital.NIBP_MEAN)
ABP = (Vital.ABP_SYS, Vital.ABP_DIA, Vital.ABP_MEAN)


@dataclass(frozen=True, slots=True)
class Reading:
    """One value in the vital's canonical unit, at the device's own time (`timed` is False when it sent none)."""

    vital: Vital
    value: float
    measured_at: datetime
    sub_id: str = ""
    quality: Quality = Quality.ACCEPTED
    timed: bool = True
    doubts: tuple[Doubt, ...] = ()  # why it is QUESTIONABLE

    @property
    def unit(self) -> str:
        """The canonical UCUM unit of this vital."""
        return KINDS[self.vital].unit


def is_plausible(vital: Vital, value: float) -> bool:
    """Whether a finite value lies inside the vital's plausible range, bounds included (CLINICAL.md §2.5)."""
    kind = KINDS[vital]
    return (kind.plausible_low is None or value >= kind.plausible_low) and (
        kind.plausible_high is None or value <= kind.plausible_high
    )


def is_plausible_pressure(systolic: float | None, diastolic: float | None, mean: float | None) -> bool:
    """Whether systolic > mean > diastolic holds among the values present (CLINICAL.md §2.5)."""
    present = [value for value in (systolic, mean, diastolic) if value is not None]
    return all(upper > lower for upper, lower in pairwise(present))
