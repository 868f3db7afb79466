"""Statements about a patient's allergies. Law: what was said stays; a withdrawal is a statement too."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.dosing.allergies import Said
from monitor.store.keys import insert_row
from monitor.store.schema_allergies import allergy_statements


@dataclass(frozen=True, slots=True)
class AllergyRow:
    """One statement to keep."""

    patient_id: int
    said: Said
    substance: str
    reaction: str
    coding: str
    code: str
    withdraws: int | None
    reason: str
    at: datetime
    person_id: int | None
    by: str


def insert_allergy(connection: Connection, row: AllergyRow) -> int:
    """Keep it; its number."""
    return insert_row(connection, allergy_statements, {**asdict(row), "said": row.said.value})
