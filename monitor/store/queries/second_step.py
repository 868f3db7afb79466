"""What people prove besides their password, as it stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import schema_second_step as schema
from monitor.store.queries.fetch import many

_a, _k, _c = schema.authenticator_apps, schema.passkeys, schema.recovery_codes


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app; `last_step` is the 30 s step of the last code used."""

    id: int
    person_id: int
    sealed_seed: bytes
    last_step: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey or security key."""

    id: int
    person_id: int
    credential: bytes
    sign_count: int
    label: str
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecondSteps:
    """Everything one person could prove besides the password, and how many recovery codes are left."""

    apps: tuple[App, ...] = ()
    passkeys: tuple[Passkey, ...] = ()
    recovery_codes: int = 0

    @property
    def any(self) -> bool:
        """Whether a second step is asked for; recovery codes alone are none."""
        return bool(self.apps or self.passkeys)


_APPS = select(_a.c.id, _a.c.person_id, _a.c.sealed_seed, _a.c.last_step, _a.c.added_at).where(_a.c.ended_at.is_(None))
_PASSKEYS = select(
    *(_k.c.id, _k.c.person_id, _k.c.credential, _k.c.sign_count, _k.c.label, _k.c.added_at, _k.c.last_used_at)
).where(_k.c.ended_at.is_(None))
_CODES = select(_c.c.person_id).where(_c.c.used_at.is_(None), _c.c.ended_at.is_(None))


def second_steps(connection: Connection, person_id: int) -> SecondSteps:
    """What one person has."""
    return SecondSteps(
        tuple(many(connection, _APPS.where(_a.c.person_id == person_id).order_by(_a.c.id), App)),
        tuple(many(connection, _PASSKEYS.where(_k.c.person_id == person_id).order_by(_k.c.id), Passkey)),
        len(connection.execute(_CODES.where(_c.c.person_id == person_id)).all()),
    )


def everybodys_second_steps(connection: Connection) -> dict[int, SecondSteps]:
    """What each person has, by person; nobody who has nothing."""
    apps, passkeys = many(connection, _APPS, App), many(connection, _PASSKEYS, Passkey)
    left = [int(person_id) for (person_id,) in connection.execute(_CODES)]
    return {
        person_id: SecondSteps(
            tuple(one for one in apps if one.person_id == person_id),
            tuple(one for one in passkeys if one.person_id == person_id),
            left.count(person_id),
        )
        for person_id in {*(one.person_id for one in apps), *(one.person_id for one in passkeys), *left}
    }
