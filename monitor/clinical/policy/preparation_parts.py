"""What a policy says about the time before the infusion, and about drugs given beside it.

Law: plain values in seconds and canonical units; where each number comes from stands in ClinicPolicy.quantities.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.clinical.policy.parts import Quantity


class ScreeningClass(StrEnum):
    """What an item that is not clear does to the start."""

    STOP = "stop"  # no start, unless a physician overrides with a reason
    WARN = "warn"  # a start with a note


class AppliesWhen(StrEnum):
    """For whom an item of the screening is asked at all."""

    ALWAYS = "always"
    PREGNANCY_POSSIBLE = "pregnancy_possible"


@dataclass(frozen=True, slots=True)
class ScreeningItem:
    """One contraindication or interaction to ask for (CLINICAL.md §1.4)."""

    id: str
    words: str
    item_class: ScreeningClass
    applies: AppliesWhen
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class VitalGatePolicy:
    """The pre-infusion gate (CLINICAL.md §2.6)."""

    acknowledge_sys_above: float
    acknowledge_dia_above: float
    hold_sys_from: float
    hold_dia_from: float
    refuse_sys_from: float
    recheck_apart_s: float
    rechecks: int
    hr_low: float
    hr_high: float
    spo2_min: float
    spo2_below_baseline: float  # so many points below the patient's own baseline
    rr_low: float
    poss_from: int
    fresh_s: float  # a cuff pressure or POSS older than this answers nothing


class PreparationItem(StrEnum):
    """What is confirmed or written down before the start, besides order, weight, consent, checks and baseline."""

    IDENTITY = "identity"  # two identifiers compared
    ESCORT = "escort"  # the adult who takes the patient home, by name
    FASTING = "fasting"
    PREGNANCY = "pregnancy"
    IV_ACCESS = "iv_access"
    DRUG = "drug"  # what was drawn up: lot and expiry; who records it prepared it
    OXYGEN = "oxygen"  # on room air or not
    RESCUE_READY = "rescue_ready"
    CAPNOGRAPHY = "capnography"  # an EtCO2 is measured


@dataclass(frozen=True, slots=True)
class PreparationPolicy:
    """Which items a start needs, and the fasting times."""

    required: frozenset[PreparationItem]
    fasting_solids_s: float
    fasting_clear_s: float


class Override(StrEnum):
    """Who may pass what the guard of a drug says, and how."""

    REASON = "reason"  # whoever gives it, who says why
    SECOND_PERSON = "second_person"  # with a reason and a second person
    PHYSICIAN = "physician"  # with a reason; a physician gives it, or is the second person


@dataclass(frozen=True, slots=True)
class MedicationRule:
    """One drug beside the infusion: its usual single dose, how it is given, and how much of it how often.

    `most` is the largest total of a session in `unit`, `apart` the least time between two doses in minutes; None where
    the policy does not say. `allergens` are words of an allergy that mean this drug, beside its own name.
    """

    id: str
    words: str
    low: float
    high: float
    unit: str
    routes: tuple[str, ...]
    rescue: bool  # blood pressure is measured more closely after it
    source: str
    mark: str
    most: Quantity | None = None
    apart: Quantity | None = None
    allergens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MedicationPolicy:
    """The drugs at hand, by name, within which time a second dose is asked about, and who may pass which guard."""

    drugs: Mapping[str, MedicationRule]
    again_within_s: float
    beyond_most: Override
    too_soon: Override
    allergy: Override
