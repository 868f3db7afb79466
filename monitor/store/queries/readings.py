"""Readings at full resolution.

Law: one vital at one device time appears once: what corrects goes before what was first sent, then what was received
last. Times asked for are `charted_at`; both ends belong to the range. What got into the record later is `questionable`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import chain

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, bindparam, func, select

from monitor.clinical.vitals import KINDS, Quality, Vital
from monitor.store import schema
from monitor.store.queries.fetch import AnyRow, AnySelect
from monitor.store.schema_whose import withdrawals
from monitor.store.types import from_ms, to_ms

r, _layouts, _w = schema.readings, schema.reading_layouts, withdrawals
CHARTED_MS = func.coalesce(r.c.charted_at_ms, r.c.device_at_ms)
RECEIVED_MS = r.c.device_at_ms + func.coalesce(r.c.received_delay_ms, 0)
_VITALS = schema.VITAL_COLUMNS
_HEAD = 11

_low, _high = bindparam("low", type_=BigInteger), bindparam("high", type_=BigInteger)
# Rows charted between :low and :high: by the key where the device clock was right, by the small index elsewhere.
# Two conditions and not one OR: SQLite would answer an OR by reading everything the chair ever measured.
CHARTED_BETWEEN: tuple[ColumnElement[bool], ColumnElement[bool]] = (
    and_(r.c.charted_at_ms.is_(None), r.c.device_at_ms.between(_low, _high)),
    r.c.charted_at_ms.between(_low, _high),
)


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    """One value of one vital; `at` is when it is charted, `measured_at` what the device says."""

    at: datetime
    vital: str
    value: float
    unit: str
    sub_id: str
    quality: str
    measured_at: datetime
    received_at: datetime
    source: str
    session_id: int | None
    chair_id: int
    late_id: int | None = None  # the late act that brought it into the record; None: received live
    struck: str = ""  # "": charted; else withdrawn, corrected, or replaced by another content of the same moment
    part: int = 0  # of the row's key, with chair and device time


@dataclass(frozen=True, slots=True)
class Beside:
    """What a row says beside its values: values of further sources, and vitals sent without a value and why."""

    at: datetime
    others: tuple[tuple[str, float, str], ...]
    absences: tuple[tuple[str, str], ...]


def readings(
    connection: Connection,
    chair_id: int,
    from_at: datetime,
    until_at: datetime,
    *,
    session_id: int | None = None,
    vitals: Iterable[str] | None = None,
) -> list[ReadingRecord]:
    """Every value charted on a chair in a range, of one session when named; by time, then in the order of vitals."""
    wanted = _VITALS if vitals is None else tuple(vital for vital in _VITALS if vital in set(vitals))
    asked = {"chair_id": chair_id, "session_id": session_id, "low": to_ms(from_at), "high": to_ms(until_at)}
    of_session = session_id is not None
    found = [connection.execute(between(clock_right, of_session), asked) for clock_right in (True, False)]
    return records(connection, chair_id, chain.from_iterable(found), wanted)


@cache
def between(clock_right: bool, of_session: bool) -> AnySelect:
    """Whole rows of a chair, or of a session there, charted between :low and :high."""
    return rows_of(of_session).where(CHARTED_BETWEEN[not clock_right])


def session_readings(
    connection: Connection, session_id: int, from_at: datetime, until_at: datetime, vitals: Iterable[str] | None = None
) -> list[ReadingRecord]:
    """The same for a session, on whatever chair it is."""
    chair_id = chair_of(connection, session_id)
    if chair_id is None:
        return []
    return readings(connection, chair_id, from_at, until_at, session_id=session_id, vitals=vitals)


def newest_readings(
    connection: Connection, chair_id: int, since_at: datetime, *, session_id: int | None = None
) -> dict[str, ReadingRecord]:
    """The newest value of each vital received live and charted on a chair since a time."""
    newest: dict[str, ReadingRecord] = {}
    for vital in _VITALS:
        found = last_readings(connection, chair_id, vital, 1, since_at, session_id=session_id)
        if found:
            newest[vital] = found[-1]
    return newest


def last_readings(
    connection: Connection, chair_id: int, vital: str, count: int, since_at: datetime, *, session_id: int | None = None
) -> list[ReadingRecord]:
    """The last values of one vital received live on a chair since a time, oldest first."""
    # Two rows may hold one measurement and its correction: twice as many rows hold enough.
    asked = {"chair_id": chair_id, "session_id": session_id, "low": to_ms(since_at), "most": 2 * count + 2}
    of_session = session_id is not None
    found = [connection.execute(_newest(vital, clock_right, of_session), asked) for clock_right in (True, False)]
    return records(connection, chair_id, chain.from_iterable(found), (vital,))[-count:]


@cache
def _newest(vital: str, clock_right: bool, of_session: bool) -> AnySelect:
    at = r.c.device_at_ms if clock_right else r.c.charted_at_ms
    query = rows_of(of_session).where(r.c[vital].is_not(None), r.c.late_id.is_(None), at >= _low)
    if clock_right:
        query = query.where(r.c.charted_at_ms.is_(None))
    return query.order_by(at.desc()).limit(bindparam("most", type_=BigInteger))


def beside_readings(connection: Connection, chair_id: int, from_at: datetime, until_at: datetime) -> list[Beside]:
    """What was sent beside the readings of a chair in a range, by time."""
    query = select(CHARTED_MS, r.c.extra).where(r.c.chair_id == chair_id, r.c.extra.is_not(None))
    asked = {"low": to_ms(from_at), "high": to_ms(until_at)}
    found = [connection.execute(query.where(kind), asked) for kind in CHARTED_BETWEEN]
    return [_beside(ms, text) for ms, text in sorted(chain.from_iterable(found), key=lambda row: row[0])]


def _beside(ms: int, text: str) -> Beside:
    extra = json.loads(text)
    others = tuple((vital, value, sub_id) for vital, value, sub_id in extra.get("others", ()))
    return Beside(from_ms(ms), others, tuple((vital, reason) for vital, reason in extra.get("absences", ())))


@cache
def rows_of(of_session: bool) -> AnySelect:
    """Whole rows of a chair, or of a session there."""
    query: AnySelect = (
        select(
            *(r.c.chair_id, r.c.device_at_ms, CHARTED_MS, RECEIVED_MS, r.c.corrects, r.c.session_id, r.c.implausible),
            *(r.c.questionable, r.c.late_id),
            *(_layouts.c.source, _layouts.c.sub_ids),
            *(r.c[vital] for vital in _VITALS),
            r.c.part,
        )
        .join(_layouts, _layouts.c.id == r.c.layout_id)
        .where(r.c.chair_id == bindparam("chair_id"))
    )
    return query.where(r.c.session_id == bindparam("session_id")) if of_session else query


def withdrawn(connection: Connection, chair_id: int, rows: Sequence[AnyRow]) -> dict[tuple[int, str], int]:
    """When what was measured at these times was taken back: (device time, vital) to the time received."""
    if not rows:
        return {}
    times = [int(row[1]) for row in rows]
    asked = {"chair_id": chair_id, "low": min(times), "high": max(times)}
    return {(int(at), vital): int(received) for at, vital, received in connection.execute(_TAKEN_BACK, asked)}


_TAKEN_BACK = select(_w.c.device_at_ms, _w.c.vital, _w.c.received_at_ms).where(
    _w.c.chair_id == bindparam("chair_id"), _w.c.of_charted == 1, _w.c.device_at_ms.between(_low, _high)
)


def chair_of(connection: Connection, session_id: int) -> int | None:
    """Where a session is; None when there is none."""
    query = select(schema.sessions.c.chair_id).where(schema.sessions.c.id == session_id)
    return connection.execute(query).scalar_one_or_none()


def records(
    connection: Connection, chair_id: int, found: Iterable[AnyRow], wanted: tuple[str, ...]
) -> list[ReadingRecord]:
    """Rows to values; what was taken back, and the earlier of two that say one vital at one device time, left out."""
    rows = list(found)
    latest = winners(rows, withdrawn(connection, chair_id, rows), wanted)
    return sorted((record for _, record in latest.values()), key=place)


def winners(
    rows: Sequence[AnyRow], gone: Mapping[tuple[int, str], int], wanted: tuple[str, ...]
) -> dict[tuple[int, str], tuple[tuple[int, int], ReadingRecord]]:
    """The charted value of each device time and vital, with its rank."""
    latest: dict[tuple[int, str], tuple[tuple[int, int], ReadingRecord]] = {}
    for row in rows:
        rank = (int(row[4]), int(row[3]))
        for record in values_of(row, wanted):
            key = (int(row[1]), record.vital)
            if is_gone(row, record.vital, gone):
                continue
            if key not in latest or latest[key][0] <= rank:
                latest[key] = (rank, record)
    return latest


def is_gone(row: AnyRow, vital: str, gone: Mapping[tuple[int, str], int]) -> bool:
    """Whether the device took it back; only a correction that came after that stands again."""
    key = (int(row[1]), vital)
    return key in gone and (not row[4] or int(row[3]) <= gone[key])


def place(one: ReadingRecord) -> tuple[datetime, int]:
    """By time, then in the order of vitals."""
    return one.at, schema.VITAL_BIT[one.vital]


def values_of(row: AnyRow, wanted: tuple[str, ...]) -> Iterator[ReadingRecord]:
    """The values of a row."""
    chair_id, device_ms, charted_ms, received_ms, _, session_id, *judged, late_id, source, sub_ids_text = row[:_HEAD]
    at, measured_at, received_at = from_ms(charted_ms), from_ms(device_ms), from_ms(received_ms)
    sub_ids = _sub_ids(sub_ids_text)
    for position, vital in enumerate(_VITALS, start=_HEAD):
        value = row[position]
        if value is None or vital not in wanted:
            continue
        yield ReadingRecord(
            at,
            vital,
            value,
            KINDS[Vital(vital)].unit,
            sub_ids.get(vital, ""),
            _quality(judged, schema.VITAL_BIT[vital], late=late_id is not None),
            measured_at,
            received_at,
            source,
            session_id,
            chair_id,
            late_id,
            part=row[-1],
        )


def _quality(judged: Sequence[int | None], bit: int, *, late: bool) -> Quality:
    """By the bits of the implausible and of the questionable; what came late only speaks against going."""
    implausible, questionable = judged
    if (implausible or 0) & bit:
        return Quality.IMPLAUSIBLE
    return Quality.QUESTIONABLE if late or (questionable or 0) & bit else Quality.ACCEPTED


@lru_cache(maxsize=1024)
def _sub_ids(text: str) -> dict[str, str]:
    parsed: dict[str, str] = json.loads(text)
    return parsed
