"""Acts on who may do what: people, their sign-ins, the tokens of programs.

Law: run inside Store.write or Store acts; nobody is deleted, only disabled or revoked.
"""

import unicodedata
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, insert, update

from monitor.errors import Conflict, NotFound
from monitor.store import schema
from monitor.store.keys import insert_row
from monitor.store.queries.people import person_by_name
from monitor.store.rows import PersonRow, SignInRow, TokenRow
from monitor.store.texts import name_key


def insert_person(connection: Connection, person: PersonRow) -> int:
    """Add a person and give back their id; raises Conflict when the name is taken, whatever its case."""
    if person_by_name(connection, person.name) is not None:
        raise Conflict(f"There is already somebody called {person.name!r}")
    columns = {**asdict(person), "name": unicodedata.normalize("NFC", person.name), "name_key": name_key(person.name)}
    return insert_row(connection, schema.people, columns)


def set_password(connection: Connection, person_id: int, password_hash: str, *, must_change: bool) -> None:
    """Replace a password's hash; raises NotFound."""
    _update_person(connection, person_id, password_hash=password_hash, must_change_password=must_change)


def set_reset_by(connection: Connection, person_id: int, what: str, by: int | None) -> None:
    """Who reset somebody's `password` or `second_step`, None once its owner has chosen anew; raises NotFound."""
    _update_person(connection, person_id, **{f"{what}_reset_by": by})


def set_role(connection: Connection, person_id: int, role: str) -> None:
    """Give a person another role; raises NotFound."""
    _update_person(connection, person_id, role=role)


def set_printed_name(connection: Connection, person_id: int, printed_name: str) -> None:
    """Change the name a person signs with; raises NotFound."""
    _update_person(connection, person_id, printed_name=printed_name)


def set_language(connection: Connection, person_id: int, language: str) -> None:
    """The language a person is spoken to from now on; raises NotFound."""
    _update_person(connection, person_id, language=language)


def set_disabled(connection: Connection, person_id: int, at: datetime | None) -> None:
    """Shut a person out from a time on (None: let them in again) and end their sign-ins; raises NotFound."""
    _update_person(connection, person_id, disabled_at=at)
    if at is not None:
        revoke_sign_ins_of(connection, person_id, at)


def insert_sign_in(connection: Connection, sign_in: SignInRow) -> None:
    """Remember a signed-in browser."""
    connection.execute(insert(schema.sign_ins), {**asdict(sign_in), "last_human_at": sign_in.created_at})


def touch_sign_in(connection: Connection, id_hash: str, at: datetime) -> None:
    """A human did something; never moves backwards."""
    table = schema.sign_ins
    connection.execute(
        update(table).where(table.c.id_hash == id_hash, table.c.last_human_at < at).values(last_human_at=at)
    )


def lock_sign_in(connection: Connection, id_hash: str, at: datetime) -> bool:
    """Lock a running sign-in; whether it was open until now."""
    table = schema.sign_ins
    open_one = (table.c.id_hash == id_hash, table.c.revoked_at.is_(None), table.c.locked_at.is_(None))
    return connection.execute(update(table).where(*open_one).values(locked_at=at)).rowcount > 0


def open_sign_in(connection: Connection, id_hash: str, at: datetime) -> None:
    """A locked sign-in is its person's again, who is here now."""
    table = schema.sign_ins
    values = {"locked_at": None, "wrong_pins": 0, "last_human_at": at}
    connection.execute(update(table).where(table.c.id_hash == id_hash).values(values))


def count_wrong_pin(connection: Connection, id_hash: str) -> None:
    """One more PIN that was wrong, since the sign-in was last opened."""
    table = schema.sign_ins
    connection.execute(update(table).where(table.c.id_hash == id_hash).values(wrong_pins=table.c.wrong_pins + 1))


def set_pin(connection: Connection, person_id: int, pin_hash: str | None) -> None:
    """Another PIN, or none; raises NotFound."""
    _update_person(connection, person_id, pin_hash=pin_hash)


def set_browser(connection: Connection, id_hash: str, browser: str) -> None:
    """What a signed-in browser is, in words for its owner."""
    table = schema.sign_ins
    connection.execute(update(table).where(table.c.id_hash == id_hash).values(browser=browser))


def revoke_sign_in(connection: Connection, id_hash: str, at: datetime) -> bool:
    """End one sign-in; whether it was still running."""
    table = schema.sign_ins
    statement = update(table).where(table.c.id_hash == id_hash, table.c.revoked_at.is_(None)).values(revoked_at=at)
    return connection.execute(statement).rowcount > 0


def revoke_sign_ins_of(connection: Connection, person_id: int, at: datetime, keep_id_hash: str | None = None) -> int:
    """End every sign-in of a person but the one to keep; how many were running."""
    table = schema.sign_ins
    statement = update(table).where(table.c.person_id == person_id, table.c.revoked_at.is_(None))
    if keep_id_hash is not None:
        statement = statement.where(table.c.id_hash != keep_id_hash)
    return connection.execute(statement.values(revoked_at=at)).rowcount


def insert_token(connection: Connection, token: TokenRow) -> int:
    """Remember a token and give back its id; an existing name is a Conflict (from the unique key)."""
    return insert_row(connection, schema.tokens, asdict(token))


def revoke_token(connection: Connection, token_id: int, at: datetime) -> None:
    """End a token; raises NotFound."""
    table = schema.tokens
    statement = update(table).where(table.c.id == token_id, table.c.revoked_at.is_(None)).values(revoked_at=at)
    if connection.execute(statement).rowcount == 0:
        raise NotFound("There is no such token, or it was revoked before")


def _update_person(connection: Connection, person_id: int, **columns: object) -> None:
    statement = update(schema.people).where(schema.people.c.id == person_id).values(columns)
    if connection.execute(statement).rowcount == 0:
        raise NotFound("There is no such person")
