"""Why bytes that came in were charted or not, in words: of a refused or unassigned message, or of text handed in.

Law: what is explained is read again as the receiver reads it now and changes nothing; no part of it is in an address.
"""

from datetime import datetime
from typing import Annotated

from flask import Blueprint
from pydantic import StringConstraints

from monitor.errors import NotFound
from monitor.security.roles import Action
from monitor.store.queries import quarantined, unassigned_message
from monitor.web.api.quarantine import note_reading
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body
from monitor.web.here import services

blueprint = Blueprint("explanations", __name__)
MOST_EXPLAINED = 32768


class RowExplanation(Answer):
    """One OBX: `segment` counts from 1 (MSH); `verdict` is charted, alarm, keep_alive, device, text or why not."""

    segment: int
    code: str
    name: str
    value: str
    unit: str
    verdict: str
    words: str


class Whose(Answer):
    """Who sent it and about whom, as the message says."""

    source: str
    device: str | None
    bed: str | None
    patient_id: str | None
    words: str


class When(Answer):
    """When it was measured, and the field that says so ("" when none does)."""

    measured_at: str | None
    field: str
    words: str


class ExplanationAnswer(Answer):
    """One message or refused fragment; the lists hold sentences."""

    summary: str
    control_id: str | None
    type: str | None
    answer: str | None
    answer_words: str
    whose: Whose
    time: When
    rows: list[RowExplanation]
    device_alarms: list[str]
    pump: list[str]
    equipment: list[str]
    admission: list[str]
    notes: list[str]


class ExplainBody(Body):
    """One message, a batch or several, as text; line ends of any kind."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MOST_EXPLAINED)]


@blueprint.get("/quarantine/<int:quarantine_id>/explanation")
@allowed(Action.VIEW_QUARANTINE, answer=list[ExplanationAnswer])
def explain_quarantined(quarantine_id: int) -> list[ExplanationAnswer]:
    """Why a refused message was refused, and what it would be read as now."""
    found = services().read(quarantined, quarantine_id)
    if found is None:
        raise NotFound("There is no such refused message.")
    note_reading(f"quarantine {quarantine_id}", [quarantine_id])
    return _explained(found.raw, found.received_at)


@blueprint.get("/unassigned/<int:unassigned_id>/explanation")
@allowed(Action.VIEW_UNASSIGNED, answer=list[ExplanationAnswer])
def explain_unassigned(unassigned_id: int) -> list[ExplanationAnswer]:
    """What an unassigned message says, and whether its bed or device is bound now."""
    found = services().read(unassigned_message, unassigned_id)
    if found is None:
        raise NotFound("There is no such unassigned message.")
    return _explained(found.raw, found.received_at)


@blueprint.post("/intake/explain")
@allowed(Action.VIEW_QUARANTINE, body=ExplainBody, answer=list[ExplanationAnswer])
def explain_text(body: ExplainBody) -> list[ExplanationAnswer]:
    """What the receiver would make of this text; nothing is recorded."""
    return _explained(body.text.encode("utf-8", "surrogatepass"), services().now())


def _explained(raw: bytes, received_at: datetime) -> list[ExplanationAnswer]:
    return [ExplanationAnswer.model_validate(one) for one in services().explain(raw, received_at)]
