"""Who the patients are, by their newest revision."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, func, or_, select

from monitor.errors import NotFound
from monitor.store import schema
from monitor.store.queries.fetch import AnySelect, many, one
from monitor.store.queries.merges import hospital_ids_of, survivor_of
from monitor.store.schema_listing import patient_listing, patient_words
from monitor.store.texts import born_word, search_terms

_r, _l, _w = schema.patient_revisions, patient_listing, patient_words
_MOST = 50
_LAST_LETTER = "\U0010ffff"  # after every letter: what begins with a word lies before the word with it


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient as last corrected (`revised_at`)."""

    id: int
    hospital_id: str
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str | None
    revised_at: datetime


def patient(connection: Connection, patient_id: int) -> Patient:
    """One patient; raises NotFound."""
    row = connection.execute(_current().where(_r.c.patient_id == patient_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such patient")
    return Patient(*row)


def patients_of(connection: Connection, patient_ids: Collection[int]) -> dict[int, Patient]:
    """Some patients at once, by id."""
    found = many(connection, _current().where(_r.c.patient_id.in_(patient_ids)), Patient)
    return {one.id: one for one in found}


def patient_by_hospital_id(connection: Connection, hospital_id: str) -> Patient | None:
    """The patient who has this hospital id now, or who it was merged into; earlier revisions are nobody's."""
    known_as = survivor_of(connection, hospital_id)
    found = one(connection, _current().where(_r.c.hospital_id == known_as), Patient)
    if found is None and known_as != hospital_id:
        found = one(connection, _current().where(_r.c.hospital_id == hospital_id), Patient)
    return found


def same_person(connection: Connection, patient_id: int) -> set[int]:
    """The patients the hospital says are one person with this one, itself included; raises NotFound."""
    ids = hospital_ids_of(connection, patient(connection, patient_id).hospital_id)
    newest = _current().where(_r.c.hospital_id.in_(ids)).subquery()
    return {patient_id, *connection.execute(select(newest.c.patient_id)).scalars()}


def patients_by_id(connection: Connection, patient_ids: Collection[int]) -> dict[int, Patient]:
    """These patients, by id."""
    found = many(connection, _current().where(_r.c.patient_id.in_(patient_ids)), Patient)
    return {one.id: one for one in found}


def patients(connection: Connection, query: str = "", limit: int = _MOST, offset: int = 0) -> list[Patient]:
    """Patients whose hospital id, names or date of birth begin with the words searched for, by name.

    Somebody merged into another is listed as the other, and found by their own words too.
    """
    statement = select(*_COLUMNS).join(_l, _l.c.revision_id == _r.c.id).where(*_found(query))
    return many(connection, statement.order_by(_l.c.sort_key, _l.c.patient_id).limit(limit).offset(offset), Patient)


def count_patients(connection: Connection, query: str = "") -> int:
    """How many patients are found."""
    return connection.execute(select(func.count()).select_from(_l).where(*_found(query))).scalar_one()


def _found(query: str) -> list[ColumnElement[bool]]:
    """Every term by any of its alternatives."""
    asked: list[ColumnElement[bool]] = []
    for term in search_terms(query):
        begins = or_(*(and_(_w.c.word >= word, _w.c.word < word + _LAST_LETTER) for word in sorted(term)))
        asked.append(_l.c.patient_id.in_(select(_w.c.patient_id).where(begins)))
    return asked


def born_on(connection: Connection, birth_date: date) -> list[Patient]:
    """Every listed patient born on a day."""
    theirs = select(_w.c.patient_id).where(_w.c.word == born_word(birth_date))
    statement = select(*_COLUMNS).join(_l, _l.c.revision_id == _r.c.id).where(_l.c.patient_id.in_(theirs))
    return many(connection, statement.order_by(_l.c.sort_key), Patient)


@dataclass(frozen=True, slots=True)
class PatientRevision:
    """What a patient was called from a time on; `by` and `reason` are empty unless somebody corrected it."""

    id: int
    patient_id: int
    hospital_id: str
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str | None
    at: datetime
    by: str
    reason: str


def patient_revisions(connection: Connection, patient_id: int) -> list[PatientRevision]:
    """Everything a patient was ever called, oldest first; as many as the patient's version."""
    query = select(*_REVISION).where(_r.c.patient_id == patient_id).order_by(_r.c.id)
    return many(connection, query, PatientRevision)


def newest_revisions(connection: Connection, hospital_ids: Collection[str]) -> list[PatientRevision]:
    """The newest revision of every patient who has one of these hospital ids now."""
    query = select(*_REVISION).where(_r.c.id == _newest(), _r.c.hospital_id.in_(hospital_ids)).order_by(_r.c.id)
    return many(connection, query, PatientRevision)


_COLUMNS = (
    _r.c.patient_id,
    _r.c.hospital_id,
    _r.c.family_name,
    _r.c.given_name,
    _r.c.birth_date,
    _r.c.sex,
    _r.c.at,
)


_REVISION = (_r.c.id, *_COLUMNS, func.coalesce(_r.c.by, ""), func.coalesce(_r.c.reason, ""))


def _newest() -> ScalarSelect[int]:
    newer = _r.alias("newer")
    return select(func.max(newer.c.id)).where(newer.c.patient_id == _r.c.patient_id).scalar_subquery()


@cache  # a statement is never changed, and making it costs more than asking it
def _current() -> AnySelect:
    return select(*_COLUMNS).where(_r.c.id == _newest())
