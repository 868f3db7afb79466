"""Consultations and orders of series as they were signed, also under the other ids of the same person."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.queries.fetch import many
from monitor.store.queries.patients import same_person
from monitor.store.schema_papers import signed_papers
from monitor.store.signed_papers import Paper, paper_about

_p = signed_papers
_COLUMNS = select(*(column for column in _p.columns if column.name != "request_id"))


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """A paper and the very text that was signed."""

    id: int
    paper: str
    patient_id: int
    series_id: int | None
    replaces_id: int | None
    record: str
    record_sha256: str
    meaning: str
    person_id: int
    printed_name: str
    role: str
    signed_at: datetime
    utc_offset_min: int
    override_reason: str | None
    key_id: str | None
    signature: bytes | None

    @property
    def about(self) -> Mapping[str, object]:
        """What it was given for, as the row says."""
        return paper_about(self.paper, self.patient_id, self.series_id, self.replaces_id)

    @property
    def content(self) -> Mapping[str, object]:
        """What was signed."""
        signed: Mapping[str, object] = json.loads(self.record)
        return signed


def consultations_of(connection: Connection, patient_id: int) -> list[PaperRecord]:
    """Every consultation of a patient, the oldest first; raises NotFound."""
    theirs = _p.c.patient_id.in_(same_person(connection, patient_id))
    query = _COLUMNS.where(_p.c.paper == Paper.CONSULTATION.value, theirs).order_by(_p.c.id)
    return many(connection, query, PaperRecord)


def orders_of_series(connection: Connection, series_id: int) -> list[PaperRecord]:
    """Every order of a series, the oldest first: the last one stands."""
    query = _COLUMNS.where(_p.c.paper == Paper.SERIES_ORDER.value, _p.c.series_id == series_id).order_by(_p.c.id)
    return many(connection, query, PaperRecord)


def paper_signed_before(connection: Connection, paper_id: int | None = None) -> PaperRecord | None:
    """The paper signed before one (without an id: the newest), of whatever patient; None before the first."""
    query = _COLUMNS if paper_id is None else _COLUMNS.where(_p.c.id < paper_id)
    found = many(connection, query.order_by(_p.c.id.desc()).limit(1), PaperRecord)
    return found[0] if found else None


def all_papers(connection: Connection) -> list[PaperRecord]:
    """Every paper of the record, in the order they were signed."""
    return many(connection, _COLUMNS.order_by(_p.c.id), PaperRecord)
