"""Consultations: what a physician found and decided before a series, signed; and what a form still lacks."""

from datetime import date
from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field

from monitor.recorder.consulting import SignConsultation
from monitor.security.roles import Action
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, RequestId, RowId, Secret, Word, Words
from monitor.web.here import services
from monitor.web.services import Json
from monitor.web.signer import SignerName, signer

blueprint = Blueprint("consultations", __name__)

Note = Annotated[Words, Field(max_length=1000)]
ReasonId = Literal["persistent_pain", "neuropathic_or_sensitised", "opioid_side_effects", "medically_stable"]
ExpectationId = Literal["temporary_relief", "off_label", "side_effects", "may_not_help"]
TeamId = Literal["oncology", "palliative", "pain", "psychosocial"]


class ReasonAnswer(Body):
    """The answer to one reason for ketamine."""

    answer: Literal["yes", "no", "unknown"]
    note: Note | None = None


class RiskAnswer(Body):
    """The early answer to one item of the policy's screening."""

    answer: Literal["clear", "present", "unknown"]
    note: Note | None = None


class TeamAnswer(Body):
    """Whether a team is told; when it is, who was told what on which day."""

    told: bool
    name: Line | None = None
    what: Note | None = None
    on: date | None = None


class ConsultationForm(Body):
    """A consultation as far as it is filled in; `reason` is why it was decided so."""

    reasons: dict[ReasonId, ReasonAnswer] = Field(default_factory=dict)
    risks: Annotated[dict[Word, RiskAnswer], Field(default_factory=dict, max_length=100)]
    expectations: Annotated[
        list[ExpectationId], Field(max_length=4, default_factory=list, description="what was discussed")
    ]
    teams: dict[TeamId, TeamAnswer] = Field(default_factory=dict)
    decision: Literal["accept", "decline", "defer"] | None = None
    reason: Annotated[Words, Field(max_length=2000)] | None = None


class ConsultationToSign(ConsultationForm):
    """The same with the password of the physician who signs (`name` when a program carries it).

    `seen` is the newest consultation of the patient that they saw, null when there was none; `replaces` the one it
    corrects; `series_id` the series it is for, null before there is one.
    """

    request_id: RequestId
    seen: RowId | None = None
    replaces: RowId | None = None
    series_id: RowId | None = None
    name: SignerName | None = None
    password: Secret


class LackingAnswer(Answer):
    """One thing that is still to be filled in: where on the form, and in words."""

    id: str
    words: str


class Checked(Answer):
    """What a form lacks, and which hard stops of the screening stand in it."""

    missing: list[LackingAnswer]
    stops: list[LackingAnswer]


@blueprint.get("/patients/<int:patient_id>/consultations")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_consultations(patient_id: int) -> Json:
    """What is asked, and every consultation of a patient as it was signed, newest first, each verified now."""
    return dict(services().recorder.consultations(patient_id))


@blueprint.post("/patients/<int:patient_id>/consultations/check")
@allowed(Action.CONSULT, body=ConsultationForm, answer=Checked)
def check_consultation(patient_id: int, body: ConsultationForm) -> Checked:
    """What this form still lacks before it can be signed; nothing is kept."""
    missing, stops = services().recorder.consultation_lacks(_said(body))
    return Checked(
        missing=[LackingAnswer.model_validate(one) for one in missing],
        stops=[LackingAnswer(id=one.id, words=one.words) for one in stops],
    )


@blueprint.post("/patients/<int:patient_id>/consultations")
@allowed(Action.CONSULT, body=ConsultationToSign, answer=dict[str, object], status=201)
def sign_consultation(patient_id: int, body: ConsultationToSign) -> Json:
    """Sign a consultation; 422 names everything that is missing, 409 says that somebody signed another meanwhile."""
    who = signer(body.name, body.password, Action.CONSULT)
    said = _said(body)
    recorder = services().recorder
    number = recorder.sign_consultation(
        SignConsultation(patient_id, body.series_id, body.replaces, body.seen, said, body.request_id, who)
    )
    return {"id": number, **recorder.consultations(patient_id)}


def _said(body: ConsultationForm) -> Json:
    """The form alone, as it is signed."""
    return body.model_dump(mode="json", include=set(ConsultationForm.model_fields), exclude_none=True)
