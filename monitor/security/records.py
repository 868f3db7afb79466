"""Changes to people, sign-ins and tokens. Law: each change and its audit entry are one transaction.

Functions take a Connection: reads a reading one, changes that of the writer's transaction. Audit facts hold no secret
and no name typed by somebody unknown (a password is easily typed into the wrong field).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.errors import NotFound, Refused
from monitor.security.roles import GIVEN, Role, spoken
from monitor.store import audit
from monitor.store import people as acts
from monitor.store.queries.people import (
    Person,
    SignIn,
    person_by_id,
    person_by_name,
    sign_in,
    sign_ins_among,
    token_by_hash,
)
from monitor.store.rows import AuditEntry, PersonRow, SignInRow, TokenRow

LONGEST_NAME = 64
ROLES_OF_PEOPLE = GIVEN - {Role.STATION_DISPLAY, Role.INTEGRATION}
NO_PASSWORD = "none"  # noqa: S105 # nosec B105 # no password has this hash


@dataclass(frozen=True, slots=True)
class By:
    """Who makes an administrative change; `person_id` None for a token or the command line."""

    name: str
    person_id: int | None = None


def add_person(
    connection: Connection, by: By, at: datetime, *, name: str, printed_name: str, role: Role, password_hash: str
) -> int:
    """A new person who must change the password they are handed; raises Conflict, Refused."""
    _check_name(name)
    _check_role(role)
    row = PersonRow(name, printed_name, role.value, password_hash, must_change_password=True, created_at=at)
    person_id = acts.insert_person(connection, row)
    _note(connection, by, at, "person_added", f"person {person_id}", role=role.value)
    return person_id


def disable_person(connection: Connection, by: By, at: datetime, person_id: int) -> None:
    """Nobody signs in as this person any more, and every sign-in of theirs ends; raises NotFound."""
    acts.set_disabled(connection, person_id, at)
    _note(connection, by, at, "person_disabled", f"person {person_id}")


def disable_named(connection: Connection, by: By, at: datetime, name: str) -> None:
    """The same for a person known by name; raises NotFound."""
    disable_person(connection, by, at, known(connection, name).id)


def enable_person(connection: Connection, by: By, at: datetime, person_id: int, password_hash: str) -> None:
    """Somebody disabled may come again, with a one-time password; no sign-in, password or PIN from before counts.

    Raises NotFound for a program or display (its secret would hold again), Refused as `reset_password`.
    """
    person = _who_signs_in(connection, person_id)
    if person.disabled_at is None:
        raise Refused("This person is not disabled.")
    refuse_same_hand(person.second_step_reset_by, by, "second step")
    acts.set_disabled(connection, person_id, None)
    _hand_out(connection, by, at, person_id, password_hash)
    _note(connection, by, at, "person_enabled", f"person {person_id}")


def enable_named(connection: Connection, by: By, at: datetime, name: str, password_hash: str) -> None:
    """The same for a person known by name; raises NotFound, Refused."""
    enable_person(connection, by, at, known(connection, name).id, password_hash)


def change_role(connection: Connection, by: By, at: datetime, person_id: int, role: Role) -> None:
    """Somebody may do other things from their next sign-in on; those they have end. Raises NotFound, Refused.

    What they signed before keeps the role they signed in.
    """
    person = _who_signs_in(connection, person_id)
    if role not in ROLES_OF_PEOPLE:
        raise Refused("This is the role of a program or a display: add a token, or enrol the display.")
    if person.role == role:
        raise Refused(f"This person is {spoken(role)} already.")
    acts.set_role(connection, person_id, role.value)
    acts.revoke_sign_ins_of(connection, person_id, at)
    _note(connection, by, at, "role_changed", f"person {person_id}", before=person.role, role=role.value)


def change_role_named(connection: Connection, by: By, at: datetime, name: str, role: Role) -> None:
    """The same for a person known by name; raises NotFound, Refused."""
    change_role(connection, by, at, known(connection, name).id, role)


def choose_password(connection: Connection, person_id: int, password_hash: str, at: datetime, name: str) -> None:
    """Store a password its owner chose, and end every sign-in of theirs."""
    acts.set_password(connection, person_id, password_hash, must_change=False)
    acts.set_reset_by(connection, person_id, "password", None)
    acts.set_pin(connection, person_id, None)
    acts.revoke_sign_ins_of(connection, person_id, at)
    _note(connection, By(name, person_id), at, "password_changed", f"person {person_id}")


def reset_password(connection: Connection, by: By, at: datetime, person_id: int, password_hash: str) -> None:
    """Store a one-time password that is handed to its owner, and end every sign-in of theirs.

    Raises NotFound, and Refused for whoever has reset the same person's second step: both together would let them in.
    """
    person = _who_signs_in(connection, person_id)
    if person.disabled_at is not None:
        raise NotFound("There is no such person who could sign in.")
    refuse_same_hand(person.second_step_reset_by, by, "second step")
    _hand_out(connection, by, at, person_id, password_hash)
    _note(connection, by, at, "password_reset", f"person {person_id}")


def choose_language(connection: Connection, by: By, at: datetime, person_id: int, language: str) -> None:
    """The language somebody is spoken to, wherever they sign in; raises NotFound."""
    acts.set_language(connection, person_id, language)
    _note(connection, by, at, "language_chosen", f"person {person_id}", language=language)


def reset_password_named(connection: Connection, by: By, at: datetime, name: str, password_hash: str) -> None:
    """The same for a person known by name."""
    reset_password(connection, by, at, known(connection, name).id, password_hash)


def known(connection: Connection, name: str) -> Person:
    """The person of that name; raises NotFound."""
    person = person_by_name(connection, name)
    if person is None:
        raise NotFound(f"There is no person named {name}.")
    return person


def refuse_same_hand(reset_by: int | None, by: By, what: str) -> None:
    """Raise Refused when the other half was reset by the same person: whoever does both can sign in as the owner."""
    if reset_by is not None and reset_by == by.person_id:
        raise Refused(
            f"You have reset this person's {what}, which they have not set up anew yet. Another administrator must "
            "do the other half, or whoever runs the server, from its command line."
        )


def renew_hash(connection: Connection, person: Person, password_hash: str) -> None:
    """The same password under today's parameters."""
    acts.set_password(connection, person.id, password_hash, must_change=person.must_change_password)


