"""Acts on chairs: where they stand and which bedside monitor speaks for them.

Law: a bed speaks for one chair at a time; what was bound when stays readable for ever.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from monitor.errors import Conflict
from monitor.store import schema
from monitor.store.keys import insert_row
from monitor.store.queries.chairs import chair, chairs


def upsert_station(connection: Connection, name: str) -> int:
    """The id of a station, added when it is new."""
    table = schema.stations
    found = connection.execute(select(table.c.id).where(table.c.name == name)).scalar_one_or_none()
    return insert_row(connection, table, {"name": name}) if found is None else int(found)


def upsert_chair(connection: Connection, name: str, position: int, station_id: int | None = None) -> int:
    """The id of a chair, added when it is new, moved to this station and position when it is not."""
    table = schema.chairs
    found = connection.execute(select(table.c.id).where(table.c.name == name)).scalar_one_or_none()
    place = {"position": position, "station_id": station_id}
    if found is None:
        return insert_row(connection, table, {"name": name, **place})
    connection.execute(update(table).where(table.c.id == found).values(place))
    return int(found)


def bind_chair(connection: Connection, chair_id: int, bed: str | None, at: datetime, person_id: int | None) -> bool:
    """Bind a bed to a chair (None: no bed); False when it is bound so already.

    Raises NotFound for an unknown chair, Conflict when the bed speaks for another chair.
    """
    bed = bed or None
    if chair(connection, chair_id).bed == bed:
        return False
    for other in chairs(connection):
        if bed is not None and other.bed == bed and other.id != chair_id:
            raise Conflict(f"Bed {bed} already speaks for chair {other.name}", {"chair": other.name, "bed": bed})
    connection.execute(
        insert(schema.chair_bindings), {"chair_id": chair_id, "bed": bed, "at": at, "person_id": person_id}
    )
    return True
