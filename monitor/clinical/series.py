"""A series of infusions: how near to each other two may be, and how many are planned.

Law: it plans and refuses; it moves and ends nothing. Times are those planned for, cancelled sessions left out.
Source: CLINICAL.md §1.2 (6 infusions over 14 days, at least 24 h apart, editable).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta


def neighbour(others: Iterable[datetime], wanted_at: datetime, interval_h: float) -> datetime | None:
    """The infusion nearest to a wanted time when it is nearer than the shortest gap; None when all are far enough."""
    gap = timedelta(hours=interval_h)
    near = [at for at in others if abs(at - wanted_at) < gap]
    return min(near, key=lambda at: abs(at - wanted_at), default=None)


def earliest(others: Iterable[datetime], wanted_at: datetime, interval_h: float) -> datetime:
    """The first time from the wanted one on that is far enough from every other infusion."""
    gap = timedelta(hours=interval_h)
    at = wanted_at
    for other in sorted(others):
        if abs(other - at) < gap:
            at = other + gap
    return at
