"""Curves: readings thinned in SQL to the lowest and highest value of each stretch of time.

Law: thinning never hides an extreme, never invents a value or a time, and a silence stays a gap.
The database does the work outside Python's global lock, so that looking back never slows an alarm (MEASURED.md §3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Literal

from sqlalchemy import BigInteger, ColumnElement, Connection, Subquery, bindparam, exists, func, or_, select, union_all

from monitor.clinical.vitals import KINDS, Cadence, Vital
from monitor.store import schema
from monitor.store.queries.fetch import AnySelect
from monitor.store.queries.readings import CHARTED_BETWEEN, CHARTED_MS, RECEIVED_MS, r
from monitor.store.schema_whose import withdrawals
from monitor.store.types import from_ms, to_ms

GAP_S = 30.0
GAP_INTERVALS = 3  # DESIGN.md "Time": a continuous vital is missing after 3 intervals, at least 30 s
LONGEST_GAP = timedelta(minutes=5)  # rarer values than this are points, not a line
RECENT = timedelta(minutes=15)

_other, _w = r.alias("other"), withdrawals

Point = tuple[datetime, float]
Came = Literal["ever", "late"]  # late: brought into the record by a person's act


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve; a value of None ends a line: nothing was measured until the next time."""

    at: tuple[datetime, ...]
    value: tuple[float | None, ...]


def curves(
    connection: Connection,
    chair_id: int,
    from_at: datetime,
    until_at: datetime,
    *,
    buckets: int = 450,
    vitals: Iterable[str] | None = None,
    session_id: int | None = None,
    gap_s: float = GAP_S,
) -> dict[str, Curve]:
    """Curves of a chair's accepted values: at most two points a bucket and vital; vitals never measured are left out.

    A gap is a silence of a continuous vital longer than `gap_s`, two buckets, and three of its own intervals.
    """
    found = {}
    least_gap = max(timedelta(seconds=gap_s), 2 * (until_at - from_at) / buckets)
    for vital in schema.VITAL_COLUMNS if vitals is None else vitals:
        points = decimated(connection, chair_id, vital, from_at, until_at, buckets=buckets, session_id=session_id)
        if points:
            continuous = KINDS[Vital(vital)].cadence is Cadence.CONTINUOUS
            found[vital] = _with_gaps(points, max(least_gap, _silence(points)) if continuous else None)
    return found


def recent_curves(
    connection: Connection,
    chair_id: int,
    now: datetime,
    *,
    buckets: int = 45,
    vitals: Iterable[str] | None = None,
    session_id: int | None = None,
) -> dict[str, Curve]:
    """Curves of a chair's last 15 minutes, for the small lines on a tile (at most 90 points each)."""
    return curves(connection, chair_id, now - RECENT, now, buckets=buckets, vitals=vitals, session_id=session_id)


def decimated(
    connection: Connection,
    chair_id: int,
    vital: str,
    from_at: datetime,
    until_at: datetime,
    *,
    buckets: int = 450,
    session_id: int | None = None,
    came: Came = "ever",
) -> list[Point]:
    """The earliest lowest and the earliest highest accepted value of each bucket of a range, by time."""
    low, high = to_ms(from_at), to_ms(until_at)
    found = connection.execute(
        _decimating(vital, session_id is not None, came),
        {
            "chair_id": chair_id,
            "session_id": session_id,
            "low": low,
            "high": high,
            "span": high - low + 1,
            "buckets": buckets,
        },
    )
    return [(from_ms(ms), value) for ms, value in found]


@cache  # building a statement costs more Python, and so more of the lock alarms need, than running it
def _decimating(vital: str, of_session: bool, came: Came) -> AnySelect:
    points = _points(vital, of_session, came)
    lowest = func.min(points.c.value).over(partition_by=points.c.bucket).label("lowest")
    highest = func.max(points.c.value).over(partition_by=points.c.bucket).label("highest")
    within = select(points, lowest, highest).subquery()
    earliest = func.min(within.c.ms)
    return (
        select(earliest, within.c.value)
        .where(or_(within.c.value == within.c.lowest, within.c.value == within.c.highest))
        .group_by(within.c.bucket, within.c.value)
        .order_by(earliest, within.c.value)
    )


def _points(vital: str, of_session: bool, came: Came) -> Subquery:
    low, span, buckets = (bindparam(name, type_=BigInteger) for name in ("low", "span", "buckets"))
    query: AnySelect = select(
        CHARTED_MS.label("ms"),
        r.c[vital].label("value"),
        ((CHARTED_MS - low) * buckets // span).label("bucket"),
    ).where(
        r.c.chair_id == bindparam("chair_id"),
        r.c[vital].is_not(None),
        r.c.implausible.op("&")(schema.VITAL_BIT[vital]) == 0,
        ~_superseded(vital),
        ~_taken_back(vital),
    )
    if of_session:
        query = query.where(r.c.session_id == bindparam("session_id"))
    if came == "late":
        query = query.where(r.c.late_id.is_not(None))
    return union_all(*(query.where(kind) for kind in CHARTED_BETWEEN)).subquery()


def _taken_back(vital: str) -> ColumnElement[bool]:
    """Whether the device took this value back; only a correction that came after it stands again."""
    return exists().where(
        _w.c.chair_id == r.c.chair_id,
        _w.c.device_at_ms == r.c.device_at_ms,
        _w.c.vital == vital,
        _w.c.of_charted == 1,
        or_(r.c.corrects == 0, _w.c.received_at_ms >= RECEIVED_MS),
    )


def _superseded(vital: str) -> ColumnElement[bool]:
    """Whether another row says this vital at this device time and goes before."""
    delay, other_delay = (func.coalesce(row.c.received_delay_ms, 0) for row in (r, _other))
    goes_before = or_(
        _other.c.corrects > r.c.corrects,
        (_other.c.corrects == r.c.corrects) & (other_delay > delay),
        (_other.c.corrects == r.c.corrects) & (other_delay == delay) & (_other.c.part > r.c.part),
    )
    return exists().where(
        _other.c.chair_id == r.c.chair_id,
        _other.c.device_at_ms == r.c.device_at_ms,
        _other.c.part != r.c.part,
        _other.c[vital].is_not(None),
        goes_before,
    )


def _silence(points: list[Point]) -> timedelta:
    """Three intervals of a source that measures seldom: between two of its values nothing is missing."""
    between = sorted(later - earlier for (earlier, _), (later, _) in pairwise(points))
    return min(LONGEST_GAP, GAP_INTERVALS * between[len(between) // 2]) if between else LONGEST_GAP


def _with_gaps(points: list[Point], least_gap: timedelta | None) -> Curve:
    at: list[datetime] = []
    value: list[float | None] = []
    for when, number in points:
        if least_gap is not None and at and when - at[-1] > least_gap:
            at.append(at[-1] + (when - at[-1]) / 2)
            value.append(None)
        at.append(when)
        value.append(number)
    return Curve(tuple(at), tuple(value))
