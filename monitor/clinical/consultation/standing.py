"""Which consultation speaks for a series?

Laws
1. The newest one that speaks for it stands, whatever it decided: a later refusal takes an acceptance back.
2. One that names a series speaks for that series alone. One that names none speaks for the first series opened after
   it, and for the newest one that was open when it was signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.consultation.evaluation import Decision


@dataclass(frozen=True, slots=True)
class Signed:
    """A consultation that was signed; `replaces` is the one it corrects."""

    id: int
    series_id: int | None
    decision: Decision
    at: datetime
    by: str
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class SeriesOpened:
    """A series of this patient, and since when there is one."""

    id: int
    at: datetime


def standing_for(series_id: int, all_series: Sequence[SeriesOpened], signed: Sequence[Signed]) -> Signed | None:
    """The consultation that stands for a series of this patient; None when nobody has evaluated for it."""
    replaced = {one.replaces for one in signed}
    speaking = [
        one for one in signed if one.id not in replaced and series_id in spoken_for(one, sorted_series(all_series))
    ]
    return max(speaking, key=lambda one: one.id, default=None)


def sorted_series(all_series: Sequence[SeriesOpened]) -> list[SeriesOpened]:
    """By when they were opened."""
    return sorted(all_series, key=lambda one: (one.at, one.id))


def spoken_for(one: Signed, by_time: Sequence[SeriesOpened]) -> frozenset[int]:
    """The series a consultation speaks for; `by_time` are all of this patient, the oldest first."""
    if one.series_id is not None:
        return frozenset({one.series_id})
    before = [series.id for series in by_time if series.at < one.at]
    after = [series.id for series in by_time if series.at >= one.at]
    return frozenset({*before[-1:], *after[:1]})
