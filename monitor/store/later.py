"""Writing what gets into the record later, as an act.

Law: one act names the person and the reason, one entry a message says what became of it; a reading that is stored
already is not stored twice.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, insert

from monitor.store.inserts import insert_device_alarms, insert_pump_events
from monitor.store.keys import insert_row
from monitor.store.pump_rows import PumpEventRow, only_changes
from monitor.store.readings import ReadingWriter
from monitor.store.reviews import late_values_came
from monitor.store.rows import DeviceAlarmRow, ReadingRow, WithdrawalRow
from monitor.store.schema_whose import late_acts, late_entries
from monitor.store.withdrawals import write_withdrawals


@dataclass(frozen=True, slots=True)
class LateActRow:
    """Who brought messages into the record later, where to (None: where the messages themselves say), and why."""

    kind: str
    chair_id: int | None
    session_id: int | None
    at: datetime
    person_id: int | None
    by: str
    reason: str
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class LateMessage:
    """What became of one message, and the rows it brings."""

    outcome: str
    detail: str = ""
    unassigned_id: int | None = None
    quarantine_id: int | None = None
    chair_id: int | None = None
    session_id: int | None = None
    readings: tuple[ReadingRow, ...] = ()
    device_alarms: tuple[DeviceAlarmRow, ...] = ()
    pump_events: tuple[PumpEventRow, ...] = ()
    withdrawals: tuple[WithdrawalRow, ...] = ()


def insert_late(connection: Connection, act: LateActRow, messages: Sequence[LateMessage]) -> tuple[int, int]:
    """Store an act with its messages; gives back its id and how many rows of readings were new."""
    act_id = insert_row(connection, late_acts, asdict(act))
    rows = [replace(row, late_id=act_id) for message in messages for row in message.readings]
    new = ReadingWriter().write(connection, rows)
    write_withdrawals(connection, [row for message in messages for row in message.withdrawals])
    insert_device_alarms(connection, [row for message in messages for row in message.device_alarms])
    insert_pump_events(connection, only_changes(row for message in messages for row in message.pump_events))
    if messages:
        connection.execute(insert(late_entries), [_entry(act_id, message) for message in messages])
    late_values_came(connection, [message.session_id for message in messages], act_id, act.at)
    return act_id, new


def _entry(act_id: int, message: LateMessage) -> dict[str, object]:
    return {
        "act_id": act_id,
        "unassigned_id": message.unassigned_id,
        "quarantine_id": message.quarantine_id,
        "outcome": message.outcome,
        "detail": message.detail,
        "charted": sum(len(row.values) for row in message.readings),
        "chair_id": message.chair_id,
        "session_id": message.session_id,
    }
