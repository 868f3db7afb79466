"""How times and structured values are kept in columns.

Law: a time is whole milliseconds since 1970 in UTC, so that it sorts, subtracts and means the same in every database.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 UTC, rounded down; raises TypeError for a time without zone."""
    return (at - EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """The aware UTC time of a number of milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=ms)


def canonical_json(value: object) -> str:
    """The one text of a value: sorted keys, no spaces, no NaN; raises TypeError or ValueError for what is not JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class UtcMs(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as integer milliseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse a time without zone, which would mean another instant on another machine."""
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give back the aware time."""
        return None if value is None else from_ms(value)


class JsonText(TypeDecorator[Mapping[str, object]]):
    """A JSON object, kept as its canonical text so that a hash over it stays true."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, object] | None, dialect: Dialect) -> str | None:
        """Write the canonical text."""
        return None if value is None else canonical_json(dict(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, object] | None:
        """Read it back."""
        return None if value is None else json.loads(value)
