"""Which hospital ids mean the same person. Law: what was said is followed to its end, and nothing is rewritten."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, func, select

from monitor.store import schema
from monitor.store.schema_whose import patient_merges

_m, _r = patient_merges, schema.patient_revisions


def merges(connection: Connection) -> dict[str, str]:
    """Every merged hospital id and the one that took its place, as said."""
    return {str(merged): str(survivor) for merged, survivor in connection.execute(select(_m.c.merged, _m.c.survivor))}


def survivor_in(said: Mapping[str, str], hospital_id: str) -> str:
    """The hospital id a person is known by now."""
    seen = {hospital_id}
    while (after := said.get(hospital_id)) is not None and after not in seen:
        seen.add(after)
        hospital_id = after
    return hospital_id


def survivor_of(connection: Connection, hospital_id: str) -> str:
    """The same, asked of the record."""
    seen = {hospital_id}
    while True:
        query = select(_m.c.survivor).where(_m.c.merged == hospital_id)
        after = connection.execute(query).scalar_one_or_none()
        if after is None or after in seen:
            return hospital_id
        seen.add(after)
        hospital_id = after


def hospital_ids_of(connection: Connection, hospital_id: str) -> set[str]:
    """Every hospital id of the same person: the one known by now, and those merged into it."""
    found = {survivor_of(connection, hospital_id)}
    waiting = list(found)
    while waiting:
        query = select(_m.c.merged).where(_m.c.survivor == waiting.pop())
        more = set(connection.execute(query).scalars()) - found
        found |= more
        waiting += more
    return found


def people_behind(connection: Connection, patient_ids: Collection[int]) -> dict[int, str]:
    """The hospital id each of these patients is known by now; two of one person have the same."""
    newest = select(func.max(_r.c.id)).where(_r.c.patient_id.in_(patient_ids)).group_by(_r.c.patient_id)
    said = merges(connection)
    rows = connection.execute(select(_r.c.patient_id, _r.c.hospital_id).where(_r.c.id.in_(newest)))
    return {patient_id: survivor_in(said, hospital_id) for patient_id, hospital_id in rows}
