"""Who a patient is, corrected by staff, and two entries of one person made one.

Laws
1. Nothing is overwritten: a correction is a revision with its reason, a merge makes two numbers mean one person.
2. Whoever merges has named the duplicate by two identifiers, and knows when a session runs under both. There is no
   button that takes a merge back.
3. The ward follows what is stored: running sessions match messages by the new number at once.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from monitor.clinical.dosing.allergies import Allergies
from monitor.clinical.session import LIVE_STATES
from monitor.errors import Conflict, Refused
from monitor.recorder.acts import Actor
from monitor.recorder.admitting import tell_admissions
from monitor.recorder.turn import Turn
from monitor.store.audit import append
from monitor.store.merging import insert_merge
from monitor.store.patients import revise_patient
from monitor.store.queries.allergies import allergies_of
from monitor.store.queries.merges import survivor_of
from monitor.store.queries.patients import Patient, patient, patient_revisions, same_person
from monitor.store.queries.sessions import sessions
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import Act, AuditEntry, PatientRow
from monitor.store.texts import plain
from monitor.ward.restore import label
from monitor.ward.ward import Ward


@dataclass(frozen=True, slots=True)
class CorrectPatient:
    """The particulars as they should read; `expected_version` counts the revisions the person saw."""

    patient_id: int
    expected_version: int
    row: PatientRow
    person: Actor
    request: Request


@dataclass(frozen=True, slots=True)
class MergePatients:
    """`duplicate_id` is entered twice and means `patient_id` from now on; named by its number and family name."""

    patient_id: int
    duplicate_id: int
    hospital_id: str
    family_name: str
    reason: str
    knows_both_run: bool
    person: Actor
    request: Request


@dataclass(frozen=True, slots=True)
class PatientChanged:
    """Who the patient is now, under which ids, with which allergies; `merged` is the number that means them too."""

    patient: Patient
    ids: frozenset[int]
    allergies: Allergies
    merged: str | None = None


def store_change(act: CorrectPatient | MergePatients, turn: Turn) -> Act:
    """The stored act; raises NotFound, Refused, Conflict."""

    def store(connection: Connection) -> PatientChanged:
        again = made_for(connection, act.request) is not None
        if isinstance(act, CorrectPatient):
            if not again:
                _correct(connection, act, turn)
            return _stands(connection, act.patient_id, None)
        merged = patient(connection, act.duplicate_id).hospital_id
        if not again:
            _merge(connection, act, merged, turn)
        return _stands(connection, act.patient_id, merged)

    return store


def patient_changed(ward: Ward, answer: object, turn: Turn) -> Patient:
    """Every session of this person shows and matches them as they are now."""
    if not isinstance(answer, PatientChanged):
        raise TypeError(f"not a stored change: {answer!r}")
    shown = label(answer.patient)
    if answer.merged is not None:
        ward.merged[answer.merged] = shown.hospital_id
        ward.hospital.merge()
    for live in ward.sessions().values():
        if live.patient.id in answer.ids:
            if live.patient.id == shown.id:
                live.patient = replace(shown, id=live.patient.id)
            live.allergies = answer.allergies
            chair = ward.chair(live.chair_id)
            turn.sessions[live.id] = (chair, live)
            turn.changed[chair.id] = chair
    ward.hospital.know(shown)
    tell_admissions(ward, turn)
    return answer.patient


def _stands(connection: Connection, patient_id: int, merged: str | None) -> PatientChanged:
    ids = frozenset(same_person(connection, patient_id))
    return PatientChanged(patient(connection, patient_id), ids, allergies_of(connection, patient_id), merged)


def _correct(connection: Connection, act: CorrectPatient, turn: Turn) -> None:
    version = len(patient_revisions(connection, act.patient_id))
    before = patient(connection, act.patient_id)
    if version != act.expected_version:
        raise Conflict("Somebody else corrected this patient first; look at them again.", {"version": version})
    names = ("hospital_id", "family_name", "given_name", "birth_date", "sex")
    changed = [name for name in names if getattr(before, name) != getattr(act.row, name)]
    if not changed:
        raise Refused("Nothing is different; change what is wrong.", ("particulars",))
    if survivor_of(connection, before.hospital_id) != before.hospital_id:
        raise Refused("This entry was merged into another; correct that one.", ("survivor",))
    revise_patient(connection, act.patient_id, act.row)
    remember(connection, act.request, act.patient_id)
    _note(connection, act.person, "patient_corrected", act.patient_id, {"changed": changed}, turn)


def _merge(connection: Connection, act: MergePatients, merged: str, turn: Turn) -> None:
    survivor, duplicate = patient(connection, act.patient_id), patient(connection, act.duplicate_id)
    if plain(act.hospital_id) != plain(merged) or plain(act.family_name) != plain(duplicate.family_name):
        raise Refused(
            "Hospital number and family name do not both belong to the duplicate; read them from its page.",
            ("hospital_id", "family_name"),
        )
    if not act.knows_both_run and _runs(connection, act.patient_id) and _runs(connection, act.duplicate_id):
        raise Refused(
            "A session is running under each of the two: make sure at the chairs that they are one, then say so.",
            ("knows_both_run",),
        )
    number = act.request.request_id
    if not insert_merge(connection, merged, survivor.hospital_id, turn.now, "staff", number):
        raise Conflict("These two are one person in the record already.", {"patient_id": survivor.id})
    remember(connection, act.request, act.patient_id)
    facts: dict[str, object] = {"duplicate": act.duplicate_id, "reason": act.reason}
    _note(connection, act.person, "patient_merged", act.patient_id, facts, turn)


def _runs(connection: Connection, patient_id: int) -> bool:
    live = [state.value for state in LIVE_STATES]
    return bool(sessions(connection, states=live, patient_id=patient_id, limit=1))


def _note(
    connection: Connection, person: Actor, action: str, patient_id: int, facts: dict[str, object], turn: Turn
) -> None:
    entry = AuditEntry(turn.now, person.name, action, f"patient {patient_id}", person.person_id, facts)
    append(connection, entry)
