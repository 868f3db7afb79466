"""Curves: readings thinned in SQL to the lowest and highest value of each stretch of time.

Law: thinning never hides an extreme, never invents a value or a time, and a silence stays a gap.
The database does the work outside Python's global lock, so that looking back never slows an alarm (MEASURED.md §3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Subquery, exists, func, or_, select, union_all

from monitor.clinical.vitals import KINDS, Cadence, Vital
from monitor.store import schema
from monitor.store.queries.fetch import AnySelect
from monitor.store.queries.readings import CHARTED_MS, charted_between, r
from monitor.store.types import from_ms, to_ms

GAP_S = 30.0
RECENT = timedelta(minutes=15)

Point = tuple[datetime, float]


@dataclass(frozen=True, slots=True)
class Series:
    """One curve; a value of None ends a line: nothing was measured until the next time."""

    at: tuple[datetime, ...]
    value: tuple[float | None, ...]


def series(
    connection: Connection,
    chair_id: int,
    from_at: datetime,
    until_at: datetime,
    *,
    buckets: int = 450,
    vitals: Iterable[str] | None = None,
    session_id: int | None = None,
    gap_s: float = GAP_S,
) -> dict[str, Series]:
    """Curves of a chair's accepted values: at most two points a bucket and vital; vitals never measured are left out.

    A gap is a silence of a continuous vital longer than `gap_s` and two buckets.
    """
    curves = {}
    least_gap = max(timedelta(seconds=gap_s), 2 * (until_at - from_at) / buckets)
    for vital in schema.VITAL_COLUMNS if vitals is None else vitals:
        points = decimated(connection, chair_id, vital, from_at, until_at, buckets=buckets, session_id=session_id)
        if points:
            continuous = KINDS[Vital(vital)].cadence is Cadence.CONTINUOUS
            curves[vital] = _with_gaps(points, least_gap if continuous else None)
    return curves


def recent_series(
    connection: Connection,
    chair_id: int,
    now: datetime,
    *,
    buckets: int = 45,
    vitals: Iterable[str] | None = None,
    session_id: int | None = None,
) -> dict[str, Series]:
    """Curves of a chair's last 15 minutes, for the small lines on a tile (at most 90 points each)."""
    return series(connection, chair_id, now - RECENT, now, buckets=buckets, vitals=vitals, session_id=session_id)


def decimated(
    connection: Connection,
    chair_id: int,
    vital: str,
    from_at: datetime,
    until_at: datetime,
    *,
    buckets: int = 450,
    session_id: int | None = None,
) -> list[Point]:
    """The earliest lowest and the earliest highest accepted value of each bucket of a range, by time."""
    points = _points(chair_id, vital, from_at, until_at, buckets, session_id)
    lowest = func.min(points.c.value).over(partition_by=points.c.bucket).label("lowest")
    highest = func.max(points.c.value).over(partition_by=points.c.bucket).label("highest")
    within = select(points, lowest, highest).subquery()
    earliest = func.min(within.c.ms)
    query = (
        select(earliest, within.c.value)
        .where(or_(within.c.value == within.c.lowest, within.c.value == within.c.highest))
        .group_by(within.c.bucket, within.c.value)
        .order_by(earliest, within.c.value)
    )
    return [(from_ms(ms), value) for ms, value in connection.execute(query)]


def _points(
    chair_id: int, vital: str, from_at: datetime, until_at: datetime, buckets: int, session_id: int | None
) -> Subquery:
    low, span = to_ms(from_at), to_ms(until_at) - to_ms(from_at) + 1
    query: AnySelect = select(
        CHARTED_MS.label("ms"),
        r.c[vital].label("value"),
        ((CHARTED_MS - low) * buckets // span).label("bucket"),
    ).where(
        r.c.chair_id == chair_id,
        r.c[vital].is_not(None),
        r.c.implausible.op("&")(schema.VITAL_BIT[vital]) == 0,
        ~_superseded(vital),
    )
    if session_id is not None:
        query = query.where(r.c.session_id == session_id)
    return union_all(*(query.where(kind) for kind in charted_between(from_at, until_at))).subquery()


def _superseded(vital: str) -> ColumnElement[bool]:
    """Whether another row says this vital at this device time and goes before."""
    other = r.alias("other")
    delay, other_delay = (func.coalesce(row.c.received_delay_ms, 0) for row in (r, other))
    goes_before = or_(
        other.c.corrects > r.c.corrects,
        (other.c.corrects == r.c.corrects) & (other_delay > delay),
        (other.c.corrects == r.c.corrects) & (other_delay == delay) & (other.c.part > r.c.part),
    )
    return exists().where(
        other.c.chair_id == r.c.chair_id,
        other.c.device_at_ms == r.c.device_at_ms,
        other.c.part != r.c.part,
        other.c[vital].is_not(None),
        goes_before,
    )


def _with_gaps(points: list[Point], least_gap: timedelta | None) -> Series:
    at: list[datetime] = []
    value: list[float | None] = []
    for when, number in points:
        if least_gap is not None and at and when - at[-1] > least_gap:
            at.append(at[-1] + (when - at[-1]) / 2)
            value.append(None)
        at.append(when)
        value.append(number)
    return Series(tuple(at), tuple(value))
