"""What the events before the start take: order, weight, screening, preparation, review. Law: one model an event.

Units: mg, kg, minutes, mL/h; which numbers are accepted is the policy's to say.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from monitor.web.api.event_body import DoseEvent, EventBody
from monitor.web.fields import Body, Line, RowId, Secret, Word, Words
from monitor.web.signer import SignerName


class OrderedAmount(Body):
    """Exactly one of the three amounts, for the minutes given."""

    dose_mg_per_kg: Annotated[float | None, Field(description="mg/kg, over the minutes")] = None
    rate_mg_per_kg_h: Annotated[float | None, Field(description="mg/kg/h, for the minutes")] = None
    rate_mcg_per_kg_min: Annotated[float | None, Field(description="µg/kg/min, for the minutes")] = None
    over_min: float

    @model_validator(mode="after")
    def _one_amount(self) -> "OrderedAmount":
        amounts = (self.dose_mg_per_kg, self.rate_mg_per_kg_h, self.rate_mcg_per_kg_min)
        if sum(amount is not None for amount in amounts) != 1:
            raise ValueError("exactly one of dose_mg_per_kg, rate_mg_per_kg_h and rate_mcg_per_kg_min is needed")
        return self


class OrderedInfusion(OrderedAmount):
    """An infusion as it is ordered."""

    concentration_mg_per_ml: float
    bolus_mg_per_kg: Annotated[float | None, Field(description="given at once, beside the infusion")] = None
    bag_ml: Annotated[float | None, Field(description="volume prepared; without it what was ordered")] = None


class Order(DoseEvent, OrderedInfusion):
    """A physician's order, signed with a password (`name` when a program carries it)."""

    event: Literal["record_order"]
    name: SignerName | None = None
    password: Secret


class OrderAdoption(DoseEvent, OrderedInfusion):
    """The order of the session's series, taken over as it was read: it must be the one that stands."""

    event: Literal["adopt_order"]
    series_order: RowId


class OrderChange(DoseEvent, OrderedAmount):
    """Another order while the drug runs or is held, signed with a password (`name` when a program carries it).

    It is for the whole infusion, what was given included; bag and first bolus stay as they were ordered. The rate does
    not change by itself.
    """

    event: Literal["change_order"]
    name: SignerName | None = None
    password: Secret


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
