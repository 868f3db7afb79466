"""The number a new row was given."""

from sqlalchemy import Connection, Table, insert


def insert_row(connection: Connection, table: Table, columns: dict[str, object]) -> int:
    """Insert one row and give back its id."""
    key = connection.execute(insert(table).values(columns)).inserted_primary_key
    if key is None:
        raise LookupError(f"{table.name} gave no key")
    return int(key[0])
