"""Signed papers of a patient. Law: what was signed is never changed; whoever did not see the newest one is refused."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from monitor.errors import Conflict
from monitor.store.keys import insert_row
from monitor.store.schema_papers import signed_papers


class Paper(StrEnum):
    """What is signed."""

    CONSULTATION = "consultation"
    SERIES_ORDER = "series_order"
    REASSESSMENT = "reassessment"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper to keep; `record` is canonical JSON and is stored exactly as signed."""

    paper: Paper
    patient_id: int
    series_id: int | None
    replaces_id: int | None
    record: str
    meaning: str
    person_id: int
    printed_name: str
    role: str
    signed_at: datetime
    utc_offset_min: int
    request_id: str
    override_reason: str | None = None
    key_id: str | None = None
    signature: bytes | None = None

    @property
    def about(self) -> Mapping[str, object]:
        """What it is given for, as the signed text names it."""
        return paper_about(self.paper, self.patient_id, self.series_id, self.replaces_id)


def paper_about(paper: str, patient_id: int, series_id: int | None, replaces_id: int | None) -> Mapping[str, object]:
    """What a paper is given for, by the names of the signed text."""
    return {"paper": str(paper), "patient": patient_id, "series": series_id, "replaces": replaces_id}


def paper_before(connection: Connection, patient_id: int, request_id: str) -> tuple[int, str, int] | None:
    """The paper that this very request stored before, its kind and who signed; None when it is new."""
    table = signed_papers
    same = select(table.c.id, table.c.paper, table.c.person_id).where(
        table.c.patient_id == patient_id, table.c.request_id == request_id
    )
    found = connection.execute(same).one_or_none()
    return None if found is None else (found.id, found.paper, found.person_id)


def insert_paper(connection: Connection, row: PaperRow) -> int:
    """Keep it; its number. Raises Conflict when another paper has replaced the one it corrects."""
    table = signed_papers
    if row.replaces_id is not None:
        newer = connection.execute(select(table.c.id).where(table.c.replaces_id == row.replaces_id)).scalars().first()
        if newer is not None:
            raise Conflict("Somebody else has already corrected this.", {"id": newer})
    sha256 = hashlib.sha256(row.record.encode()).hexdigest()
    return insert_row(connection, table, {**asdict(row), "paper": row.paper.value, "record_sha256": sha256})
