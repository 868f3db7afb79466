"""What pumps told in a session: events, and states whenever they changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import schema
from monitor.store.queries.fetch import many

_p = schema.pump_events


@dataclass(frozen=True, slots=True)
class PumpEventRecord:
    """One event or state (kind `facts`) of a pump; None: not said. `is_late` changed nothing live."""

    id: int
    chair_id: int
    session_id: int | None
    source: str
    device: str
    kind: str
    code: str
    words: str
    device_at: datetime
    charted_at: datetime
    received_at: datetime
    is_late: bool
    drug: str | None
    weight_kg: float | None
    infusing: bool | None
    delivering: bool | None
    not_delivering_reason: str | None
    programmed_ml_per_h: float | None
    volume_to_be_infused_ml: float | None


_COLUMNS = [_p.c[name] for name in PumpEventRecord.__slots__]


def pump_events(connection: Connection, session_id: int) -> list[PumpEventRecord]:
    """Everything pumps told in a session, by the time it counts from."""
    query = select(*_COLUMNS).where(_p.c.session_id == session_id).order_by(_p.c.charted_at, _p.c.id)
    return many(connection, query, PumpEventRecord)
