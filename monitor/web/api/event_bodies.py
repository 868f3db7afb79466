"""What each session event takes. Law: one model an event, and together all events of the table in clinical/session.py.

Here a number is only a number; which ones are accepted is the policy's to say, in a sentence that names the field, the
value and the range. Units: mg, kg, minutes, mL/h.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter, model_validator

from monitor.web.fields import Body, Line, RequestId, RowId, Secret, Word, Words
from monitor.web.signer import SignerName

Rate = Annotated[float, Field(description="mL/h")]
DoseUnit = Literal["mg", "ug", "g", "mL", "L/min"]
Route = Literal["iv", "po", "sl", "im", "sc", "in", "inh", "td", "pr"]


class SecondPerson(Body):
    """Who saw it too: a colleague's own name and password, checked here and never kept."""

    name: Annotated[Line, Field(max_length=64)]
    password: Secret


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


class DoseEvent(EventBody):
    """What may cross a guard rail of the policy: then a second person is asked for."""

    second_person: SecondPerson | None = None


class RateEvent(DoseEvent):
    """The pump runs at this rate from now on."""

    event: Literal["start", "change_rate", "resume"]
    rate_ml_per_h: Rate


class Bolus(DoseEvent):
    """A dose given at once."""

    event: Literal["give_bolus"]
    dose_mg: float


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


class WasteEvent(DoseEvent):
    """Drug thrown away before a witness, who is the second person."""

    event: Literal["record_waste"]
    waste_mg: float


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


class PatientConfirmation(EventBody):
    """The session is right although the hospital says otherwise of the bed; `said` as the session shows it."""

    event: Literal["confirm_patient"]
    said: RowId


class PreparationBody(EventBody):
    """Entries of the preparation."""

    event: Literal["record_preparation"]
    items: PreparationItems


class GateReview(EventBody):
    """A physician has seen a finding of the vital gate (or a RASS before discharge) at this value."""

    event: Literal["acknowledge_gate"]
    finding: Word
    value: Annotated[float, Field(ge=-10, le=500)]


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


Marked = Literal[
    "hr",
    "pr",
    "spo2",
    "rr",
    "nibp_sys",
    "nibp_dia",
    "nibp_mean",
    "abp_sys",
    "abp_dia",
    "abp_mean",
    "temp",
    "etco2",
    "fico2",
    "pi",
]


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


class _Instead(Body):
    """What really happened; `at` when it did (default: as the wrong entry said), `reason` where a rail asks for one."""

    at: AwareDatetime | None = None
    reason: Annotated[Words, Field(max_length=1000)] | None = None


class SymptomInstead(_Instead):
    """Of a symptom."""

    symptom: Annotated[Line, Field(max_length=64)]
    grade: Annotated[int, Field(ge=0, le=5)]


class NoteInstead(_Instead):
    """Of a note."""

    text: Words


class MedicationInstead(_Instead):
    """Of a drug given beside the infusion."""

    drug: Annotated[Line, Field(max_length=64)]
    dose: Annotated[float, Field(gt=0, le=10000)]
    unit: DoseUnit
    route: Route


class BolusInstead(_Instead):
    """Of a bolus."""

    dose_mg: float


class MarkInstead(_Instead):
    """Of values marked as artefact."""

    vital: Marked
    from_at: AwareDatetime
    to_at: AwareDatetime


class WasteInstead(_Instead):
    """Of a waste; its correction has a witness of its own, the second person."""

    waste_mg: float


class RateInstead(_Instead):
    """Of a start, a change of rate or a resume; only a change of rate may have another time, between its neighbours."""

    rate_ml_per_h: Rate


class Correction(DoseEvent):
    """An earlier entry was wrong; without `instead` it never happened. The `reason` is required; nothing is erased.

    `corrects` is the version (its `id` in the session's events) of the entry, or of its newest correction.
    """

    event: Literal["correct_entry"]
    corrects: RowId
    instead: (
        SymptomInstead
        | NoteInstead
        | MedicationInstead
        | BolusInstead
        | WasteInstead
        | RateInstead
        | MarkInstead
        | None
    ) = None


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
    | RateEvent
    | Bolus
    | Order
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
    | Symptom,
    Field(discriminator="event"),
]
ANY_EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
_COMMON = {"request_id", "expected_version", "at", "reason", "event", "second_person"}


def details_of(body: EventBody) -> dict[str, object]:
    """What the event carries beside what all carry."""
    signers_own = {"name", "password"} if isinstance(body, Addendum) else set()
    return body.model_dump(mode="json", exclude=_COMMON | signers_own, exclude_none=True)


def second_of(body: EventBody) -> SecondPerson | None:
    """Who saw it too, where the event has room for one."""
    return body.second_person if isinstance(body, DoseEvent) else None
