"""The scores of a session that stand. Law: a correction takes the place of what it corrects; the newest is the one seen
last, not the one written last.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ScoreEntry:
    """One score as somebody saw it."""

    id: int
    kind: str
    items: Mapping[str, object]
    total: float | None
    at: datetime


@dataclass(slots=True)
class Scores:
    """Every score that no correction has replaced, by kind."""

    _standing: dict[str, dict[int, ScoreEntry]] = field(default_factory=dict)
    unjudged: set[str] = field(default_factory=set)  # kinds read from the record: an alarm may have missed its commit

    def add(self, entry: ScoreEntry, replaces_id: int | None = None, *, judged: bool = True) -> None:
        """Keep a score; the same one twice is kept once, as it was first."""
        if not judged:
            self.unjudged.add(entry.kind)
        of_kind = self._standing.setdefault(entry.kind, {})
        if replaces_id is not None:
            of_kind.pop(replaces_id, None)
        of_kind.setdefault(entry.id, entry)

    def newest(self, kind: str) -> ScoreEntry | None:
        """The one seen last; of two seen at the same time the one written last."""
        return _last(self._standing.get(kind, {}).values())

    def before(self, kind: str, at: datetime | None) -> float | None:
        """The total of the last one up to this time: the baseline, once the infusion has begun."""
        if at is None:
            return None
        known = _last(one for one in self._standing.get(kind, {}).values() if one.at <= at and one.total is not None)
        return None if known is None else known.total


def _last(entries: Iterable[ScoreEntry]) -> ScoreEntry | None:
    return max(entries, key=lambda one: (one.at, one.id), default=None)
