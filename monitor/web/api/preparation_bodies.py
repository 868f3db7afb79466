"""What the events before the start take: order, weight, screening, preparation, review. Law: one model an event.

Units: mg, kg, minutes, mL/h; which numbers are accepted is the policy's to say.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from monitor.web.api.event_body import DoseEvent, EventBody
from monitor.web.fields import Body, Line, Word, Words


class Order(DoseEvent):
    """A physician's order: exactly one of the three amounts, for the minutes given."""

    event: Literal["record_order"]
    dose_mg_per_kg: Annotated[float | None, Field(description="mg/kg, over the minutes")] = None
    rate_mg_per_kg_h: Annotated[float | None, Field(description="mg/kg/h, for the minutes")] = None
    rate_mcg_per_kg_min: Annotated[float | None, Field(description="µg/kg/min, for the minutes")] = None
    over_min: float
    concentration_mg_per_ml: float
    bolus_mg_per_kg: Annotated[float | None, Field(description="given at once, beside the infusion")] = None
    bag_ml: Annotated[float | None, Field(description="volume prepared; without it what was ordered")] = None

    @model_validator(mode="after")
    def _one_amount(self) -> "Order":
        amounts = (self.dose_mg_per_kg, self.rate_mg_per_kg_h, self.rate_mcg_per_kg_min)
        if sum(amount is not None for amount in amounts) != 1:
            raise ValueError("exactly one of dose_mg_per_kg, rate_mg_per_kg_h and rate_mcg_per_kg_min is needed")
        return self


class Weight(EventBody):
    """The weight the dose is computed with."""

    event: Literal["record_weight"]
    weight_kg: float


class ScreeningAnswerBody(Body):
    """The answer to one item; an item that warns needs a note when it is not clear."""

    answer: Literal["clear", "present", "unknown"]
    note: Annotated[Words, Field(max_length=1000)] | None = None


class Screening(EventBody):
    """Answers to items of the policy's screening; those not named keep their answer."""

    event: Literal["record_screening"]
    items: Annotated[dict[Word, ScreeningAnswerBody], Field(min_length=1, max_length=100)]


class StopOverride(EventBody):
    """A physician lets one item that stops pass; the `reason` is required."""

    event: Literal["override_stop"]
    item: Word


class Confirmed(Body):
    """Something that is as it should be, or not."""

    confirmed: bool
    note: Annotated[Words, Field(max_length=1000)] | None = None


class EscortNamed(Body):
    """The adult who takes the patient home."""

    name: Line
    note: Annotated[Words, Field(max_length=1000)] | None = None


class Fasting(Body):
    """When the patient last ate, and last drank clear liquids."""

    solids_at: AwareDatetime
    clear_liquids_at: AwareDatetime
    note: Annotated[Words, Field(max_length=1000)] | None = None


class Pregnancy(Body):
    """Whether a pregnancy is possible, and the test if it is."""

    possible: bool
    test: Literal["negative", "positive", "not_done"] | None = None
    note: Annotated[Words, Field(max_length=1000)] | None = None


class IvAccess(Body):
    """Where the line is."""

    site: Line
    gauge: Annotated[int, Field(ge=10, le=30)] | None = None
    note: Annotated[Words, Field(max_length=1000)] | None = None


class DrugPrepared(Body):
    """What was drawn up; whoever sends this prepared it, and another person makes the second check."""

    lot: Line
    expires_on: date
    ndc: Line | None = None
    note: Annotated[Words, Field(max_length=1000)] | None = None


class Oxygen(Body):
    """Whether the patient breathes room air."""

    on_air: bool
    note: Annotated[Words, Field(max_length=1000)] | None = None


class PreparationItems(Body):
    """What is written down before the start; what is not named keeps its entry."""

    identity: Confirmed | None = None
    escort: EscortNamed | None = None
    fasting: Fasting | None = None
    pregnancy: Pregnancy | None = None
    iv_access: IvAccess | None = None
    drug: DrugPrepared | None = None
    oxygen: Oxygen | None = None
    rescue_ready: Confirmed | None = None
    capnography: Confirmed | None = None


class PreparationBody(EventBody):
    """Entries of the preparation."""

    event: Literal["record_preparation"]
    items: PreparationItems


class GateReview(EventBody):
    """A physician has seen a finding of the vital gate (or a RASS before discharge) at this value."""

    event: Literal["acknowledge_gate"]
    finding: Word
    value: Annotated[float, Field(ge=-10, le=500)]
