"""Patients: find and add."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal

from flask import Blueprint, Response, after_this_request
from pydantic import Field
from sqlalchemy import Connection

from monitor.errors import Conflict, Refused
from monitor.security.roles import Action
from monitor.store import audit
from monitor.store.patients import insert_patient
from monitor.store.queries import Patient, patient, patient_by_hospital_id, patients
from monitor.store.queries.patients import born_on, count_patients
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import AuditEntry, PatientRow
from monitor.store.texts import alike
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
    """A patient to add; `is_somebody_else` once a person looked at those of a like name born on the same day."""

    request_id: RequestId | None = None
    hospital_id: Annotated[Line, Field(max_length=64)]
    family_name: Line
    given_name: Line
    birth_date: date | None = None
    sex: Literal["female", "male", "other", "unknown"] | None = None
    is_somebody_else: bool = False


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
    now = services().now()
    require_possible(body.birth_date, now)
    row = PatientRow(
        body.hospital_id, body.family_name, body.given_name, body.birth_date, body.sex, now, me().person_id
    )
    request, known = request_of(body.request_id, body), body.is_somebody_else
    add = partial(_add, row=row, actor=me().printed_name, request=request, is_somebody_else=known)
    return PatientAnswer.model_validate(services().recorder.transact(add))


def require_possible(birth_date: date | None, now: datetime) -> None:
    """Pass, or raise Refused for a date nobody alive was born on."""
    if birth_date is not None and not (birth_date <= now.date() and now.year - birth_date.year <= _OLDEST_YEARS):
        raise Refused("The date of birth is not possible.", ("birth_date",))


def _add(
    connection: Connection, row: PatientRow, actor: str, request: Request | None, *, is_somebody_else: bool
) -> Patient:
    before = made_for(connection, request)
    if before is not None:
        return patient(connection, before)
    known = patient_by_hospital_id(connection, row.hospital_id)
    if known is not None and _same(known, row):
        remember(connection, request, known.id)
        return known  # asked again after an answer that was lost
    if not is_somebody_else and known is None:
        _refuse_a_likely_duplicate(connection, row)
    patient_id = insert_patient(connection, row)
    remember(connection, request, patient_id)
    audit.append(connection, AuditEntry(row.at, actor, "patient_added", f"patient {patient_id}", row.person_id))
    return patient(connection, patient_id)


def _refuse_a_likely_duplicate(connection: Connection, row: PatientRow) -> None:
    born = [] if row.birth_date is None else born_on(connection, row.birth_date)
    name = f"{row.family_name} {row.given_name}"
    like = [one for one in born if alike(f"{one.family_name} {one.given_name}", name)]
    if like:
        named = ", ".join(f"{one.family_name}, {one.given_name} ({one.hospital_id})" for one in like)
        raise Conflict(
            f"Born on the same day and of a like name: {named}. Look whether it is the same person; "
            "if it is somebody else, say so and send it again.",
            {"possible_duplicates": [{"id": one.id, "hospital_id": one.hospital_id} for one in like]},
        )


def _same(known: Patient, row: PatientRow) -> bool:
    wanted = (row.hospital_id, row.family_name, row.given_name, row.birth_date, row.sex)
    return (known.hospital_id, known.family_name, known.given_name, known.birth_date, known.sex) == wanted
