"""What each session event takes. Law: one model an event, and together all events of the table in clinical/session.py.

Bounds here only keep nonsense out (a slipped decimal point, a negative rate); what is right for a patient is for the
policy and the people. Units: mg, kg, minutes, mL/h.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from monitor.web.fields import Body, Line, RequestId, Words

Rate = Annotated[float, Field(gt=0, le=1200, description="mL/h")]


class EventBody(Body):
    """What every event carries; `at` is given when it happened earlier."""

    request_id: RequestId
    expected_version: Annotated[int, Field(ge=0)]
    at: AwareDatetime | None = None
    reason: Annotated[Words, Field(max_length=1000)] | None = None


class PlainEvent(EventBody):
    """An event that needs nothing more, or only a reason."""

    event: Literal[
        "check_in",
        "cancel",
        "hold",
        "end_infusion",
        "leave_against_advice",
        "transfer",
        "pause_monitoring",
        "resume_monitoring",
        "pause_audio",
        "resume_audio",
        "end_monitoring",
        "confirm_consent",
        "second_check",
        "physician_clearance",
        "capture_baseline",
        "discharge",
    ]


class RateEvent(EventBody):
    """The pump runs at this rate from now on."""

    event: Literal["start", "change_rate", "resume"]
    rate_ml_per_h: Rate


class Bolus(EventBody):
    """A dose given at once."""

    event: Literal["give_bolus"]
    dose_mg: Annotated[float, Field(gt=0, le=500)]


class Order(EventBody):
    """A physician's order."""

    event: Literal["record_order"]
    dose_mg_per_kg: Annotated[float, Field(gt=0, le=10)]
    over_min: Annotated[float, Field(gt=0, le=1440)]
    concentration_mg_per_ml: Annotated[float, Field(gt=0, le=100)]


class Weight(EventBody):
    """The weight the dose is computed with."""

    event: Literal["record_weight"]
    weight_kg: Annotated[float, Field(ge=2, le=400)]


class Note(EventBody):
    """Something somebody saw or did."""

    event: Literal["note", "addendum"]
    text: Words


class Symptom(EventBody):
    """A symptom with its CTCAE grade; 0 means it is gone."""

    event: Literal["symptom"]
    symptom: Annotated[Line, Field(max_length=64)]
    grade: Annotated[int, Field(ge=0, le=5)]


class LevelLimits(Body):
    """Limits by priority, in the vital's unit; a level that is not named keeps its limit."""

    low: float | None = None
    medium: float | None = None
    high: float | None = None


class ChangeLimits(EventBody):
    """Limits of one alarm rule for this patient, within the policy's bounds; or `reset` back to the policy's."""

    event: Literal["change_limits"]
    rule: Annotated[Line, Field(max_length=64)]
    limits: LevelLimits | None = None
    reset: bool = False


AnyEvent = Annotated[
    PlainEvent | RateEvent | Bolus | ChangeLimits | Order | Weight | Note | Symptom,
    Field(discriminator="event"),
]
ANY_EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
_COMMON = {"request_id", "expected_version", "at", "reason", "event"}


def details_of(body: EventBody) -> dict[str, object]:
    """What the event carries beside what all carry."""
    if isinstance(body, ChangeLimits):
        return body.model_dump(exclude=_COMMON, exclude_none=True)
    return body.model_dump(exclude=_COMMON)
