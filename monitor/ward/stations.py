"""Which chairs there are, as the settings say. Law: the settings name chairs; the record keeps them and their bindings.

A binding made in the product outlives a restart: a bed from the settings is bound only to a chair that is new.
"""

from collections.abc import Sequence
from datetime import datetime
from string import ascii_uppercase

from sqlalchemy import Connection

from monitor.store.chairs import bind_chair, upsert_chair, upsert_station
from monitor.store.queries.chairs import chairs
from monitor.store.rows import Batch
from monitor.store.store import Store


def settle_chairs(store: Store, wanted: Sequence[tuple[str, str]], now: datetime, station_size: int) -> None:
    """Add the chairs (name, bed) that the record does not know yet, in stations of at most `station_size`."""

    def settle(connection: Connection) -> None:
        known = {chair.name for chair in chairs(connection)}
        for position, (name, bed) in enumerate(wanted):
            if name in known:
                continue
            station_id = upsert_station(connection, station_name(position // station_size))
            chair_id = upsert_chair(connection, name, position, station_id)
            if bed:
                bind_chair(connection, chair_id, bed, now, None)

    answer = store.write(Batch(acts=(settle,))).answers[0]
    if isinstance(answer, Exception):
        raise answer


def station_name(number: int) -> str:
    """A, B … Z, then A2, B2 …"""
    letter = ascii_uppercase[number % len(ascii_uppercase)]
    turn = number // len(ascii_uppercase)
    return letter if turn == 0 else f"{letter}{turn + 1}"
