"""An order in one of its three forms, and what it comes to. Law: exact conversions; what was ordered stays as ordered.

Source: CLINICAL.md §1.1 "Unit conversions".
"""

from dataclasses import dataclass
from enum import StrEnum

from monitor.errors import Refused


class OrderRefused(Refused):
    """An order that cannot be computed."""

    code = "order_refused"


class OrderForm(StrEnum):
    """How the amount is written; the value is the name of the field that carries it."""

    MG_PER_KG = "dose_mg_per_kg"  # so much over the minutes ordered
    MG_PER_KG_H = "rate_mg_per_kg_h"  # at this rate for the minutes ordered
    MCG_PER_KG_MIN = "rate_mcg_per_kg_min"


@dataclass(frozen=True, slots=True)
class Ordered:
    """An infusion as ordered; `bolus_mg_per_kg` comes on top of it, `bag_ml` is what was prepared (None: unsaid)."""

    form: OrderForm
    amount: float
    over_min: float
    concentration_mg_per_ml: float
    bolus_mg_per_kg: float = 0.0
    bag_ml: float | None = None

    @property
    def mg_per_kg_h(self) -> float:
        """The rate, whatever it was written in."""
        if self.form is OrderForm.MG_PER_KG:
            return self.amount * 60 / self.over_min
        return self.amount if self.form is OrderForm.MG_PER_KG_H else mg_per_kg_h(self.amount)

    @property
    def dose_mg_per_kg(self) -> float:
        """The dose of the infusion, without the bolus."""
        if self.form is OrderForm.MG_PER_KG:
            return self.amount
        if self.form is OrderForm.MG_PER_KG_H:
            return self.amount * self.over_min / 60
        return self.amount * self.over_min / 1000

    @property
    def total_mg_per_kg(self) -> float:
        """Infusion and bolus."""
        return self.dose_mg_per_kg + self.bolus_mg_per_kg


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """What an order means in the pump's words; `rate_ml_per_h` is the infusion's, totals include the bolus."""

    total_mg: float
    bolus_mg: float
    volume_ml: float
    rate_ml_per_h: float
    mg_per_kg_h: float
    mcg_per_kg_min: float


def order_figures(ordered: Ordered, weight_kg: float) -> OrderFigures:
    """Total mg, mL and mL/h of an order for this weight; raises OrderRefused unless every figure is above 0."""
    named = {
        "weight_kg": weight_kg,
        ordered.form.value: ordered.amount,
        "over_min": ordered.over_min,
        "concentration_mg_per_ml": ordered.concentration_mg_per_ml,
    }
    wrong = tuple(name for name, value in named.items() if not 0 < value < float("inf"))
    if wrong:
        raise OrderRefused(f"{wrong[0]} is {named[wrong[0]]:g} and must be more than 0.", wrong)
    total_mg = weight_kg * ordered.total_mg_per_kg
    return OrderFigures(
        total_mg=total_mg,
        bolus_mg=weight_kg * ordered.bolus_mg_per_kg,
        volume_ml=total_mg / ordered.concentration_mg_per_ml,
        rate_ml_per_h=ordered.mg_per_kg_h * weight_kg / ordered.concentration_mg_per_ml,
        mg_per_kg_h=ordered.mg_per_kg_h,
        mcg_per_kg_min=mcg_per_kg_min(ordered.mg_per_kg_h),
    )


def mcg_per_kg_min(mg_per_kg_h: float) -> float:
    """1 mg/kg/h = 16.667 µg/kg/min."""
    return mg_per_kg_h * 1000 / 60


def mg_per_kg_h(mcg_per_kg_min: float) -> float:
    """1 µg/kg/min = 0.06 mg/kg/h."""
    return mcg_per_kg_min * 60 / 1000
