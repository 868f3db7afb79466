"""From stored values to drawable curves: gaps stay gaps, and thinning keeps every extreme.

Law: nothing here interpolates. A curve stops where values stop, and the worst value of a bucket is always drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from monitor.web.session_picture import SeriesShape, moment

# A vital is missing after 3 intervals of its source, at least 30 s (DESIGN.md, Time): then the line must break.
GAP_INTERVALS = 3
GAP_S = 30.0


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a moment; None breaks the line."""

    at: datetime
    value: float | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without values, from the last value before it to the first after it."""

    start: datetime
    end: datetime

    @property
    def length_s(self) -> float:
        """Seconds."""
        return (self.end - self.start).total_seconds()


def points_of(series: SeriesShape, start: datetime, bucket_s: float = 0.0) -> list[Point]:
    """The points from `start` on, with a break wherever values are further apart than the gap rule allows.

    Of a series thinned in buckets of `bucket_s` neighbours may be two buckets apart, and nothing is missing there.
    """
    read = (Point(moment(at), value) for at, value in zip(series["at"], series["value"], strict=True))
    points = [point for point in read if point.at >= start]
    longest_s = max(gap_threshold_s(points), 2 * bucket_s)
    broken: list[Point] = []
    for point in points:
        if broken and _leaves_gap(broken[-1], point, longest_s):
            broken.append(Point(broken[-1].at + timedelta(milliseconds=1), None))
        broken.append(point)
    return broken


def gap_threshold_s(points: Sequence[Point]) -> float:
    """How far apart two values may be and still be joined by a line."""
    present = [point for point in points if point.value is not None]
    steps_s = [(after.at - before.at).total_seconds() for before, after in pairwise(present)]
    return max(GAP_S, GAP_INTERVALS * median(steps_s)) if steps_s else GAP_S


def gaps_of(points: Sequence[Point]) -> list[Gap]:
    """Every stretch in which the line is broken, a single missing value included."""
    gaps: list[Gap] = []
    before: Point | None = None
    broken = False
    for point in points:
        if point.value is None:
            broken = True
            continue
        if broken and before is not None:
            gaps.append(Gap(before.at, point.at))
        before, broken = point, False
    return gaps


def thinned(points: Sequence[Point], bucket_s: float) -> list[Point]:
    """At most two values a bucket, its lowest and its highest, in the order they happened; breaks are kept."""
    if bucket_s <= 0:
        return list(points)
    kept: list[Point] = []
    for bucket in _buckets(points, bucket_s):
        kept.extend(_extremes(bucket))
    return kept


def _leaves_gap(before: Point, after: Point, longest_s: float) -> bool:
    if before.value is None or after.value is None:
        return False
    return (after.at - before.at).total_seconds() > longest_s


def _buckets(points: Sequence[Point], bucket_s: float) -> Iterator[list[Point]]:
    """Runs of points in one bucket of absolute time; a break is a run of its own, and consecutive breaks are one."""
    run: list[Point] = []
    key: int | None = None
    for point in points:
        if point.value is None:
            if run:
                yield run
                yield [point]
            run, key = [], None
            continue
        bucket = int(point.at.timestamp() // bucket_s)
        if run and bucket != key:
            yield run
            run = []
        run.append(point)
        key = bucket
    if run:
        yield run


def _extremes(bucket: Sequence[Point]) -> list[Point]:
    present = [point for point in bucket if point.value is not None]
    if not present:
        return list(bucket)
    low = min(present, key=lambda point: point.value or 0.0)
    high = max(present, key=lambda point: point.value or 0.0)
    return [low] if low is high else sorted((low, high), key=lambda point: point.at)
