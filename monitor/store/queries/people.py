"""Who may do what, as it stands."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from monitor.store import schema
from monitor.store.queries.fetch import many, one
from monitor.store.texts import name_key

_p, _s, _t = schema.people, schema.sign_ins, schema.tokens


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in, unless disabled."""

    id: int
    name: str
    printed_name: str
    role: str
    password_hash: str
    must_change_password: bool
    created_at: datetime
    disabled_at: datetime | None
    language: str | None  # None: what the browser asks for
    password_reset_by: int | None
    second_step_reset_by: int | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """One signed-in browser and whose it is; whether it still counts is for security/ to say."""

    id_hash: str
    created_at: datetime
    last_human_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    second_step: str | None
    locked_at: datetime | None
    wrong_pins: int
    browser: str | None  # what it is, for its owner; None: not known
    person: Person


@dataclass(frozen=True, slots=True)
class Token:
    """A program's bearer token, without its secret."""

    id: int
    name: str
    role: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


_PERSON = (
    *(_p.c.id, _p.c.name, _p.c.printed_name, _p.c.role),
    *(_p.c.password_hash, _p.c.must_change_password, _p.c.created_at, _p.c.disabled_at, _p.c.language),
    *(_p.c.password_reset_by, _p.c.second_step_reset_by),
)
_SIGN_IN = (
    *(_s.c.id_hash, _s.c.created_at, _s.c.last_human_at, _s.c.expires_at, _s.c.revoked_at),
    *(_s.c.second_step, _s.c.locked_at, _s.c.wrong_pins, _s.c.browser),
)
_TOKEN = (_t.c.id, _t.c.name, _t.c.role, _t.c.created_at, _t.c.expires_at, _t.c.revoked_at)
# Asked with every request: built once, as building one cost three times as much as asking it.
_SIGN_IN_BY_HASH = (
    select(*_SIGN_IN, *_PERSON).join(_p, _p.c.id == _s.c.person_id).where(_s.c.id_hash == bindparam("id_hash"))
)
_PERSON_BY_NAME = select(*_PERSON).where(_p.c.name_key == bindparam("name_key"))
_TOKEN_BY_HASH = select(*_TOKEN).where(_t.c.token_hash == bindparam("token_hash"))


def person_by_id(connection: Connection, person_id: int) -> Person | None:
    """A person, disabled or not."""
    return one(connection, select(*_PERSON).where(_p.c.id == person_id), Person)


def person_by_name(connection: Connection, name: str) -> Person | None:
    """A person by sign-in name, whatever its case."""
    return one(connection, _PERSON_BY_NAME, Person, {"name_key": name_key(name)})


def people(connection: Connection) -> list[Person]:
    """Everybody, by name."""
    return many(connection, select(*_PERSON).order_by(_p.c.name_key), Person)


def sign_in(connection: Connection, id_hash: str) -> SignIn | None:
    """A sign-in with its person, revoked and expired ones too."""
    return one(connection, _SIGN_IN_BY_HASH, _sign_in, {"id_hash": id_hash})


def sign_ins_of(connection: Connection, person_id: int, most: int = 50) -> list[SignIn]:
    """The sign-ins of one person, the newest first."""
    query = select(*_SIGN_IN, *_PERSON).join(_p, _p.c.id == _s.c.person_id).where(_s.c.person_id == person_id)
    return many(connection, query.order_by(_s.c.created_at.desc()).limit(most), _sign_in)


def last_sign_ins(connection: Connection) -> dict[int, datetime]:
    """When each person signed in last; nobody who never did."""
    query = select(_s.c.person_id, func.max(_s.c.created_at)).group_by(_s.c.person_id)
    return {int(person_id): at for person_id, at in connection.execute(query)}


def sign_ins_among(connection: Connection, id_hashes: Collection[str]) -> list[SignIn]:
    """Those of these sign-ins that were ever made, with their persons."""
    query = select(*_SIGN_IN, *_PERSON).join(_p, _p.c.id == _s.c.person_id).where(_s.c.id_hash.in_(id_hashes))
    return many(connection, query, _sign_in)


def pin_hash(connection: Connection, person_id: int) -> str | None:
    """The hash of a person's PIN, None without one."""
    return connection.execute(select(_p.c.pin_hash).where(_p.c.id == person_id)).scalar_one_or_none()


def token_by_hash(connection: Connection, token_hash: str) -> Token | None:
    """A token by the hash of its secret, revoked and expired ones too."""
    return one(connection, _TOKEN_BY_HASH, Token, {"token_hash": token_hash})


def tokens(connection: Connection) -> list[Token]:
    """Every token, by name."""
    return many(connection, select(*_TOKEN).order_by(_t.c.name), Token)


def _sign_in(*columns: object) -> SignIn:
    sign_in_columns, person_columns = columns[: len(_SIGN_IN)], columns[len(_SIGN_IN) :]
    made: Callable[..., SignIn] = SignIn
    person: Callable[..., Person] = Person
    return made(*sign_in_columns, person(*person_columns))
