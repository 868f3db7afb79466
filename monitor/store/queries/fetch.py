"""Rows into plain values, column by column in the order of the fields."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Executable, Row, Select

T = TypeVar("T")

# Columns chosen at run time have no static type; the dataclass that a row becomes gives it back.
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


def many(connection: Connection, query: Executable, made: Callable[..., T]) -> list[T]:
    """Every row of a query as one value each."""
    return [made(*row) for row in connection.execute(query)]


def one(
    connection: Connection, query: Executable, made: Callable[..., T], asked: Mapping[str, object] | None = None
) -> T | None:
    """The only row of a query as a value; None when there is none. `asked` fills the places of a query made before."""
    row = connection.execute(query, asked).one_or_none()
    return None if row is None else made(*row)
