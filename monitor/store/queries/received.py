"""What a chair received, row by row, in the order in which it came: what judging is replayed from.

Law: nothing received live is left out and nothing is merged; whether a value was news is for judging to say again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import schema
from monitor.store.queries.readings import RECEIVED_MS
from monitor.store.schema_whose import withdrawals
from monitor.store.types import from_ms, to_ms

r, _layouts, _w = schema.readings, schema.reading_layouts, withdrawals
_VITALS = schema.VITAL_COLUMNS
_HEAD = 8


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """The values of one time of measurement as one message brought them."""

    received_at: datetime
    device_at: datetime
    source: str
    values: Mapping[str, float]
    sub_ids: Mapping[str, str]
    implausible: frozenset[str]
    questionable: frozenset[str]
    absences: tuple[tuple[str, str], ...]  # vital, reason
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedWithdrawal:
    """One value a device took back."""

    received_at: datetime
    device_at: datetime
    vital: str
    sub_id: str


def received_withdrawals(
    connection: Connection, chair_id: int, from_at: datetime, until_at: datetime
) -> list[ReceivedWithdrawal]:
    """Every withdrawal of a chair received between two times, by when."""
    columns = (_w.c.received_at_ms, _w.c.device_at_ms, _w.c.vital, _w.c.sub_id)
    span = _w.c.received_at_ms.between(to_ms(from_at), to_ms(until_at))
    query = select(*columns).where(_w.c.chair_id == chair_id, span).order_by(_w.c.received_at_ms, _w.c.id)
    return [
        ReceivedWithdrawal(from_ms(received_ms), from_ms(device_ms), vital, sub_id)
        for received_ms, device_ms, vital, sub_id in connection.execute(query)
    ]


def received_rows(connection: Connection, chair_id: int, from_at: datetime, until_at: datetime) -> list[ReceivedRow]:
    """Every row of a chair received between two times, both included, by when it was received."""
    query = (
        select(
            *(RECEIVED_MS, r.c.device_at_ms, _layouts.c.source, _layouts.c.sub_ids, r.c.implausible, r.c.questionable),
            *(r.c.extra, r.c.corrects, *(r.c[vital] for vital in _VITALS)),
        )
        .join(_layouts, _layouts.c.id == r.c.layout_id)
        .where(r.c.chair_id == chair_id, r.c.late_id.is_(None))
        .where(to_ms(from_at) <= RECEIVED_MS, to_ms(until_at) >= RECEIVED_MS)
        .order_by(RECEIVED_MS, r.c.device_at_ms, r.c.corrects)
    )
    layouts: dict[str, dict[str, str]] = {}
    rows = []
    for row in connection.execute(query):
        received_ms, device_ms, source, sub_ids, implausible, questionable, extra, corrects = row[:_HEAD]
        values = {vital: value for vital, value in zip(_VITALS, row[_HEAD:], strict=True) if value is not None}
        if sub_ids not in layouts:
            layouts[sub_ids] = json.loads(sub_ids)
        absences = () if extra is None else json.loads(extra).get("absences", ())
        rows.append(
            ReceivedRow(
                from_ms(received_ms), from_ms(device_ms), source, values, layouts[sub_ids],
                _marked(values, implausible), _marked(values, questionable or 0),
                tuple((vital, reason) for vital, reason in absences), bool(corrects),
            )
        )  # fmt: skip
    return rows


def _marked(values: Mapping[str, float], bits: int) -> frozenset[str]:
    return frozenset(vital for vital in values if bits & schema.VITAL_BIT[vital])
