"""Displays on the wall: enrolled by a one-time code, signed in for good, and ended by a person.

Law: a display is somebody without a password in the role that sees the board and does nothing; its code holds ten
minutes, is used once, and is kept as its SHA-256.
"""

import secrets
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from monitor.errors import NotFound, Refused
from monitor.security import records
from monitor.security.records import NO_PASSWORD, By
from monitor.security.roles import Role
from monitor.security.secrets import fingerprint
from monitor.store import audit, people, schema
from monitor.store.keys import insert_row
from monitor.store.queries.displays import display, display_by_code
from monitor.store.queries.people import Person, person_by_id
from monitor.store.rows import AuditEntry, PersonRow

CODE_HOLDS_S = 600.0
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read for something else
_WRONG = "This code is wrong, was used or is older than ten minutes. Ask for a new one."


def new_code() -> str:
    """Ten random characters in two groups, about 49 bits: ten minutes of guessing through the throttle find none."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2))


def mark_of(code: str) -> str:
    """What is stored of a code, however it was typed."""
    return fingerprint("".join(letter for letter in code.casefold() if letter.isalnum()))


def offer(
    connection: Connection,
    by: By,
    at: datetime,
    station: str,
    mark: str,
    expires_at: datetime,
    language: str | None = None,
) -> int:
    """A new display of a station with its code; gives back its id. Raises NotFound for an unknown station.

    `language` None: the one its browser asks for.
    """
    known = connection.execute(select(schema.stations.c.id).where(schema.stations.c.name == station)).first()
    if known is None:
        raise NotFound(f"There is no station {station}.")
    number = 1 + int(connection.execute(select(func.count()).select_from(schema.displays)).scalar_one())
    name = f"display {number} of station {station}"
    person = PersonRow(
        name,
        name,
        Role.STATION_DISPLAY.value,
        NO_PASSWORD,
        must_change_password=False,
        created_at=at,
        language=language,
    )
    person_id = people.insert_person(connection, person)
    row = {"person_id": person_id, "station": station, "code_hash": mark, "offered_at": at, "expires_at": expires_at}
    display_id = insert_row(connection, schema.displays, {**row, "enrolled_at": None, "by": by.name})
    _note(connection, by, at, "display_offered", display_id, station=station)
    return display_id


def take_up(connection: Connection, mark: str, at: datetime) -> Person:
    """Who the display with this code is, from now on enrolled; raises Refused for a code that does not hold."""
    found = display_by_code(connection, mark)
    person = None if found is None else person_by_id(connection, found.person_id)
    if found is None or person is None or found.enrolled_at is not None or found.expires_at <= at or found.ended_at:
        raise Refused(_WRONG, ("code",))
    table = schema.displays
    connection.execute(update(table).where(table.c.id == found.id).values(enrolled_at=at))
    _note(connection, By(person.name, person.id), at, "display_enrolled", found.id, station=found.station)
    return person


def end(connection: Connection, by: By, at: datetime, display_id: int) -> int:
    """A display shows nothing any more; gives back who it was. Raises NotFound."""
    found = display(connection, display_id)
    if found is None:
        raise NotFound("There is no such display.")
    records.disable_person(connection, by, at, found.person_id)
    return found.person_id


def _note(connection: Connection, by: By, at: datetime, action: str, display_id: int, **facts: object) -> None:
    audit.append(connection, AuditEntry(at, by.name, action, f"display {display_id}", by.person_id, facts))
