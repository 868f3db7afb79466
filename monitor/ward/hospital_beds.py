"""Who lies in which bed as the hospital says it (ADT).

Laws
1. Told, never acted on: nothing here touches a session, a chair's monitor or an alarm.
2. What was said later goes before what was said earlier, in whatever order it came; a simulator's word stands behind
   every word of the hospital.
3. A bed is its last named patient's, as long as the last word about that patient says so; nobody comes back into a bed
   because another left it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.store.queries.admissions import AdmissionRecord
from monitor.store.queries.merges import survivor_in
from monitor.ward.live_session import PatientLabel


@dataclass(frozen=True, slots=True)
class HospitalSays:
    """What the hospital says of a bed; `patient` None: it is free (or its patient has no name here)."""

    bed: str
    word: AdmissionRecord
    hospital_id: str | None
    patient: PatientLabel | None


class Differs(StrEnum):
    """How the hospital's word differs from the session in a chair."""

    OTHER_PATIENT = "other_patient"  # lies in this bed
    MOVED = "moved"  # this patient lies in another bed
    LEFT = "left"  # this patient was discharged, or the admission was cancelled


@dataclass(frozen=True, slots=True)
class Difference:
    """The word that differs, and how."""

    how: Differs
    word: AdmissionRecord
    patient: PatientLabel | None  # who lies in the bed, when it is another


class HospitalBeds:
    """Every bed and person the hospital has spoken of."""

    def __init__(self, merged: Mapping[str, str]) -> None:
        self._merged = merged
        self._of_person: dict[str, AdmissionRecord] = {}
        self._claims: dict[str, AdmissionRecord] = {}
        self._left: dict[str, AdmissionRecord] = {}
        self._labels: dict[str, PatientLabel] = {}

    def hear(self, word: AdmissionRecord) -> None:
        """Take a word; an older one than what is known changes nothing."""
        _keep_newest(self._of_person, self._person(word.hospital_id), word)
        if word.bed is not None:
            _keep_newest(self._claims, word.bed, word)
        if word.left_bed is not None:
            _keep_newest(self._left, word.left_bed, word)

    def know(self, label: PatientLabel) -> None:
        """How a person of the record is shown."""
        self._labels[self._person(label.hospital_id)] = label

    def merge(self) -> None:
        """Two hospital ids mean one person from now on: what was said of either is said of both."""
        words, self._of_person = list(self._of_person.values()), {}
        for word in words:
            _keep_newest(self._of_person, self._person(word.hospital_id), word)

    def says_of(self, beds: Iterable[str]) -> HospitalSays | None:
        """What was said last of one of these names of a bed; None when nothing was."""
        found = [said for bed in beds if (said := self._bed(bed)) is not None]
        return max(found, key=lambda said: _order(said.word), default=None)

    def difference(self, beds: Iterable[str], hospital_id: str, since_at: datetime) -> Difference | None:
        """How the hospital's word differs from this person sitting at these beds since then; None when it does not."""
        names, person = list(beds), self._person(hospital_id)
        said = self.says_of(names)
        if said is not None and said.hospital_id is not None:
            if self._person(said.hospital_id) == person:
                return None
            return Difference(Differs.OTHER_PATIENT, said.word, said.patient)
        last = self._of_person.get(person)
        if last is None or last.bed in names:
            return None
        was_here = any((claim := self._claims.get(bed)) and self._person(claim.hospital_id) == person for bed in names)
        # Somebody the hospital never placed here, or let go before they came, is not said to be elsewhere than here.
        if last.said_at < since_at and not (was_here and last.bed is not None):
            return None
        return Difference(Differs.LEFT if last.bed is None else Differs.MOVED, last, None)

    def _bed(self, bed: str) -> HospitalSays | None:
        claim, left = self._claims.get(bed), self._left.get(bed)
        if claim is None:
            return None if left is None else HospitalSays(bed, left, None, None)
        person = self._person(claim.hospital_id)
        last = self._of_person[person]
        if last.bed != bed:
            return HospitalSays(bed, last, None, None)
        return HospitalSays(bed, claim, claim.hospital_id, self._labels.get(person))

    def _person(self, hospital_id: str) -> str:
        return survivor_in(self._merged, hospital_id)


def _order(word: AdmissionRecord) -> tuple[bool, datetime, int]:
    return not word.simulated, word.said_at, word.number


def _keep_newest(words: dict[str, AdmissionRecord], key: str, word: AdmissionRecord) -> None:
    known = words.get(key)
    if known is None or _order(word) > _order(known):
        words[key] = word
