"""Acts on chairs: where they stand and which bedside monitor speaks for them.

Law: a bed or device speaks for one chair at a time; what was bound when stays readable for ever.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from monitor.errors import Conflict
from monitor.store import schema
from monitor.store.keys import insert_row
from monitor.store.queries.chairs import chair, chairs, devices
from monitor.store.schema_whose import chair_devices


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
    if bed is not None:
        _require_nobodys(connection, bed)
    connection.execute(
        insert(schema.chair_bindings), {"chair_id": chair_id, "bed": bed, "at": at, "person_id": person_id}
    )
    return True


def bind_device(
    connection: Connection, chair_id: int, identifier: str, at: datetime, person_id: int | None, by: str
) -> bool:
    """Let a further device speak for a chair; False when it does already.

    Raises NotFound for an unknown chair, Conflict when the identifier speaks for a chair as its bed or its device.
    """
    chair(connection, chair_id)
    if any(one.identifier == identifier for one in devices(connection, chair_id)):
        return False
    _require_nobodys(connection, identifier)
    _add_device(connection, identifier, chair_id, at, person_id, by)
    return True


def take_device_off(
    connection: Connection, chair_id: int, identifier: str, at: datetime, person_id: int | None, by: str
) -> bool:
    """Let a further device speak for this chair no more; False when it does not."""
    if all(one.identifier != identifier for one in devices(connection, chair_id)):
        return False
    _add_device(connection, identifier, None, at, person_id, by)
    return True


def _require_nobodys(connection: Connection, identifier: str) -> None:
    named = {one.id: one.name for one in chairs(connection)}
    holder = next((one.id for one in chairs(connection) if one.bed == identifier), None)
    if holder is None:
        holder = next((one.chair_id for one in devices(connection) if one.identifier == identifier), None)
    if holder is not None:
        raise Conflict(
            f"{identifier} already speaks for chair {named[holder]}; take it off there first.",
            {"chair": named[holder], "bed": identifier},
        )


def _add_device(
    connection: Connection, identifier: str, chair_id: int | None, at: datetime, person_id: int | None, by: str
) -> None:
    row = {"identifier": identifier, "chair_id": chair_id, "at": at, "person_id": person_id, "by": by}
    connection.execute(insert(chair_devices), row)