def begin_sign_in(
    connection: Connection,
    mark: str,
    person: Person,
    at: datetime,
    expires_at: datetime,
    second_step: str | None,
    *,
    owner_has_come: bool,
) -> None:
    """A new sign-in, known by the SHA-256 of its secret; `second_step` is what was proved besides the password.

    Once the owner has come, with everything their role must prove, whoever reset their second step may help again.
    """
    if owner_has_come and person.second_step_reset_by is not None:
        acts.set_reset_by(connection, person.id, "second_step", None)
    acts.insert_sign_in(connection, SignInRow(mark, person.id, at, expires_at, second_step))
    facts = {} if second_step is None else {"second_step": second_step}
    _note(connection, By(person.name, person.id), at, "signed_in", f"person {person.id}", **facts)


def end_sign_in(connection: Connection, mark: str, by: By, at: datetime) -> None:
    """End one sign-in; twice is once."""
    if acts.revoke_sign_in(connection, mark, at):
        _note(connection, by, at, "signed_out", f"person {by.person_id}")


def end_sign_ins(connection: Connection, person: Person, at: datetime) -> None:
    """End every sign-in of a person, who begins a new one."""
    acts.revoke_sign_ins_of(connection, person.id, at)


def live_sign_in(connection: Connection, mark: str, now: datetime) -> SignIn | None:
    """A sign-in with its person, None when it has ended or the person is disabled."""
    found = sign_in(connection, mark)
    return found if found is not None and _stands(found, now) else None


def live_among(connection: Connection, marks: Collection[str], now: datetime) -> list[SignIn]:
    """Which of these sign-ins still stand."""
    return [found for found in sign_ins_among(connection, marks) if _stands(found, now)]


def add_token(connection: Connection, by: By, at: datetime, *, name: str, role: Role, mark: str) -> int:
    """A token for a program, known by its SHA-256; raises Conflict for a name that is taken, Refused.

    The program also becomes a person who can never sign in, so that what it does is recorded under its name and
    disabling that person ends the token.
    """
    _check_name(name)
    _check_role(role)
    row = PersonRow(_as_person(name), f"{name} (program)", role.value, NO_PASSWORD, False, at)
    person_id = acts.insert_person(connection, row)
    acts.insert_token(connection, TokenRow(mark, name, role.value, at))
    _note(connection, by, at, "token_added", f"person {person_id}", role=role.value)
    return person_id


def live_token(connection: Connection, mark: str, now: datetime) -> Person | None:
    """The program whose token this is, None when unknown, revoked, expired or disabled."""
    found = token_by_hash(connection, mark)
    if found is None or found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now):
        return None
    program = person_by_name(connection, _as_person(found.name))
    return program if program is not None and program.disabled_at is None else None


def note_refusal(connection: Connection, person: Person | None, action: str, at: datetime) -> None:
    """A wrong password; whoever typed a name nobody has is not written down by it."""
    if person is None:
        _note(connection, By("unknown"), at, action, "unknown name")
    else:
        _note(connection, By(person.name, person.id), at, action, f"person {person.id}")


def _stands(found: SignIn, now: datetime) -> bool:
    return found.revoked_at is None and found.expires_at > now and found.person.disabled_at is None


def _who_signs_in(connection: Connection, person_id: int) -> Person:
    person = person_by_id(connection, person_id)
    if person is None or person.password_hash == NO_PASSWORD or person.role == Role.BREAK_GLASS:
        raise NotFound("There is no such person who could sign in.")
    return person


def _hand_out(connection: Connection, by: By, at: datetime, person_id: int, password_hash: str) -> None:
    acts.set_password(connection, person_id, password_hash, must_change=True)
    acts.set_reset_by(connection, person_id, "password", by.person_id)
    acts.set_pin(connection, person_id, None)
    acts.revoke_sign_ins_of(connection, person_id, at)


def _note(connection: Connection, by: By, at: datetime, action: str, about: str, **facts: object) -> None:
    audit.append(connection, AuditEntry(at, by.name, action, about, by.person_id, facts))


def _as_person(token_name: str) -> str:
    return f"program {token_name}"


def _check_role(role: Role) -> None:
    if role not in GIVEN:
        raise Refused(f"Nobody is made {spoken(role)}: it is opened for an hour, with a reason.")


def _check_name(name: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME or name != name.strip() or not name.isprintable():
        raise Refused(f"A name has 1 to {LONGEST_NAME} printable characters and no space at either end.")
