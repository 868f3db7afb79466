"""The act of a merge: both hospital ids mean the same person from then on. Law: added, never rewritten."""

from datetime import datetime

from sqlalchemy import Connection

from monitor.store.dialects import insert_new
from monitor.store.listing import list_anew
from monitor.store.queries.merges import survivor_of
from monitor.store.schema_whose import patient_merges


def insert_merge(
    connection: Connection, merged: str, survivor: str, at: datetime, source: str, control_id: str
) -> bool:
    """Note a merge; False when it was known, or would make a circle."""
    if survivor_of(connection, merged) == survivor_of(connection, survivor):
        return False
    row = {"merged": merged, "survivor": survivor, "at": at, "source": source, "control_id": control_id}
    if connection.execute(insert_new(connection, patient_merges), row).rowcount != 1:
        return False
    list_anew(connection, survivor)
    return True
