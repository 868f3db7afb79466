"""How readings are written: one row a chair, a device time and a content.

Law: a resend changes nothing; different content at one time is kept beside the other; no value is lost in writing.
Plain driver tuples instead of expressions: this is the only path that runs hundreds of times a second.
"""

import json
from collections.abc import Mapping, Sequence
from math import isfinite

from sqlalchemy import Connection, select

from monitor.store import schema
from monitor.store.content import next_key, short_key
from monitor.store.dialects import driver_insert_new, driver_select_row, insert_new
from monitor.store.rows import ReadingRow
from monitor.store.types import canonical_json, to_ms

_VITALS = schema.VITAL_COLUMNS
_KNOWN = frozenset(_VITALS)
_LAYOUTS_KEPT = 4096
_KEY = 3  # chair, device time, part
_CONTENT = (
    4,
    *range(7, 10 + len(_VITALS)),
)  # layout, then all that was measured; not who, when, nor doubts

Row = tuple[object, ...]
Layout = tuple[str, str]


class ReadingWriter:
    """Writes reading rows; remembers the numbers of layouts that are committed."""

    def __init__(self) -> None:
        self._layouts: dict[Layout, int] = {}
        self._uncommitted: dict[Layout, int] = {}
        self._texts: dict[tuple[tuple[str, str], ...], str] = {}

    def write(self, connection: Connection, readings: Sequence[ReadingRow]) -> int:
        """Insert what is new inside the running transaction and give back how many rows that were.

        Raises ValueError for a vital that has no column.
        """
        if not readings:
            return 0
        rows = [self._row(connection, reading) for reading in readings]
        insert = driver_insert_new(connection, schema.readings)
        new = connection.exec_driver_sql(insert, rows).rowcount
        if new < len(rows):
            lookup = driver_select_row(connection, schema.readings)
            new += sum(_keep_beside(connection, insert, lookup, row) for row in rows)
        return new

    def committed(self) -> None:
        """The transaction held: its layouts may be remembered."""
        if len(self._layouts) + len(self._uncommitted) > _LAYOUTS_KEPT:
            self._layouts.clear()
        self._layouts.update(self._uncommitted)
        self._uncommitted.clear()

    def undone(self) -> None:
        """The transaction did not hold: forget its layouts."""
        self._uncommitted.clear()

    def _row(self, connection: Connection, reading: ReadingRow) -> Row:
        values, not_numbers = _finite(reading.values)
        sub_ids = self._sub_ids_text(reading.sub_ids)
        extra = _extra(reading, not_numbers)
        implausible = sum(schema.VITAL_BIT[vital] for vital in reading.implausible)
        device_ms = to_ms(reading.device_at)
        charted_ms = to_ms(reading.charted_at)
        cells = tuple(map(values.get, _VITALS))
        return (
            reading.chair_id,
            device_ms,
            short_key((reading.source, sub_ids, implausible, reading.corrects, extra, cells)),
            reading.session_id,
            self._layout_id(connection, (reading.source, sub_ids)),
            (to_ms(reading.received_at) - device_ms) or None,
            None if charted_ms == device_ms else charted_ms,
            implausible,
            int(reading.corrects),
            extra,
            *cells,
            sum(schema.VITAL_BIT[vital] for vital in reading.questionable) or None,
            reading.late_id,
        )

    def _sub_ids_text(self, sub_ids: Mapping[str, str]) -> str:
        key = tuple(sub_ids.items())
        text = self._texts.get(key)
        if text is None:
            if len(self._texts) > _LAYOUTS_KEPT:
                self._texts.clear()
            text = self._texts[key] = canonical_json(dict(sub_ids))
        return text

    def _layout_id(self, connection: Connection, layout: Layout) -> int:
        known = self._layouts.get(layout) or self._uncommitted.get(layout)
        if known is None:
            table, (source, sub_ids) = schema.reading_layouts, layout
            connection.execute(insert_new(connection, table), {"source": source, "sub_ids": sub_ids})
            query = select(table.c.id).where(table.c.source == source, table.c.sub_ids == sub_ids)
            known = self._uncommitted[layout] = connection.execute(query).scalar_one()
        return known


def _finite(values: Mapping[str, float]) -> tuple[dict[str, float], list[str]]:
    """Split off NaN and infinities: a database would keep them as nothing, and nothing must not be lost silently."""
    if not values.keys() <= _KNOWN:
        raise ValueError(f"no column for {sorted(set(values) - _KNOWN)}")
    finite = {vital: float(value) for vital, value in values.items() if isfinite(value)}
    return finite, [vital for vital in values if vital not in finite]


def _extra(reading: ReadingRow, not_numbers: Sequence[str]) -> str | None:
    absences = [*map(list, reading.absences), *([vital, "not_a_number"] for vital in not_numbers)]
    extra: dict[str, object] = {}
    if reading.others:
        extra["others"] = [list(other) for other in reading.others]
    if absences:
        extra["absences"] = absences
    return json.dumps(extra, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if extra else None


def _keep_beside(connection: Connection, insert: str, lookup: str, row: Row) -> bool:
    """Store a row whose content hash another row has by chance; whether there was such a chance."""
    while True:
        stored = connection.exec_driver_sql(lookup, row[:_KEY]).one_or_none()
        if stored is None:
            return connection.exec_driver_sql(insert, [row]).rowcount == 1
        if all(stored[position] == row[position] for position in _CONTENT):
            return False
        chair_id, device_ms, part, *rest = row
        row = (chair_id, device_ms, next_key(int(str(part))), *rest)
