"""What a correction says instead of an earlier entry. Law: the bounds of the entry it corrects; nothing is erased."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from monitor.web.api.event_body import DoseEvent, DoseUnit, Marked, Rate, Route
from monitor.web.api.leaving_bodies import Acted, AdverseGrade, Described, Related, SeriousBy, Term
from monitor.web.fields import Body, Line, RowId, Words


class _Instead(Body):
    """What really happened; `at` when it did (default: as the wrong entry said), `reason` where a rail asks for one."""

    at: AwareDatetime | None = None
    reason: Annotated[Words, Field(max_length=1000)] | None = None


class SymptomInstead(_Instead):
    """Of a symptom."""

    symptom: Annotated[Line, Field(max_length=64)]
    grade: Annotated[int, Field(ge=0, le=5)]


class AdverseEventInstead(_Instead):
    """Of an adverse event; `at` is its onset."""

    term: Term
    grade: AdverseGrade
    relation: Related
    action: Acted
    serious: SeriousBy
    description: Described


class OverInstead(_Instead):
    """Of the end of an adverse event: it was over at another time."""

    adverse_event: RowId


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
        | AdverseEventInstead
        | OverInstead
        | NoteInstead
        | MedicationInstead
        | BolusInstead
        | WasteInstead
        | RateInstead
        | MarkInstead
        | None
    ) = None
