"""What each session event takes. Law: one model an event, and together all events of the table in clinical/session.py.

Here a number is only a number; which ones are accepted is the policy's to say, in a sentence that names the field, the
value and the range. Units: mg, mL/h. Those before the start stand in preparation_bodies.py.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from monitor.web.api.correction_bodies import Correction
from monitor.web.api.event_body import DoseEvent, DoseUnit, EventBody, Marked, Rate, Route, SecondPerson
from monitor.web.api.leaving_bodies import AdverseEventOver, AdverseEventRecord, Leaving, Transfer
from monitor.web.api.preparation_bodies import (
    GateReview,
    Order,
    OrderAdoption,
    OrderChange,
    PreparationBody,
    Screening,
    StopOverride,
    Weight,
)
from monitor.web.fields import Body, Line, RowId, Secret, Words
from monitor.web.signer import SignerName


class PlainEvent(EventBody):
    """An event that needs nothing more, or only a reason."""

    event: Literal[
        "check_in",
        "cancel",
        "hold",
        "end_infusion",
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


class RateEvent(DoseEvent):
    """The pump runs at this rate from now on."""

    event: Literal["start", "change_rate", "resume"]
    rate_ml_per_h: Rate


class Bolus(DoseEvent):
    """A dose given at once."""

    event: Literal["give_bolus"]
    dose_mg: float


class WasteEvent(DoseEvent):
    """Drug thrown away before a witness, who is the second person."""

    event: Literal["record_waste"]
    waste_mg: float


class Reschedule(EventBody):
    """An appointment to another chair or time, or both; who and what is in its way is named in the refusal."""

    event: Literal["reschedule"]
    chair_id: RowId | None = None
    scheduled_for: AwareDatetime | None = None


class PatientConfirmation(EventBody):
    """The session is right although the hospital says otherwise of the bed; `said` as the session shows it."""

    event: Literal["confirm_patient"]
    said: RowId


class MedicationGiven(DoseEvent):
    """A dose given beside the infusion; what the policy's guard says of it needs a `reason`, or a second person too."""

    event: Literal["give_medication"]
    drug: Annotated[Line, Field(max_length=64)]
    dose: Annotated[float, Field(gt=0, le=10000)]
    unit: DoseUnit
    route: Route


class ArtefactMark(EventBody):
    """An alarm that is over rang for an artefact; the `reason` is required."""

    event: Literal["mark_artefact"]
    alarm_id: Annotated[Line, Field(max_length=64)]


class ValuesMark(EventBody):
    """The values of one vital from `from_at` to `to_at` (both included) are an artefact; the `reason` is required.

    They stay, drawn as marked. They help to no start, no discharge criterion and no NEWS2, and count against as before.
    """

    event: Literal["mark_values"]
    vital: Marked
    from_at: AwareDatetime
    to_at: AwareDatetime


class Note(EventBody):
    """Something somebody saw or did."""

    event: Literal["note"]
    text: Words


class Addendum(EventBody):
    """What is known later of a session that is over; signed, so with a password (`name` when a program carries it)."""

    event: Literal["addendum"]
    text: Words
    name: SignerName | None = None
    password: Secret


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
    PlainEvent
    | Reschedule
    | RateEvent
    | Bolus
    | Order
    | OrderAdoption
    | OrderChange
    | Weight
    | WasteEvent
    | ChangeLimits
    | Screening
    | StopOverride
    | PreparationBody
    | GateReview
    | MedicationGiven
    | ArtefactMark
    | ValuesMark
    | PatientConfirmation
    | Correction
    | Note
    | Addendum
    | Leaving
    | Transfer
    | AdverseEventRecord
    | AdverseEventOver
    | Symptom,
    Field(discriminator="event"),
]

ANY_EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)

SIGNED = (Addendum, Order, OrderChange, AdverseEventRecord, AdverseEventOver)  # those of adverse events once it is over
_COMMON = {"request_id", "expected_version", "at", "reason", "event", "second_person"}


def details_of(body: EventBody) -> dict[str, object]:
    """What the event carries beside what all carry."""
    signers_own = {"name", "password"} if isinstance(body, SIGNED) else set()
    return body.model_dump(mode="json", exclude=_COMMON | signers_own, exclude_none=True)


def second_of(body: EventBody) -> SecondPerson | None:
    """Who saw it too, where the event has room for one."""
    return body.second_person if isinstance(body, DoseEvent) else None
