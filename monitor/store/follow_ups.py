"""What is added after infusions. Law: rows are added, never changed; a row is replaced once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, select

from monitor.errors import Conflict, NotFound
from monitor.store.keys import insert_row
from monitor.store.schema_follow_ups import follow_ups, journal_entries, journal_uploads, reassessments


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """One follow-up to keep; see schema_follow_ups for what None means."""

    session_id: int
    series_id: int | None
    kind: str
    week: int
    due_at: datetime
    at: datetime
    recorded_at: datetime
    reached: str
    pain: Mapping[str, object]
    relief_h: float | None
    side_effects: Mapping[str, object] | None
    opioids: Mapping[str, object] | None
    mme: float | None
    interference: Mapping[str, object] | None
    interference_total: float | None
    note: str
    replaces_id: int | None
    person_id: int | None
    by: str


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One journal file that was taken."""

    series_id: int
    file_name: str
    sha256: str
    taken: int
    known: int
    at: datetime
    person_id: int | None
    by: str


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry of a journal to keep; `struck`: the one it replaces never was."""

    series_id: int
    at: datetime
    pain: int
    sleep_h: float | None
    rescue_doses: int | None
    side_effects: str
    note: str
    upload_id: int | None
    replaces_id: int | None
    struck: bool
    reason: str
    recorded_at: datetime
    person_id: int | None
    by: str


@dataclass(frozen=True, slots=True)
class ReassessmentRow:
    """A physician's answer to one rule, with what it saw."""

    series_id: int
    rule_id: str
    seen: float
    seen_words: str
    decision: str
    words: str
    at: datetime
    person_id: int | None
    by: str


def insert_follow_up(connection: Connection, row: FollowUpRow) -> int:
    """Keep it; its number. Raises NotFound or Conflict for what it replaces."""
    if row.replaces_id is not None:
        same = (follow_ups.c.session_id == row.session_id, follow_ups.c.week == row.week)
        _require_replaceable(connection, follow_ups, row.replaces_id, *same)
    return insert_row(connection, follow_ups, asdict(row))


def insert_upload(connection: Connection, row: UploadRow) -> int:
    """Keep it; its number."""
    return insert_row(connection, journal_uploads, asdict(row))


def insert_journal_entries(connection: Connection, rows: Sequence[JournalRow]) -> None:
    """Keep them, in their order; raises NotFound or Conflict for what one replaces."""
    for row in rows:
        if row.replaces_id is not None:
            same = journal_entries.c.series_id == row.series_id
            _require_replaceable(connection, journal_entries, row.replaces_id, same)
    if rows:
        connection.execute(journal_entries.insert(), [asdict(row) for row in rows])


def insert_reassessment(connection: Connection, row: ReassessmentRow) -> int:
    """Keep it; its number."""
    return insert_row(connection, reassessments, asdict(row))


def _require_replaceable(connection: Connection, table: Table, replaces_id: int, *same: object) -> None:
    old = select(table.c.id).where(table.c.id == replaces_id, *same)  # type: ignore[arg-type]
    if connection.execute(old).one_or_none() is None:
        raise NotFound("There is no such entry here to correct.")
    newer = select(table.c.id).where(table.c.replaces_id == replaces_id)
    replaced_by = connection.execute(newer).scalars().first()
    if replaced_by is not None:
        raise Conflict("Somebody else has already corrected this entry.", {"id": replaced_by})
