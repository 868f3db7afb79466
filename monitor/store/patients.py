"""Acts on patients: who they are, and the corrections to that.

Law: one hospital id, one patient; a correction is a new revision beside the old.
"""

from dataclasses import asdict

from sqlalchemy import Connection

from monitor.errors import Conflict
from monitor.store import schema
from monitor.store.keys import insert_row
from monitor.store.listing import list_anew
from monitor.store.queries.patients import patient, patient_by_hospital_id
from monitor.store.rows import PatientRow


def insert_patient(connection: Connection, row: PatientRow) -> int:
    """Add a patient and give back their id; raises Conflict when the hospital id is somebody's."""
    _require_free(connection, row.hospital_id, None)
    patient_id = insert_row(connection, schema.patients, {"created_at": row.at})
    insert_row(connection, schema.patient_revisions, {"patient_id": patient_id, **asdict(row)})
    list_anew(connection, row.hospital_id)
    return patient_id


def revise_patient(connection: Connection, patient_id: int, row: PatientRow) -> None:
    """Correct a patient; raises NotFound, or Conflict when the hospital id is somebody else's."""
    before = patient(connection, patient_id)
    _require_free(connection, row.hospital_id, patient_id)
    insert_row(connection, schema.patient_revisions, {"patient_id": patient_id, **asdict(row)})
    for hospital_id in {before.hospital_id, row.hospital_id}:
        list_anew(connection, hospital_id)


def _require_free(connection: Connection, hospital_id: str, mine: int | None) -> None:
    holder = patient_by_hospital_id(connection, hospital_id)
    if holder is not None and holder.id != mine:
        raise Conflict("Another patient has this hospital id", {"patient_id": holder.id})
