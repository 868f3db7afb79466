"""What an ADT message does: the hospital says who a patient is, and where they lie.

Laws
1. Nothing is forgotten and nobody is moved: a change is a new revision with its audit row, what the message leaves
   empty stays as it was. A merge makes two ids mean one person. No session, no chair and no alarm is touched.
2. What the hospital said earlier never overturns what it said later, in whatever order the messages come.
3. The ward follows only what is stored. A simulator never changes or merges a patient the record knows.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.counters import Counters
from monitor.hl7.device_message import Admission, DeviceMessage
from monitor.recorder.turn import Turn
from monitor.store.admission_rows import LEAVES, NOTHING, OCCUPIES, AdmissionRow
from monitor.store.admissions import insert_admission
from monitor.store.audit import append
from monitor.store.merging import insert_merge
from monitor.store.patients import insert_patient, revise_patient
from monitor.store.queries.admissions import AdmissionRecord, last_placing, last_said_at
from monitor.store.queries.merges import hospital_ids_of
from monitor.store.queries.patients import Patient, patient_by_hospital_id
from monitor.store.rows import AuditEntry, PatientRow
from monitor.ward.admission import difference_of, says_of
from monitor.ward.restore import initials, label
from monitor.ward.ward import Ward

LONGEST_ID = 64
LONGEST_NAME = 200
OLDEST_YEARS = 130
_ADDS = frozenset({"A01", "A02", "A04", "A08"})
_REVISES = frozenset({"A01", "A04", "A08"})
_LEAVES = frozenset({"A03", "A11"})
_SHOWN = frozenset({"patient_revised", "patient_merged"})
_NOTED = {
    "A02": "patient_moved",
    "A03": "patient_left_hospital",
    "A11": "patient_admission_cancelled",
}
_SEX = {"F": "female", "M": "male", "O": "other", "A": "other", "U": "unknown", "N": "unknown"}  # HL7 table 0001


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a message changed: the audit's word for it (None: nothing), the placing word, and whom it is about."""

    action: str | None
    word: AdmissionRecord | None = None
    patient: Patient | None = None


@dataclass(frozen=True, slots=True)
class Admitting:
    """Stores one admission as an act of its batch; a message sent again changes nothing."""

    row: PatientRow
    said: AdmissionRow
    merged_id: str | None = None  # of an A40: the hospital id that means this patient from now on

    def __call__(self, connection: Connection) -> Admitted:
        """Keep what is said, then add, revise, note or merge."""
        ids = hospital_ids_of(connection, self.row.hospital_id)
        newer_at = last_said_at(connection, ids, _REVISES)
        said = self._settled(connection, ids)
        number = insert_admission(connection, said)
        if number is None:
            return Admitted(None)
        overtaken = newer_at is not None and newer_at > said.said_at
        action = self._act(connection, overtaken=overtaken)
        word = None
        if said.effect != NOTHING:
            word = AdmissionRecord(
                number, said.event, said.hospital_id, said.bed, said.left_bed, said.said_at, said.since_at,
                said.simulated,
            )  # fmt: skip
        return Admitted(action, word, patient_by_hospital_id(connection, said.hospital_id))

    def _settled(self, connection: Connection, ids: set[str]) -> AdmissionRow:
        """An update moves nobody back: it places whom nothing places yet, or somebody in another bed than before."""
        said = self.said
        if said.event != "A08" or said.effect == NOTHING:
            return said
        last = last_placing(connection, ids)
        if last is None or (last.simulated and not said.simulated) or last.bed not in (None, said.bed):
            return said
        return replace(said, effect=NOTHING)

    def _act(self, connection: Connection, *, overtaken: bool) -> str | None:
        if self.merged_id is not None:
            return self._merge(connection, self.merged_id)
        event = self.said.event
        known = patient_by_hospital_id(connection, self.row.hospital_id)
        if known is None:
            return self._note(connection, "patient_added", self._add(connection)) if event in _ADDS else None
        if event in _NOTED:
            return self._note(connection, _NOTED[event], known.id)
        wanted = _merged(known, self.row)
        changed = [name for name in _PARTICULARS if getattr(known, name) != getattr(wanted, name)]
        if self.said.simulated or overtaken or not changed:
            return None
        revise_patient(connection, known.id, wanted)
        return self._note(connection, "patient_revised", known.id, changed=changed)

    def _add(self, connection: Connection) -> int:
        return insert_patient(connection, self.row)

    def _merge(self, connection: Connection, merged_id: str) -> str | None:
        """Both ids mean the survivor, who is added when nobody knew them; a simulator merges nobody."""
        if self.said.simulated:
            return None
        row, said = self.row, self.said
        if not insert_merge(connection, merged_id, row.hospital_id, row.at, said.source, said.control_id):
            return None
        survivor = patient_by_hospital_id(connection, row.hospital_id)
        has_own = survivor is not None and survivor.hospital_id == row.hospital_id
        known = survivor.id if survivor is not None and has_own else insert_patient(connection, row)
        return self._note(connection, "patient_merged", known)

    def _note(self, connection: Connection, action: str, patient_id: int, **facts: object) -> str:
        said = self.said
        told = {"event": said.event, "control_id": said.control_id, **facts}
        append(connection, AuditEntry(self.row.at, f"HL7 {said.source}", action, f"patient {patient_id}", None, told))
        return action

    def follow(self, ward: Ward, admitted: Admitted, turn: Turn) -> None:
        """What the ward knows once it is stored."""
        if admitted.action == "patient_merged" and self.merged_id is not None:
            ward.merged[self.merged_id] = self.row.hospital_id
            ward.hospital.merge()
        if admitted.action == "patient_revised" and admitted.patient is not None:
            _rename(admitted.patient, ward, turn)
        if admitted.patient is not None:
            ward.hospital.know(label(admitted.patient))
        if admitted.word is not None:
            ward.hospital.hear(admitted.word)
        if admitted.word is not None or admitted.action in _SHOWN:
            tell_admissions(ward, turn)


