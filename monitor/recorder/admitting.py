"""What an ADT message does: the hospital says who a patient is.

Law: nothing is forgotten and nobody is moved: a change is a new revision with its audit row, what the message leaves
empty stays as it was, and a move, a discharge, a cancelled admission is noted only. A merge makes two
ids mean one person. A simulator never changes or merges a patient the record knows.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.hl7.device_message import Admission, DeviceMessage
from monitor.recorder.turn import Turn
from monitor.store.audit import append
from monitor.store.merging import insert_merge
from monitor.store.patients import insert_patient, revise_patient
from monitor.store.queries.patients import Patient, patient_by_hospital_id
from monitor.store.rows import AuditEntry, PatientRow
from monitor.ward.restore import initials
from monitor.ward.ward import Ward

LONGEST_ID = 64
LONGEST_NAME = 200
OLDEST_YEARS = 130
_ADDS = frozenset({"A01", "A04", "A08"})
_NOTED = {
    "A02": "patient_moved",
    "A03": "patient_left_hospital",
    "A11": "patient_admission_cancelled",
}
_SEX = {"F": "female", "M": "male", "O": "other", "A": "other", "U": "unknown", "N": "unknown"}  # HL7 table 0001


@dataclass(frozen=True, slots=True)
class Admitting:
    """Stores one admission as an act of its batch; says what it changed, or None."""

    row: PatientRow
    event: str
    source: str
    control_id: str
    simulated: bool
    merged_id: str | None = None  # of an A40: the hospital id that means this patient from now on

    def __call__(self, connection: Connection) -> str | None:
        """Add, revise or note; a message sent again changes nothing."""
        if self.merged_id is not None:
            return self._merge(connection, self.merged_id)
        known = patient_by_hospital_id(connection, self.row.hospital_id)
        if self.event not in _ADDS:
            if known is None or self.event != "A03":
                return None
            return self._note(connection, "patient_left_hospital", known.id)
        if known is None:
            return self._note(connection, "patient_added", insert_patient(connection, self.row))
        wanted = _merged(known, self.row)
        changed = [name for name in _PARTICULARS if getattr(known, name) != getattr(wanted, name)]
        if self.simulated or not changed:
            return None
        revise_patient(connection, known.id, wanted)
        return self._note(connection, "patient_revised", known.id, changed=changed)

    def _merge(self, connection: Connection, merged_id: str) -> str | None:
        """Both ids mean the survivor, who is added when nobody knew them; a simulator merges nobody."""
        if self.simulated:
            return None
        row = self.row
        if not insert_merge(connection, merged_id, row.hospital_id, row.at, self.source, self.control_id):
            return None
        survivor = patient_by_hospital_id(connection, row.hospital_id)
        has_own = survivor is not None and survivor.hospital_id == row.hospital_id
        known = survivor.id if survivor is not None and has_own else insert_patient(connection, row)
        return self._note(connection, "patient_merged", known)

    def _note(self, connection: Connection, action: str, patient_id: int, **facts: object) -> str:
        told = {"event": self.event, "control_id": self.control_id, **facts}
        append(connection, AuditEntry(self.row.at, f"HL7 {self.source}", action, f"patient {patient_id}", None, told))
        return action


_PARTICULARS = ("family_name", "given_name", "birth_date", "sex")


def admit(device: DeviceMessage, admission: Admission, ward: Ward, turn: Turn) -> str | None:
    """Queue the admission for this turn's transaction; the reason when it names nobody who could be kept."""
    row = row_of(admission, turn.now)
    if row is None or not device.patient_known:
        return "the admission names no patient"
    source, control_id = _clean(device.source)[:LONGEST_NAME], _clean(device.control_id)[:LONGEST_NAME]
    merged_id = None
    if admission.event == "A40":
        merged_id = admission.replaced_patient_id
        if not merged_id or not 0 < len(merged_id) <= LONGEST_ID or _clean(merged_id) != merged_id:
            return "the merge does not say whom it replaces"
    turn.acts.append(Admitting(row, admission.event, source, control_id, device.simulated, merged_id))
    if merged_id is not None and not device.simulated and not ward.is_same_patient(merged_id, row.hospital_id):
        ward.merged[merged_id] = row.hospital_id
    if admission.event in _ADDS and not device.simulated:
        _rename(row, ward, turn)
    return None


def row_of(admission: Admission, at: datetime) -> PatientRow | None:
    """The particulars in the record's words; None without an id that can be kept as it was sent."""
    hospital_id = admission.patient_id or ""
    if not 0 < len(hospital_id) <= LONGEST_ID or _clean(hospital_id) != hospital_id:
        return None
    born = admission.birth_date
    possible = born is not None and born <= at.date() and at.year - born.year <= OLDEST_YEARS
    return PatientRow(
        hospital_id=hospital_id,
        family_name=_clean(admission.family_name)[:LONGEST_NAME],
        given_name=_clean(admission.given_name)[:LONGEST_NAME],
        birth_date=born if possible else None,
        sex=_SEX.get(admission.sex.upper()),
        at=at,
    )


def _merged(known: Patient, row: PatientRow) -> PatientRow:
    kept = {name: getattr(row, name) or getattr(known, name) for name in _PARTICULARS}
    return replace(row, **kept)


def _rename(row: PatientRow, ward: Ward, turn: Turn) -> None:
    """Running sessions show the name's new initials at once."""
    if not (row.family_name and row.given_name):
        return
    for live in ward.sessions().values():
        if live.patient.hospital_id == row.hospital_id:
            live.patient = replace(live.patient, initials=initials(row.given_name, row.family_name))
            chair = ward.chair_of(live.id)
            if chair is not None:
                turn.changed[chair.id] = chair


def _clean(text: str) -> str:
    return "".join(_printable(unicodedata.normalize("NFC", text))).strip()


def _printable(text: str) -> Iterator[str]:
    return (letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp"))
