"""When a station was heard last."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.store.queries.fetch import many
from monitor.store.schema_sound import sound_proofs
from monitor.store.sound_proofs import SoundProofRow

_p = sound_proofs


def last_sound_proofs(connection: Connection) -> dict[tuple[str, str], SoundProofRow]:
    """The newest proof of each station and kind, heard or not."""
    newest = select(func.max(_p.c.id)).group_by(_p.c.station, _p.c.kind)
    query = select(_p.c.station, _p.c.kind, _p.c.at, _p.c.person_id, _p.c.by, _p.c.heard).where(_p.c.id.in_(newest))
    found = many(connection, query, _made)
    return {(one.station, one.kind): one for one in found}


def _made(station: str, kind: str, at: datetime, person_id: int | None, by: str, heard: int) -> SoundProofRow:
    return SoundProofRow(station, kind, at, person_id, by, heard=bool(heard))
