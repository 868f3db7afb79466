"""What was said of a patient's allergies, also under the other ids the hospital gave the same person."""

from datetime import datetime

from sqlalchemy import Connection, select

from monitor.clinical.dosing.allergies import Allergies, AllergyStatement, Said, standing_allergies
from monitor.store.queries.fetch import many
from monitor.store.queries.patients import same_person
from monitor.store.schema_allergies import allergy_statements

_a = allergy_statements
_COLUMNS = (
    *(_a.c.id, _a.c.said, _a.c.substance, _a.c.reaction, _a.c.coding, _a.c.code),
    *(_a.c.withdraws, _a.c.reason, _a.c.at, _a.c.by),
)


def allergy_statements_of(connection: Connection, patient_id: int) -> list[AllergyStatement]:
    """Every statement, oldest first; raises NotFound."""
    ids = same_person(connection, patient_id)
    return many(connection, select(*_COLUMNS).where(_a.c.patient_id.in_(ids)).order_by(_a.c.id), _made)


def allergies_of(connection: Connection, patient_id: int) -> Allergies:
    """What stands; raises NotFound."""
    return standing_allergies(allergy_statements_of(connection, patient_id))


def _made(
    key: int, said: str, substance: str, reaction: str, coding: str, code: str,
    withdraws: int | None, reason: str, at: datetime, by: str,
) -> AllergyStatement:  # fmt: skip
    return AllergyStatement(key, Said(said), substance, reaction, coding, code, withdraws, reason, at, by)
