"""Changes to what people prove besides their password. Law: each change and its audit entry are one transaction.

Each function gives back the act to run in the writer's transaction; audit facts hold no code and no seed.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from monitor.errors import NotFound, Refused
from monitor.security.records import NO_PASSWORD, By, known, refuse_same_hand
from monitor.store import audit, people
from monitor.store import second_step as acts
from monitor.store.queries.people import Person, person_by_id
from monitor.store.rows import AuditEntry

Act = Callable[[Connection], bool]


def use_step(person: Person, app_id: int, step: int, at: datetime) -> Act:
    """Use the code of one step; the act answers whether it was unused."""

    def act(connection: Connection) -> bool:
        return acts.use_step(connection, app_id, step)

    return act


def use_recovery_code(person: Person, mark: str, at: datetime) -> Act:
    """Use one recovery code; the act answers whether it was the person's and unused."""

    def act(connection: Connection) -> bool:
        used = acts.use_recovery_code(connection, person.id, mark, at)
        if used:
            _note(connection, person, at, "recovery_code_used")
        return used

    return act


def use_passkey(person: Person, passkey_id: int, count_before: int, count: int, at: datetime) -> Act:
    """Note the use of a passkey; the act answers whether nobody used it meanwhile."""

    def act(connection: Connection) -> bool:
        return acts.use_passkey(connection, passkey_id, count_before, count, at)

    return act


def note_refused(person: Person, at: datetime, what: str) -> Act:
    """A second step that was not proved."""

    def act(connection: Connection) -> bool:
        _note(connection, person, at, "second_step_refused", what=what)
        return True

    return act


def add_app(person: Person, sealed_seed: bytes, step: int, marks: list[str], at: datetime) -> Act:
    """Keep an app instead of the one before, and recovery codes if there are new ones."""

    def act(connection: Connection) -> bool:
        acts.end_apps(connection, person.id, at)
        acts.insert_app(connection, person.id, sealed_seed, step, at)
        return _added(connection, person, marks, at, "app")

    return act


def add_passkey(person: Person, credential: bytes, sign_count: int, label: str, marks: list[str], at: datetime) -> Act:
    """Keep a passkey, and recovery codes if there are new ones."""

    def act(connection: Connection) -> bool:
        acts.insert_passkey(connection, person.id, credential, sign_count, label, at)
        return _added(connection, person, marks, at, "passkey")

    return act


def replace_codes(person: Person, marks: list[str], at: datetime) -> Act:
    """Other recovery codes."""

    def act(connection: Connection) -> bool:
        acts.insert_recovery_codes(connection, person.id, marks, at)
        _note(connection, person, at, "recovery_codes_made")
        return True

    return act


def end(person: Person, passkey_id: int | None, at: datetime, *, last: bool) -> Act:
    """Remove a passkey, or the app; with the `last` step the recovery codes end too. The act raises NotFound."""

    def act(connection: Connection) -> bool:
        if passkey_id is None:
            ended = acts.end_apps(connection, person.id, at)
        else:
            ended = acts.end_passkey(connection, person.id, passkey_id, at)
        if not ended:
            raise NotFound("This second step was removed before.")
        if last:
            acts.end_all(connection, person.id, at)
        _note(connection, person, at, "second_step_removed", what="app" if passkey_id is None else "passkey")
        return True

    return act


def reset(connection: Connection, by: By, at: datetime, person_id: int) -> None:
    """Nothing but the password is left to somebody, who sets up a new step themselves; every sign-in of theirs ends.

    Raises NotFound, and Refused for whoever has reset the same person's password: both together would let them in.
    """
    person = person_by_id(connection, person_id)
    if person is None or person.password_hash == NO_PASSWORD or person.disabled_at is not None:
        raise NotFound("There is no such person who could sign in.")
    refuse_same_hand(person.password_reset_by, by, "password")
    if not acts.end_all(connection, person_id, at):
        raise Refused("This person has no second step to reset.")
    people.set_reset_by(connection, person_id, "second_step", by.person_id)
    people.revoke_sign_ins_of(connection, person_id, at)
    audit.append(connection, AuditEntry(at, by.name, "second_step_reset", f"person {person_id}", by.person_id, {}))


def reset_named(connection: Connection, by: By, at: datetime, name: str) -> None:
    """The same for a person known by name."""
    reset(connection, by, at, known(connection, name).id)


def _added(connection: Connection, person: Person, marks: list[str], at: datetime, what: str) -> bool:
    if marks:
        acts.insert_recovery_codes(connection, person.id, marks, at)
    people.set_reset_by(connection, person.id, "second_step", None)
    people.revoke_sign_ins_of(connection, person.id, at)
    _note(connection, person, at, "second_step_added", what=what)
    return True


def _note(connection: Connection, person: Person, at: datetime, action: str, **facts: object) -> None:
    audit.append(connection, AuditEntry(at, person.name, action, f"person {person.id}", person.id, facts))
