"""Acts on what people prove besides their password. Law: run inside Store acts; what is used changes one row once."""

from datetime import datetime

from sqlalchemy import Connection, Table, insert, update

from monitor.store import schema_second_step as schema
from monitor.store.keys import insert_row


def insert_app(connection: Connection, person_id: int, sealed_seed: bytes, step: int, at: datetime) -> int:
    """Remember an authenticator app whose code of `step` was just shown; its id."""
    row = {"person_id": person_id, "sealed_seed": sealed_seed, "last_step": step, "added_at": at, "ended_at": None}
    return insert_row(connection, schema.authenticator_apps, row)


def use_step(connection: Connection, app_id: int, step: int) -> bool:
    """Use the code of one step; False when it, or a later one, was used before or the app was ended."""
    table = schema.authenticator_apps
    fresh = update(table).where(table.c.id == app_id, table.c.last_step < step, table.c.ended_at.is_(None))
    return connection.execute(fresh.values(last_step=step)).rowcount == 1


def insert_passkey(
    connection: Connection, person_id: int, credential: bytes, sign_count: int, label: str, at: datetime
) -> int:
    """Remember a passkey; its id."""
    row = {"person_id": person_id, "credential": credential, "sign_count": sign_count, "label": label, "added_at": at}
    return insert_row(connection, schema.passkeys, {**row, "last_used_at": None, "ended_at": None})


def use_passkey(connection: Connection, passkey_id: int, count_before: int, count: int, at: datetime) -> bool:
    """Note a use with its new count; False when the count was changed meanwhile or the passkey was ended."""
    table = schema.passkeys
    same = update(table).where(table.c.id == passkey_id, table.c.sign_count == count_before, table.c.ended_at.is_(None))
    return connection.execute(same.values(sign_count=count, last_used_at=at)).rowcount == 1


def insert_recovery_codes(connection: Connection, person_id: int, marks: list[str], at: datetime) -> None:
    """Replace a person's recovery codes: those from before open nothing any more."""
    _end(connection, schema.recovery_codes, person_id, at)
    row = {"person_id": person_id, "made_at": at, "used_at": None, "ended_at": None}
    connection.execute(insert(schema.recovery_codes), [{**row, "mark": mark} for mark in marks])


def use_recovery_code(connection: Connection, person_id: int, mark: str, at: datetime) -> bool:
    """Use one code; False for one that is not this person's, was used or replaced."""
    table = schema.recovery_codes
    fresh = update(table).where(
        table.c.person_id == person_id, table.c.mark == mark, table.c.used_at.is_(None), table.c.ended_at.is_(None)
    )
    return connection.execute(fresh.values(used_at=at)).rowcount == 1


def end_apps(connection: Connection, person_id: int, at: datetime) -> int:
    """No code of an app opens anything any more; how many apps there were."""
    return _end(connection, schema.authenticator_apps, person_id, at)


def end_passkey(connection: Connection, person_id: int, passkey_id: int, at: datetime) -> int:
    """One passkey opens nothing any more; 0 when it was not this person's or ended before."""
    table = schema.passkeys
    chosen = update(table).where(table.c.id == passkey_id, table.c.person_id == person_id, table.c.ended_at.is_(None))
    return connection.execute(chosen.values(ended_at=at)).rowcount


def end_all(connection: Connection, person_id: int, at: datetime) -> int:
    """Nothing but the password is left; how many apps and passkeys there were."""
    _end(connection, schema.recovery_codes, person_id, at)
    return end_apps(connection, person_id, at) + _end(connection, schema.passkeys, person_id, at)


def _end(connection: Connection, table: Table, person_id: int, at: datetime) -> int:
    statement = update(table).where(table.c.person_id == person_id, table.c.ended_at.is_(None))
    return connection.execute(statement.values(ended_at=at)).rowcount
