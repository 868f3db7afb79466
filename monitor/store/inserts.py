"""How everything but readings is written: rare rows, one statement a table.

Law: what may be sent or written twice (an alarm's events, a device's alarm, a message nobody can use) is stored once.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Table

from monitor.store import audit, schema
from monitor.store.content import long_key
from monitor.store.dialects import insert_new
from monitor.store.pump_rows import PumpEventRow, columns_of
from monitor.store.raw import raw_block
from monitor.store.rows import AcknowledgementRow, AlarmEventRow, Batch, DeviceAlarmRow, QuarantineRow, UnassignedRow
from monitor.store.sessions import mark_simulated
from monitor.store.withdrawals import write_withdrawals

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")


def write_all(connection: Connection, batch: Batch) -> None:
    """Insert every row of a batch but its readings, in the order of the batch."""
    write_withdrawals(connection, batch.withdrawals)
    _write(connection, schema.alarms, batch.alarms, _same)
    _write(connection, schema.alarm_events, batch.alarm_events, _alarm_event)
    _write(connection, schema.acknowledgements, batch.acknowledgements, _same)
    _write(connection, schema.device_alarms, batch.device_alarms, _device_alarm)
    _write(connection, schema.pump_events, batch.pump_events, columns_of)
    _write(connection, schema.quarantine, batch.quarantine, _refused)
    _write(connection, schema.unassigned, batch.unassigned, _refused)
    _write(connection, schema.raw_blocks, batch.raw, raw_block)
    if batch.simulated:
        mark_simulated(connection, batch.simulated)
    if batch.audit:
        audit.append_all(connection, batch.audit)


def insert_acknowledgement(connection: Connection, row: AcknowledgementRow) -> bool:
    """Add one acknowledgement inside an act's savepoint; False when the same was stored before."""
    return connection.execute(insert_new(connection, schema.acknowledgements), _same(row)).rowcount == 1


def insert_unassigned(connection: Connection, row: UnassignedRow) -> None:
    """Keep one unassigned message inside an act's savepoint; the same bytes for the same reason are kept once."""
    _write(connection, schema.unassigned, (row,), _refused)


def insert_device_alarms(connection: Connection, rows: Sequence[DeviceAlarmRow]) -> None:
    """Keep devices' alarms inside an act's savepoint; each once."""
    _write(connection, schema.device_alarms, rows, _device_alarm)


def insert_pump_events(connection: Connection, rows: Sequence[PumpEventRow]) -> None:
    """Keep what pumps told inside an act's savepoint; each once."""
    _write(connection, schema.pump_events, rows, columns_of)


def _write(connection: Connection, table: Table, rows: Sequence[R], columns: Callable[[R], dict[str, object]]) -> None:
    if rows:
        connection.execute(insert_new(connection, table), [columns(row) for row in rows])


def _same(row: "DataclassInstance") -> dict[str, object]:
    return asdict(row)


def _refused(row: QuarantineRow | UnassignedRow) -> dict[str, object]:
    return {**asdict(row), "content": long_key((row.reason, row.raw))}


def _alarm_event(row: AlarmEventRow) -> dict[str, object]:
    columns = asdict(row)
    content = long_key((row.event, row.state, row.priority, row.value, row.limit, row.words, row.cause, row.person_id))
    columns["limit_value"] = columns.pop("limit")
    return {**columns, "content": content}


def _device_alarm(row: DeviceAlarmRow) -> dict[str, object]:
    said = (row.device, row.source_channel, row.state, row.audio)
    more = said if any(part is not None for part in said) else ()  # as it was before these were kept
    content = long_key((row.chair_id, row.source, row.code, row.text, row.phase, row.priority, *more))
    return {**asdict(row), "content": content}
