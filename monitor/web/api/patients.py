"""Patients: find and add."""

from datetime import date
from functools import partial
from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.errors import Refused
from monitor.security.roles import Action
from monitor.store import audit
from monitor.store.patients import insert_patient
from monitor.store.queries import Patient, patient, patient_by_hospital_id, patients
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import AuditEntry, PatientRow
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, Query, RequestId
from monitor.web.here import me, request_of, services

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


class NewPatient(Body):
    """A patient to add."""

    request_id: RequestId | None = None
    hospital_id: Annotated[Line, Field(max_length=64)]
    family_name: Line
    given_name: Line
    birth_date: date | None = None
    sex: Literal["female", "male", "other", "unknown"] | None = None


class Search(Query):
    """Patients whose hospital id or name begins with these words."""

    query: Annotated[str, Field(max_length=LONGEST_SEARCH)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = MOST_FOUND


@blueprint.get("/patients")
@allowed(Action.VIEW_PATIENTS, query=Search, answer=list[PatientAnswer])
def list_patients(query: Search) -> list[PatientAnswer]:
    """Find patients."""
    return [PatientAnswer.model_validate(one) for one in services().read(patients, query.query, limit=query.limit)]


@blueprint.get("/patients/<int:patient_id>")
@allowed(Action.VIEW_PATIENTS, answer=PatientAnswer)
def get_patient(patient_id: int) -> PatientAnswer:
    """One patient."""
    return PatientAnswer.model_validate(services().read(patient, patient_id))


@blueprint.post("/patients")
@allowed(Action.EDIT_PATIENTS, body=NewPatient, answer=PatientAnswer, status=201)
def add_patient(body: NewPatient) -> PatientAnswer:
    """Add a patient; the same hospital id with the same particulars is the same patient."""
    now = services().now()
    if body.birth_date is not None and not 0 <= now.year - body.birth_date.year <= _OLDEST_YEARS:
        raise Refused("The date of birth is not possible.", ("birth_date",))
    row = PatientRow(
        body.hospital_id, body.family_name, body.given_name, body.birth_date, body.sex, now, me().person_id
    )
    add = partial(_add, row=row, actor=me().printed_name, request=request_of(body.request_id, body))
    return PatientAnswer.model_validate(services().recorder.transact(add))


def _add(connection: Connection, row: PatientRow, actor: str, request: Request | None) -> Patient:
    before = made_for(connection, request)
    if before is not None:
        return patient(connection, before)
    known = patient_by_hospital_id(connection, row.hospital_id)
    if known is not None and _same(known, row):
        remember(connection, request, known.id)
        return known  # asked again after an answer that was lost
    patient_id = insert_patient(connection, row)
    remember(connection, request, patient_id)
    audit.append(connection, AuditEntry(row.at, actor, "patient_added", f"patient {patient_id}", row.person_id))
    return patient(connection, patient_id)


def _same(known: Patient, row: PatientRow) -> bool:
    wanted = (row.hospital_id, row.family_name, row.given_name, row.birth_date, row.sex)
    return (known.hospital_id, known.family_name, known.given_name, known.birth_date, known.sex) == wanted
