"""What is known of a patient: every revision of who they are, the clinic's own profile, and two entries made one."""

from datetime import date
from functools import partial
from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.errors import Conflict, Refused
from monitor.recorder.patient_record import CorrectPatient, MergePatients
from monitor.security.roles import Action
from monitor.store import audit
from monitor.store.queries.patients import newest_revisions, patient, patient_revisions
from monitor.store.queries.profiles import Profile, profiles_of
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import AuditEntry, PatientRow
from monitor.store.series import ProfileRow, insert_profile
from monitor.web.api.patients import PatientAnswer, require_possible
from monitor.web.api.profile_bodies import Known, profile_row
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, RequestId, RowId, Time, Words
from monitor.web.here import actor, request_of, services

blueprint = Blueprint("patient_record", __name__)
Version = Annotated[int, Field(ge=0)]


class PatientRevisionAnswer(PatientAnswer):
    """What a patient was called from a time on; their number is the version a correction must have seen."""

    at: Time
    by: str
    reason: str


class Correction(Body):
    """What is wrong of who a patient is, as it should read; what is not given stays."""

    request_id: RequestId
    expected_version: Version
    hospital_id: Annotated[Line, Field(max_length=64)] | None = None
    family_name: Line | None = None
    given_name: Line | None = None
    birth_date: date | None = None
    sex: Literal["female", "male", "other", "unknown"] | None = None
    reason: Annotated[Words, Field(max_length=1000)]


class ProfileAnswer(Answer):
    """What the clinic itself knows; empty texts and nulls are not known. `version` counts the entries."""

    version: int
    diagnosis: str
    pain_description: str
    pain_mechanism: str
    treatments_so_far: str
    contact_name: str
    contact_phone: str
    oncologist: str
    oncologist_contact: str
    ecog: int | None
    language: str | None
    at: Time | None
    by: str


class NewProfile(Known):
    """What is known now; it stands beside what was written before."""

    request_id: RequestId
    expected_version: Version


class Merge(Body):
    """Another entry of the same person, named by two identifiers: its hospital number and its family name."""

    request_id: RequestId
    duplicate_id: RowId | None = None
    hospital_id: Annotated[Line, Field(max_length=64)]
    family_name: Line
    reason: Annotated[Words, Field(max_length=1000)]
    knows_both_run: bool = False


@blueprint.get("/patients/<int:patient_id>/revisions")
@allowed(Action.VIEW_PATIENTS, answer=list[PatientRevisionAnswer])
def list_revisions(patient_id: int) -> list[PatientRevisionAnswer]:
    """Everything a patient was ever called, oldest first; as many as the version."""
    services().read(patient, patient_id)
    return [
        PatientRevisionAnswer.model_validate(
            {name: getattr(one, name) for name in PatientRevisionAnswer.model_fields if name != "id"}
            | {"id": one.patient_id}
        )
        for one in services().read(patient_revisions, patient_id)
    ]


@blueprint.post("/patients/<int:patient_id>/revisions")
@allowed(Action.EDIT_PATIENTS, body=Correction, answer=PatientAnswer, status=201)
def correct_patient(patient_id: int, body: Correction) -> PatientAnswer:
    """Correct who a patient is, with a reason; what was written before stays beside it."""
    now, who, stands = services().now(), actor(), services().read(patient, patient_id)
    require_possible(body.birth_date, now)
    row = PatientRow(
        body.hospital_id or stands.hospital_id,
        body.family_name or stands.family_name,
        body.given_name or stands.given_name,
        body.birth_date or stands.birth_date,
        body.sex or stands.sex,
        now,
        who.person_id,
        who.name,
        body.reason,
    )
    request = _request(body)
    act = CorrectPatient(patient_id, body.expected_version, row, who, request)
    return PatientAnswer.model_validate(services().recorder.change_patient(act))


@blueprint.post("/patients/<int:patient_id>/merge")
@allowed(Action.MERGE_PATIENTS, body=Merge, answer=PatientAnswer)
def merge_patients(patient_id: int, body: Merge) -> PatientAnswer:
    """Make a duplicate mean this patient; there is no way back but the hospital's own correction."""
    duplicate_id = body.duplicate_id or _of_number(body.hospital_id)
    act = MergePatients(
        patient_id, duplicate_id, body.hospital_id, body.family_name, body.reason, body.knows_both_run, actor(),
        _request(body),
    )  # fmt: skip
    return PatientAnswer.model_validate(services().recorder.change_patient(act))


def _of_number(hospital_id: str) -> int:
    """The entry that has this hospital number now."""
    found = services().read(newest_revisions, [hospital_id])
    if not found:
        raise Refused("Nobody has this hospital number.", ("hospital_id",))
    return found[0].patient_id


@blueprint.get("/patients/<int:patient_id>/profile")
@allowed(Action.VIEW_PATIENTS, answer=ProfileAnswer)
def get_profile(patient_id: int) -> ProfileAnswer:
    """What the clinic itself knows of a patient."""
    return told_profile(services().read(profiles_of, patient_id))


@blueprint.post("/patients/<int:patient_id>/profile")
@allowed(Action.CHART, body=NewProfile, answer=ProfileAnswer, status=201)
def write_profile(patient_id: int, body: NewProfile) -> ProfileAnswer:
    """Write what is known now; whoever did not see the newest entry is refused."""
    who, now = actor(), services().now()
    row = profile_row(body, patient_id, now, who)
    act = partial(_write, row=row, expected_version=body.expected_version, request=_request(body))
    services().recorder.transact(act)
    return told_profile(services().read(profiles_of, patient_id))


def told_profile(written: list[Profile]) -> ProfileAnswer:
    """The newest entry as the page and the API tell it; an empty one when nobody wrote anything."""
    newest = written[-1] if written else Profile()
    fields = {name: getattr(newest, name) for name in ProfileAnswer.model_fields if name != "version"}
    return ProfileAnswer.model_validate({**fields, "version": len(written)})


def _write(connection: Connection, row: ProfileRow, expected_version: int, request: Request) -> None:
    if made_for(connection, request) is not None:
        return
    version = len(profiles_of(connection, row.patient_id))
    if version != expected_version:
        raise Conflict("Somebody else wrote about this patient first; look again.", {"version": version})
    remember(connection, request, insert_profile(connection, row))
    entry = AuditEntry(row.at, row.by, "patient.profile", f"patient {row.patient_id}", row.person_id)
    audit.append(connection, entry)


def _request(body: Correction | Merge | NewProfile) -> Request:
    made = request_of(body.request_id, body)
    if made is None:
        raise Refused("A request id is needed.", ("request_id",))
    return made
