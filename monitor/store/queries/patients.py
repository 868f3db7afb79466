"""Who the patients are, by their newest revision."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import Connection, func, or_, select

from monitor.errors import NotFound
from monitor.store import schema
from monitor.store.queries.fetch import AnySelect, many, one
from monitor.store.queries.merges import hospital_ids_of, survivor_of
from monitor.store.schema_whose import patient_merges
from monitor.store.texts import like_prefix

_p, _r = schema.patients, schema.patient_revisions
_MOST = 50


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


def patients(connection: Connection, query: str = "", limit: int = _MOST) -> list[Patient]:
    """Patients whose hospital id, family or given name begins with the words searched for, by name.

    Somebody merged into another is listed as the other, and found by the merged id too.
    """
    statement = _current().order_by(_r.c.family_name, _r.c.given_name, _r.c.patient_id).limit(limit)
    statement = statement.where(_r.c.hospital_id.not_in(select(patient_merges.c.merged)))
    for word in query.split():
        pattern = like_prefix(word)
        names = (_r.c.hospital_id, _r.c.family_name, _r.c.given_name)
        found = [name.ilike(pattern, escape="\\") for name in names]
        ids = select(patient_merges.c.survivor).where(patient_merges.c.merged.ilike(pattern, escape="\\"))
        statement = statement.where(or_(*found, _r.c.hospital_id.in_(ids)))
    return many(connection, statement, Patient)


def patient_revisions(connection: Connection, patient_id: int) -> list[Patient]:
    """Everything a patient was ever called, oldest first."""
    query = select(*_COLUMNS).where(_r.c.patient_id == patient_id).order_by(_r.c.id)
    return many(connection, query, Patient)


_COLUMNS = (
    _r.c.patient_id,
    _r.c.hospital_id,
    _r.c.family_name,
    _r.c.given_name,
    _r.c.birth_date,
    _r.c.sex,
    _r.c.at,
)


@cache  # a statement is never changed, and making it costs more than asking it
def _current() -> AnySelect:
    newer = _r.alias("newer")
    newest = select(func.max(newer.c.id)).where(newer.c.patient_id == _r.c.patient_id).scalar_subquery()
    return select(*_COLUMNS).where(_r.c.id == newest)
