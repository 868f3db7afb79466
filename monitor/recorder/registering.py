"""A patient put on the clinic's list: who they are and, where it is told at once, what is known of them.

Laws
1. All of it is stored in one transaction or nothing: no patient stands there without what was typed beside their name.
2. The same hospital number with the same particulars is the same patient; whoever is likely another entry of somebody
   known is named before a second entry is made.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from monitor.clinical.dosing.allergies import check_statement
from monitor.errors import Conflict
from monitor.recorder.acts import Actor
from monitor.security.roles import Action, require
from monitor.store.allergies import AllergyRow, insert_allergy
from monitor.store.audit import append
from monitor.store.patients import insert_patient
from monitor.store.queries.allergies import allergies_of
from monitor.store.queries.patients import Patient, born_on, patient, patient_by_hospital_id
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import AuditEntry, PatientRow
from monitor.store.series import ProfileRow, insert_profile
from monitor.store.texts import alike


@dataclass(frozen=True, slots=True)
class Register:
    """A patient to add; `profile` and `allergies` get their `patient_id` when it is known."""

    row: PatientRow
    person: Actor
    request: Request | None
    is_somebody_else: bool
    profile: ProfileRow | None = None
    allergies: tuple[AllergyRow, ...] = ()


def register(connection: Connection, act: Register) -> Patient:
    """The patient as stored; raises Conflict, Refused, NotAllowed."""
    before = made_for(connection, act.request)
    if before is not None:
        return patient(connection, before)
    known = patient_by_hospital_id(connection, act.row.hospital_id)
    if known is not None and _same(known, act.row):
        return _known(connection, known, act)
    if not act.is_somebody_else and known is None:
        _refuse_a_likely_duplicate(connection, act.row)
    patient_id = insert_patient(connection, act.row)
    remember(connection, act.request, patient_id)
    _note(connection, act, "patient_added", patient_id, {})
    _write_profile(connection, act, patient_id)
    _state_allergies(connection, act, patient_id)
    return patient(connection, patient_id)


def _known(connection: Connection, known: Patient, act: Register) -> Patient:
    """Asked again after an answer that was lost, by a form that said no more than who it is."""
    if act.profile is not None or act.allergies:
        raise Conflict(
            "This patient is in the record already. What is known of them was not recorded again: "
            "look at their page and write there what is missing.",
            {"patient_id": known.id},
        )
    remember(connection, act.request, known.id)
    return known


def _write_profile(connection: Connection, act: Register, patient_id: int) -> None:
    if act.profile is None:
        return
    require(act.person, Action.CHART)
    insert_profile(connection, replace(act.profile, patient_id=patient_id))
    _note(connection, act, "patient.profile", patient_id, {})


def _state_allergies(connection: Connection, act: Register, patient_id: int) -> None:
    for row in act.allergies:
        require(act.person, Action.CHART)
        standing = allergies_of(connection, patient_id)
        check_statement(standing, row.said, row.substance, row.withdraws, row.reason)
        made = insert_allergy(connection, replace(row, patient_id=patient_id))
        _note(connection, act, "patient.allergy", patient_id, {"statement": made, "said": row.said.value})


def _note(connection: Connection, act: Register, action: str, patient_id: int, facts: dict[str, object]) -> None:
    person = act.person
    entry = AuditEntry(act.row.at, person.name, action, f"patient {patient_id}", person.person_id, facts)
    append(connection, entry)


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
