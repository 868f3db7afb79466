"""Keeping a batch of which some part can never be stored.

Law: one row or act that the record refuses for what it is must not keep all others out of it for ever. Only that part
is set aside; what came with a message is kept in quarantine. A locked or failing disk is no such reason: then the
whole batch stays owed. What is written twice on the way is stored once, or is a refused message.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from monitor.errors import MonitorError
from monitor.store.errors import WriteFailed
from monitor.store.pump_rows import PumpEventRow
from monitor.store.rows import Batch, DeviceAlarmRow, QuarantineRow, ReadingRow, UnassignedRow, Written

log = logging.getLogger(__name__)

_FAULTS_OF_CONTENT = (StatementError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
_ROWS = tuple(part.name for part in fields(Batch) if part.name != "acts")

Row = tuple[str, object]  # the part of the batch it belongs to, and the row


class Record(Protocol):
    """What the writer needs of the store."""

    def write(self, batch: Batch) -> Written:
        """One transaction."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a batch did, and the parts of it that cannot be stored: the name of the part and of the error."""

    written: Written
    set_aside: tuple[tuple[str, str], ...] = ()


def keep(record: Record, batch: Batch) -> Kept:
    """Store a batch, or all of it that can be stored; raises WriteFailed when the record takes no writes at all."""
    set_aside: list[tuple[str, str]] = []
    while True:
        try:
            return Kept(record.write(batch), tuple(set_aside))
        except WriteFailed as failure:
            cause = type(failure.__cause__).__name__
            if failure.act is not None:
                # Its index must stay, as the answers are counted by it.
                acts = list(batch.acts)
                acts[failure.act] = _refused
                batch = replace(batch, acts=tuple(acts))
                set_aside.append(("acts", cause))
            elif is_of_content(failure) and any(getattr(batch, name) for name in _ROWS):
                return _keep_apart(record, batch, set_aside)
            else:
                raise


def is_of_content(failure: WriteFailed) -> bool:
    """Whether the batch itself is to blame, so that writing it again would fail for ever."""
    cause = failure.__cause__
    if isinstance(cause, DBAPIError):
        of_a_value = isinstance(cause, IntegrityError | DataError) or "binding parameter" in str(cause.orig)
        return of_a_value and not cause.connection_invalidated
    return isinstance(cause, _FAULTS_OF_CONTENT)


def _keep_apart(record: Record, batch: Batch, set_aside: list[tuple[str, str]]) -> Kept:
    """Rows first, in halves until only what is to blame is left; then the acts, which may look at the rows."""
    refused: list[tuple[Row, str]] = []
    rows: list[Row] = [(name, row) for name in _ROWS for row in getattr(batch, name)]
    new = _halves(record, rows, refused)
    kept = [quarantined for row, cause in refused if (quarantined := _quarantined(row[1], cause)) is not None]
    if kept:
        _halves(record, [("quarantine", row) for row in kept], [])
    set_aside += [(name, cause) for (name, _), cause in refused]
    acts = keep(record, Batch(acts=batch.acts)) if batch.acts else Kept(Written(0, ()))
    return Kept(Written(new, acts.written.answers), (*set_aside, *acts.set_aside))


def _halves(record: Record, rows: Sequence[Row], refused: list[tuple[Row, str]]) -> int:
    """Store rows in their order; gives back how many readings were new."""
    try:
        return record.write(_batch(rows)).readings_new
    except WriteFailed as failure:
        if not is_of_content(failure):
            raise
        if len(rows) == 1:
            refused.append((rows[0], type(failure.__cause__).__name__))
            return 0
    middle = len(rows) // 2
    first = _halves(record, rows[:middle], refused)
    return first + _halves(record, rows[middle:], refused)


def _batch(rows: Sequence[Row]) -> Batch:
    parts: dict[str, list[object]] = {}
    for name, row in rows:
        parts.setdefault(name, []).append(row)
    return replace(Batch(), **{name: tuple(found) for name, found in parts.items()})  # type: ignore[arg-type]


def _quarantined(row: object, cause: str) -> QuarantineRow | None:
    """The row as a refused message; None when no message brought it."""
    at: datetime
    match row:
        case ReadingRow(received_at=at) | DeviceAlarmRow(received_at=at) | PumpEventRow(received_at=at):
            raw = repr(row).encode("utf-8", "backslashreplace")
            return QuarantineRow(at, "", f"read, but the record cannot take it ({cause})", None, "", raw)
        case UnassignedRow(received_at=at, raw=raw) | QuarantineRow(received_at=at, raw=raw):
            return QuarantineRow(at, "", f"kept without its particulars ({cause})", None, "", bytes(raw))
    return None


def _refused(connection: Connection) -> object:
    raise MonitorError("The server could not do this; its log says why. Nothing was changed.")
