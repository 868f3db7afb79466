"""What a scale is made of. Law: an item is in its range or refused with a sentence that names scale, item and range."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.errors import Refused


class ScoreRefused(Refused):
    """A score that is incomplete, out of range or unknown."""

    code = "score_refused"


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One item: a whole number from low to high."""

    name: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ScoreKind:
    """One scale; `source` cites CLINICAL.md. A scale that is not summed has items of its own kind and none here."""

    id: str
    title: str
    items: tuple[ScoreItem, ...]
    source: str


def whole_number(title: str, item: ScoreItem, value: object) -> int:
    """The value of an item, or ScoreRefused."""
    if isinstance(value, bool) or not isinstance(value, int) or not item.low <= value <= item.high:
        raise ScoreRefused(f"{title}, {item.name}: a whole number from {item.low} to {item.high} is needed.")
    return value


def check_names(title: str, items: Mapping[str, object], needed: tuple[str, ...], optional: tuple[str, ...]) -> None:
    """Refuse an item the scale does not have, and name what is missing of it."""
    unknown = sorted(set(items) - set(needed) - set(optional))
    if unknown:
        raise ScoreRefused(f"{title} has no item “{unknown[0]}”.")
    missing = tuple(name for name in needed if name not in items)
    if missing:
        raise ScoreRefused(f"{title} is not complete.", missing)
