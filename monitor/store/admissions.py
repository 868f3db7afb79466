"""The act of an ADT message: what the hospital says is added. Law: never rewritten; sent again, it is one row."""

from dataclasses import asdict

from sqlalchemy import Connection, select

from monitor.store.admission_rows import AdmissionRow
from monitor.store.dialects import insert_new
from monitor.store.schema_whose import admissions


def insert_admission(connection: Connection, row: AdmissionRow) -> int | None:
    """Keep what a message says; its number, or None when this very message is kept already."""
    values = {**asdict(row), "simulated": int(row.simulated)}
    if connection.execute(insert_new(connection, admissions), values).rowcount != 1:
        return None
    found = select(admissions.c.id).where(admissions.c.key == row.key)
    return int(connection.execute(found).scalar_one())
