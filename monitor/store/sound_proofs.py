"""The record of what was heard at a station. Law: "not heard" is kept like "heard"; nothing of it is rewritten."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.store.keys import insert_row
from monitor.store.schema_sound import sound_proofs

CHECK, TEST = "check", "test"


@dataclass(frozen=True, slots=True)
class SoundProofRow:
    """One sound check (a person listened) or test (the page played what the server sent)."""

    station: str
    kind: str
    at: datetime
    person_id: int | None
    by: str
    heard: bool


def insert_sound_proof(connection: Connection, row: SoundProofRow) -> int:
    """Keep it; its number."""
    return insert_row(connection, sound_proofs, {**asdict(row), "heard": int(row.heard)})
