"""What the record keeps of a lock. Law: a change and its audit entry are one transaction; no PIN is in either."""

from datetime import datetime

from sqlalchemy import Connection

from monitor.security.records import By
from monitor.store import audit
from monitor.store import people as acts
from monitor.store.queries.people import sign_in
from monitor.store.rows import AuditEntry


def lock(connection: Connection, *, mark: str, by: By, at: datetime, why: str) -> bool:
    """Lock one sign-in; twice is once, and whether it was open."""
    locked = acts.lock_sign_in(connection, mark, at)
    if locked:
        _note(connection, by, at, "locked", why=why)
    return locked


def unlock(connection: Connection, *, mark: str, by: By, at: datetime, how: str) -> None:
    """Open it again."""
    acts.open_sign_in(connection, mark, at)
    _note(connection, by, at, "unlocked", how=how)


def count_pin(connection: Connection, *, mark: str, most: int) -> bool:
    """Take one of the tries there are; False when none is left."""
    found = sign_in(connection, mark)
    if found is None or found.wrong_pins >= most:
        return False
    acts.count_wrong_pin(connection, mark)
    return True


def note_wrong_pin(connection: Connection, *, mark: str, by: By, at: datetime) -> None:
    """A PIN was wrong; the try was counted before."""
    found = sign_in(connection, mark)
    _note(connection, by, at, "pin_refused", tries=0 if found is None else found.wrong_pins)


def choose_pin(connection: Connection, *, person_id: int, hashed: str, by: By, at: datetime) -> None:
    """Store the hash of a PIN its owner chose."""
    acts.set_pin(connection, person_id, hashed)
    _note(connection, by, at, "pin_chosen")


def _note(connection: Connection, by: By, at: datetime, action: str, **facts: object) -> None:
    audit.append(connection, AuditEntry(at, by.name, action, f"person {by.person_id}", by.person_id, facts))
