"""How a withdrawal is written: beside the reading it takes back, which stays as it was stored.

Law: it hides the charted value of its own source and sub-id only; sent again it is one withdrawal.
"""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from monitor.store import schema
from monitor.store.dialects import insert_new
from monitor.store.rows import WithdrawalRow
from monitor.store.schema_whose import withdrawals
from monitor.store.types import to_ms


def write_withdrawals(connection: Connection, rows: Sequence[WithdrawalRow]) -> None:
    """Insert what is new; the readings of the same batch are stored before."""
    if rows:
        connection.execute(insert_new(connection, withdrawals), [_columns(connection, row) for row in rows])


def _columns(connection: Connection, row: WithdrawalRow) -> dict[str, object]:
    return {
        "chair_id": row.chair_id,
        "session_id": row.session_id,
        "device_at_ms": to_ms(row.device_at),
        "vital": row.vital,
        "source": row.source,
        "sub_id": row.sub_id,
        "received_at_ms": to_ms(row.received_at),
        "of_charted": int(_is_of_charted(connection, row)),
    }


def _is_of_charted(connection: Connection, row: WithdrawalRow) -> bool:
    """Whether it names the charted value, or one that is not stored yet; not one that was kept beside it."""
    r, layouts = schema.readings, schema.reading_layouts
    found = connection.execute(
        select(layouts.c.source, layouts.c.sub_ids)
        .join(r, r.c.layout_id == layouts.c.id)
        .where(r.c.chair_id == row.chair_id, r.c.device_at_ms == to_ms(row.device_at), r.c[row.vital].is_not(None))
    ).all()
    charted = [(source, json.loads(sub_ids).get(row.vital, "")) for source, sub_ids in found]
    return not charted or (row.source, row.sub_id) in charted
