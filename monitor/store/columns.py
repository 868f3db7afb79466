"""How columns of the record are made.

Law: every key and index has a name made from its table and columns, so that a later revision can speak of it.
"""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Text

from monitor.store.types import UtcMs

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key_column() -> Column[int]:
    """The number a row is known by."""
    return Column("id", Integer, primary_key=True)


def at_column(name: str, *, nullable: bool = False) -> Column[datetime]:
    """A time."""
    return Column(name, UtcMs, nullable=nullable)


def text_column(name: str, *, nullable: bool = False) -> Column[str]:
    """Words or a code."""
    return Column(name, Text, nullable=nullable)


def of_column(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    """The row of another table this one belongs to."""
    return Column(name, ForeignKey(target), nullable=nullable)