_PARTICULARS = ("family_name", "given_name", "birth_date", "sex")


def admit(device: DeviceMessage, admission: Admission, ward: Ward, counters: Counters, turn: Turn) -> str | None:
    """Queue the admission for this turn's transaction; the reason when it names nobody who could be kept."""
    row = row_of(admission, turn.now)
    if row is None or not device.patient_known:
        return "the admission names no patient"
    merged_id = None
    if admission.event == "A40":
        merged_id = admission.replaced_patient_id
        if not merged_id or not 0 < len(merged_id) <= LONGEST_ID or _clean(merged_id) != merged_id:
            return "the merge does not say whom it replaces"
    said = said_of(device, admission, row)
    bed = said.bed or said.left_bed
    if bed is not None and ward.by_bed(bed) is None and ward.by_device(bed) is None:
        counters.unknown_beds.inc()
    act = Admitting(row, said, merged_id)

    def follow(answer: object, after: Turn) -> None:
        if isinstance(answer, Admitted):
            act.follow(ward, answer, after)

    turn.follow_up(act, follow)
    return None


def said_of(device: DeviceMessage, admission: Admission, row: PatientRow) -> AdmissionRow:
    """Where the message places its patient, in the record's words; a time in the future is taken for now."""
    event, bed, previous = admission.event, _place(admission.bed), _place(admission.previous_bed)
    effect, left = NOTHING, None
    if event in _LEAVES:
        effect, bed, left = LEAVES, None, bed or previous
    elif event == "A02":
        effect = OCCUPIES if bed else LEAVES if previous else NOTHING
        left = None if previous == bed else previous
    elif event in _ADDS and bed:
        effect = OCCUPIES
    said_at = min(admission.said_at or row.at, row.at)
    source, control_id = _clean(device.source)[:LONGEST_NAME], _clean(device.control_id)[:LONGEST_NAME]
    known_by = (
        source, control_id, device.simulated, event, row.hospital_id, bed, left, admission.said_at,
        admission.happened_at, row.family_name, row.given_name, row.birth_date, row.sex, admission.replaced_patient_id,
    )  # fmt: skip
    return AdmissionRow(
        event=event,
        hospital_id=row.hospital_id,
        bed=bed,
        left_bed=left,
        effect=effect,
        said_at=said_at,
        since_at=min(admission.happened_at or said_at, said_at),
        received_at=row.at,
        source=source,
        control_id=control_id,
        simulated=device.simulated,
        key=hashlib.sha256(repr(known_by).encode(errors="replace")).hexdigest(),
    )


def _place(sent: str | None) -> str | None:
    return _clean(sent or "")[:LONGEST_ID] or None


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


def _rename(patient: Patient, ward: Ward, turn: Turn) -> None:
    """Running sessions show the name's new initials at once."""
    shown = initials(patient.given_name, patient.family_name)
    for live in ward.sessions().values():
        if shown and live.patient.id == patient.id:
            live.patient = replace(live.patient, initials=shown)
            chair = ward.chair_of(live.id)
            if chair is not None:
                turn.changed[chair.id] = chair


def tell_admissions(ward: Ward, turn: Turn) -> None:
    """Tell the chairs that show something else now: a word about one bed may speak of the session in another."""
    for chair in ward:
        shown = (says_of(chair), difference_of(chair))
        if shown != chair.admission_told:
            chair.admission_told = shown
            turn.changed[chair.id] = chair
            if chair.session is not None:
                turn.sessions[chair.session.id] = (chair, chair.session)


def _clean(text: str) -> str:
    return "".join(_printable(unicodedata.normalize("NFC", text))).strip()


def _printable(text: str) -> Iterator[str]:
    return (letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp"))
