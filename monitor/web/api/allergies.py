"""A patient's allergies: what stands, everything that was ever said, and a new statement."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.clinical.dosing.allergies import Said, standing_allergies
from monitor.recorder.allergy_record import StateAllergy
from monitor.security.roles import Action
from monitor.store.queries.allergies import allergy_statements_of
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, RequestId, RowId, Time, Words
from monitor.web.here import actor, request_of, services

blueprint = Blueprint("allergies", __name__)


class AllergyStatementAnswer(Answer):
    """One statement; `withdraws` names the allergy it takes back."""

    id: int
    said: str
    substance: str
    reaction: str
    coding: str
    code: str
    withdraws: int | None
    reason: str
    at: Time
    by: str


class AllergiesAnswer(Answer):
    """What stands: `status` is listed, none_known or unknown (nobody asked); `statements` is all that was said."""

    status: str
    words: str
    listed: list[AllergyStatementAnswer]
    statements: list[AllergyStatementAnswer]


class NewAllergyStatement(Body):
    """An allergy (`substance`, coded where you can), no known allergies, or one withdrawn with its `reason`."""

    request_id: RequestId
    said: Literal["allergy", "none_known", "withdrawn"]
    substance: Annotated[Line, Field(max_length=200)] | None = None
    reaction: Annotated[Line, Field(max_length=200)] | None = None
    coding: Literal["snomed", "rxnorm", "atc", "unii"] | None = None
    code: Annotated[Line, Field(max_length=32)] | None = None
    withdraws: RowId | None = None
    reason: Annotated[Words, Field(max_length=1000)] | None = None


@blueprint.get("/patients/<int:patient_id>/allergies")
@allowed(Action.VIEW_SESSION, answer=AllergiesAnswer)
def get_allergies(patient_id: int) -> AllergiesAnswer:
    """What is known of a patient's allergies; not asked is `unknown`, never none."""
    return _told(patient_id)


@blueprint.post("/patients/<int:patient_id>/allergies")
@allowed(Action.CHART, body=NewAllergyStatement, answer=AllergiesAnswer, status=201)
def state_allergy(patient_id: int, body: NewAllergyStatement) -> AllergiesAnswer:
    """Say what a patient is allergic to, that nothing is known, or that an allergy was wrong."""
    services().recorder.state_allergy(
        StateAllergy(
            patient_id, Said(body.said), body.substance or "", body.reaction or "", body.coding or "", body.code or "",
            body.withdraws, body.reason or "", actor(), request_of(body.request_id, body),
        )
    )  # fmt: skip
    return _told(patient_id)


def told_allergies(connection: Connection, patient_id: int) -> list[AllergyStatementAnswer]:
    """Everything that was ever said of a patient's allergies, oldest first."""
    return [AllergyStatementAnswer.model_validate(one) for one in allergy_statements_of(connection, patient_id)]


def _told(patient_id: int) -> AllergiesAnswer:
    statements = services().read(allergy_statements_of, patient_id)
    stands = standing_allergies(statements)
    return AllergiesAnswer(
        status=stands.status.value,
        words=stands.words,
        listed=[AllergyStatementAnswer.model_validate(one) for one in stands.listed],
        statements=[AllergyStatementAnswer.model_validate(one) for one in statements],
    )
