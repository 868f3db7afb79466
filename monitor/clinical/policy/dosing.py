"""The part of a policy about doses. Law: plain numbers in mg, kg, mL, minutes and hours, each from the policy file."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included, in `unit`."""

    low: float
    high: float
    unit: str

    def holds(self, value: float) -> bool:
        """Whether the value lies inside; NaN lies nowhere."""
        return self.low <= value <= self.high

    @property
    def words(self) -> str:
        """“35 to 180 kg”."""
        return f"{self.low:g} to {self.high:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Guideline:
    """What a guideline says of a whole infusion; shown beside an order, it blocks nothing."""

    rate: Range
    total_mg: float  # at least
    longer_than_min: float
    bolus_mg_per_kg: float  # at most


@dataclass(frozen=True, slots=True)
class Typical:
    """What this clinic usually gives: only to recognise ten times as much and a tenth of it."""

    dose_mg_per_kg: float
    rate_mg_per_kg_h: float
    concentration_mg_per_ml: float


@dataclass(frozen=True, slots=True)
class PumpPolicy:
    """How far the pump's own numbers may differ from the record before it is said.

    `check_percent`: from the order at the second check; `start_percent`: the rate somebody starts with from the order.
    """

    tolerance_ml: float
    percent: float
    rate_percent: float
    check_percent: float
    start_percent: float
    rate_grace_s: float


@dataclass(frozen=True, slots=True)
class DosingPolicy:
    """Guard rails, bounds and references of a dose (CLINICAL.md §1.1, §1.2).

    `bounds` refuse outright, `usual` ask for a reason; both by the name of the field that carries the value.
    """

    rate_mg_per_kg_h: float  # the three hard rails
    bolus_mg_per_kg: float
    total_mg_per_kg: float
    rate_step_factor: float
    start_differs_percent: float
    weight_change_percent: float
    like_percent: float  # within so much of ten times, a tenth or another field's value: taken for it
    guideline: Guideline
    bounds: Mapping[str, Range]
    usual: Mapping[str, Range]
    typical: Typical
    pump: PumpPolicy
