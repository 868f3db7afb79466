"""Keeps what patients are found by in step with the record. Law: in the transaction of every change of a patient."""

from sqlalchemy import Connection, delete, insert

from monitor.store.queries.merges import hospital_ids_of, survivor_of
from monitor.store.queries.patients import newest_revisions
from monitor.store.schema_listing import patient_listing, patient_words
from monitor.store.texts import patient_words as found_by
from monitor.store.texts import plain, sort_key, words_of


def list_anew(connection: Connection, hospital_id: str) -> None:
    """Make the listing of whoever has this hospital id anew, together with everybody merged with them."""
    known_as, ids = survivor_of(connection, hospital_id), hospital_ids_of(connection, hospital_id)
    newest = newest_revisions(connection, ids)
    everybody = [one.patient_id for one in newest]
    for table in (patient_listing, patient_words):
        connection.execute(delete(table).where(table.c.patient_id.in_(everybody)))
    shown = next((one for one in newest if one.hospital_id == known_as), None)
    if shown is None:
        return  # the hospital said who survives before it said who that is
    key = sort_key(shown.family_name, shown.given_name)
    row = {"patient_id": shown.patient_id, "revision_id": shown.id, "sort_key": key}
    connection.execute(insert(patient_listing), row)
    words = {plain(one) for one in ids} | {word for one in ids for word in words_of(one)}
    for one in newest:
        words |= found_by(one.hospital_id, one.family_name, one.given_name, one.birth_date)
    rows = [{"word": word, "patient_id": shown.patient_id} for word in sorted(words)]
    connection.execute(insert(patient_words), rows)
