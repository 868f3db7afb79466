"""Break-glass: an hour's sign-in by one's own password when nothing else can be proved.

Law: it shows everything and acknowledges, and does nothing else (roles.py: Role.BREAK_GLASS); every opening has its
reason and ends in a review by another person. Each act and its audit entry are one transaction. A sealed account can
do nothing but open once: its password is worth nothing afterwards.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from monitor.errors import Conflict, NotAllowed, NotFound, Refused
from monitor.security import records
from monitor.security.records import NO_PASSWORD, By
from monitor.security.roles import MAY_BREAK_GLASS, Role, spoken
from monitor.security.secrets import fingerprint, new_secret
from monitor.security.sign_in import Identity, SignIns
from monitor.store import audit
from monitor.store import break_glass as rows
from monitor.store import people as acts
from monitor.store.queries.people import Person, people, person_by_id
from monitor.store.rows import AuditEntry, PersonRow

LASTS_MIN = 60
SHORTEST_REASON = 10
LONGEST_WORDS = 500
BREAK_GLASS = "break_glass"  # how such a sign-in was proved, in place of a second step


@dataclass(frozen=True, slots=True)
class Sealed:
    """The name and password for the envelope, shown this once."""

    name: str
    password: str


def open_glass(sign_ins: SignIns, name: str, password: str, reason: str, address: str) -> tuple[str, Identity]:
    """The secret for the cookie and who it is.

    Raises SignInRefused, TooMany, TooBusy; Refused for a short reason or a one-time password; NotAllowed for somebody
    who is not clinical; NotRecording.
    """
    said = _words(reason)
    sign_ins.count(address)
    person = sign_ins.check_password(name, password, "break_glass_refused")
    if person.role not in MAY_BREAK_GLASS:
        raise NotAllowed(f"Break-glass is for those who treat patients; you are {spoken(person.role)}.")
    if person.must_change_password:
        raise Refused("Choose your own password first: sign in with the one-time password you were given.")
    secret = new_secret()
    act = partial(_open, mark=fingerprint(secret), asked=person, reason=said)
    return secret, sign_ins.begin_briefly(secret, act, timedelta(minutes=LASTS_MIN))


def _open(connection: Connection, at: datetime, until_at: datetime, *, mark: str, asked: Person, reason: str) -> None:
    person = person_by_id(connection, asked.id)
    if person is None or person.password_hash != asked.password_hash:
        raise Conflict("This password was changed or used at this moment. Begin again.")
    by = By(person.name, person.id)
    row = rows.OpeningRow(person.id, person.printed_name, reason, at, until_at)
    opening_id = rows.insert_opening(connection, row)
    if person.role == Role.BREAK_GLASS:  # one use, whoever tries at the same moment
        acts.set_password(connection, person.id, NO_PASSWORD, must_change=False)
    records.begin_sign_in(connection, mark, person, at, until_at, BREAK_GLASS, owner_has_come=False)
    _note(connection, by, at, "break_glass_opened", f"break-glass {opening_id}", reason=reason)


def review(connection: Connection, by: By, printed_name: str, at: datetime, opening_id: int, words: str) -> int:
    """Close the review of an opening; raises NotFound, Refused by whoever opened it, Conflict when it is closed."""
    found = rows.opening(connection, opening_id)
    if found is None:
        raise NotFound("There is no such opening of break-glass.")
    if by.person_id is None or by.person_id == found.person_id:
        raise Refused("Another person must review this; nobody closes their own.")
    if found.reviewed_by is not None:
        raise Conflict(f"{found.reviewed_by} has closed this review already.")
    said = _words(words)
    review_id = rows.insert_review(connection, rows.ReviewRow(opening_id, by.person_id, printed_name, said, at))
    _note(connection, by, at, "break_glass_reviewed", f"break-glass {opening_id}", words=said)
    return review_id


def seal(connection: Connection, by: By, at: datetime, *, name: str, password_hash: str) -> int:
    """A sealed account; those printed before and not used are worth nothing from now on."""
    for old in people(connection):
        if old.role == Role.BREAK_GLASS and old.password_hash != NO_PASSWORD:
            acts.set_password(connection, old.id, NO_PASSWORD, must_change=False)
            _note(connection, by, at, "sealed_account_ended", f"person {old.id}")
    row = PersonRow(name, f"Sealed account {name}", Role.BREAK_GLASS.value, password_hash, False, at)
    person_id = acts.insert_person(connection, row)
    _note(connection, by, at, "sealed_account_made", f"person {person_id}")
    return person_id


def new_name() -> str:
    """A name nobody has: one for each envelope."""
    return f"sealed-{fingerprint(new_secret())[:8]}"


def _words(said: str) -> str:
    words = " ".join(said.split())
    if not SHORTEST_REASON <= len(words) <= LONGEST_WORDS:
        raise Refused(f"Say it in {SHORTEST_REASON} to {LONGEST_WORDS} characters.")
    return words


def _note(connection: Connection, by: By, at: datetime, action: str, about: str, **facts: object) -> None:
    audit.append(connection, AuditEntry(at, by.name, action, about, by.person_id, facts))
