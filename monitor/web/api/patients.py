"""Patients: find and add."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal

from flask import Blueprint, Response, after_this_request
from pydantic import Field

from monitor.clinical.dosing.allergies import Said
from monitor.errors import Refused
from monitor.recorder.acts import Actor
from monitor.recorder.registering import Register, register
from monitor.security.roles import Action
from monitor.store.allergies import AllergyRow
from monitor.store.queries import patient, patients
from monitor.store.queries.patients import count_patients
from monitor.store.rows import PatientRow
from monitor.web.api.profile_bodies import Known, profile_row
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, Query, RequestId
from monitor.web.here import actor, request_of, services

blueprint = Blueprint("patients", __name__)
_OLDEST_YEARS = 130
LONGEST_SEARCH, MOST_FOUND = 200, 50


class PatientAnswer(Answer):
    """A patient as last corrected."""

    id: int
    hospital_id: str
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str | None


class FirstAllergy(Body):
    """What a patient says they are allergic to."""

    substance: Annotated[Line, Field(max_length=200)]
    reaction: Annotated[Line, Field(max_length=200)] | None = None


class NewPatient(Body):
    """A patient to add; `is_somebody_else` once a person looked at those of a like name born on the same day.

    What is known of them may come along, stored with them or not at all; no `allergies` means that nobody asked, an
    empty list that none are known.
    """

    request_id: RequestId | None = None
    hospital_id: Annotated[Line, Field(max_length=64)]
    family_name: Line
    given_name: Line
    birth_date: date | None = None
    sex: Literal["female", "male", "other", "unknown"] | None = None
    is_somebody_else: bool = False
    profile: Known | None = None
    allergies: Annotated[list[FirstAllergy], Field(max_length=20)] | None = None


class Search(Query):
    """Patients whose hospital id, names or date of birth begin with these words; `offset` leaves so many out."""

    query: Annotated[str, Field(max_length=LONGEST_SEARCH)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = MOST_FOUND
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0


@blueprint.get("/patients")
@allowed(Action.VIEW_PATIENTS, query=Search, answer=list[PatientAnswer])
def list_patients(query: Search) -> list[PatientAnswer]:
    """Find patients, by name; `X-Total-Count` says how many there are beyond this page."""
    total = services().read(count_patients, query.query)
    after_this_request(partial(_with_total, total=total))
    found = services().read(patients, query.query, limit=query.limit, offset=query.offset)
    return [PatientAnswer.model_validate(one) for one in found]


def _with_total(response: Response, total: int) -> Response:
    response.headers["X-Total-Count"] = str(total)
    return response


@blueprint.get("/patients/<int:patient_id>")
@allowed(Action.VIEW_PATIENTS, answer=PatientAnswer)
def get_patient(patient_id: int) -> PatientAnswer:
    """One patient."""
    return PatientAnswer.model_validate(services().read(patient, patient_id))


@blueprint.post("/patients")
@allowed(Action.EDIT_PATIENTS, body=NewPatient, answer=PatientAnswer, status=201)
def add_patient(body: NewPatient) -> PatientAnswer:
    """Add a patient; the same hospital id with the same particulars is the same patient."""
    who, now = actor(), services().now()
    require_possible(body.birth_date, now)
    row = PatientRow(body.hospital_id, body.family_name, body.given_name, body.birth_date, body.sex, now, who.person_id)
    act = Register(
        row,
        who,
        request_of(body.request_id, body),
        body.is_somebody_else,
        None if body.profile is None else profile_row(body.profile, 0, now, who),
        _first_allergies(body.allergies, now, who),
    )
    return PatientAnswer.model_validate(services().recorder.transact(partial(register, act=act)))


def _first_allergies(told: list[FirstAllergy] | None, at: datetime, who: Actor) -> tuple[AllergyRow, ...]:
    if told is None:
        return ()
    said = [(Said.ALLERGY, one.substance, one.reaction or "") for one in told] or [(Said.NONE_KNOWN, "", "")]
    return tuple(AllergyRow(0, *each, "", "", None, "", at, who.person_id, who.name) for each in said)


def require_possible(birth_date: date | None, now: datetime) -> None:
    """Pass, or raise Refused for a date nobody alive was born on."""
    if birth_date is not None and not (birth_date <= now.date() and now.year - birth_date.year <= _OLDEST_YEARS):
        raise Refused("The date of birth is not possible.", ("birth_date",))
