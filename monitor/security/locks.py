"""The lock of a sign-in. Law: it takes away names and acts, never a number, an alarm or its sound.

A sign-in locks when nobody has touched its pages for a while, or when its person asks. Only the person opens it: with
the PIN, or the password after a few wrong PINs. A display on the wall never locks; it has neither names nor acts.
What counts as a person at work is the page's word that it saw a hand or a key; a pushed frame, an answer to a ping or
a fetch is none. That word is kept in memory at once and in the record when it can be written, so that a database that
stands still locks nobody out of the names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Engine

from monitor.clock import Clock
from monitor.errors import MonitorError, NotRecording, Refused
from monitor.runtime import Runtime
from monitor.security import lock_records
from monitor.security.passwords import Passwords
from monitor.security.pins import check_pin
from monitor.security.records import By
from monitor.security.registry import SocketRegistry
from monitor.security.roles import Role
from monitor.store.people import touch_sign_in
from monitor.store.queries.people import Person, SignIn, pin_hash, sign_in
from monitor.store.rows import Transact

IDLE_MIN = 10
WRONG_PINS = 5
T = TypeVar("T")


class Locked(MonitorError):
    """The sign-in is locked; numbers and alarms go on, names and acts wait for its person."""

    code = "locked"


class PinRefused(MonitorError):
    """The PIN was wrong, or does not count any more; the password opens the lock."""

    code = "pin_refused"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose sign-in it is: the fingerprint, the person and the name they sign in with."""

    mark: str
    person_id: int
    name: str

    @property
    def by(self) -> By:
        """The same, as the audit writes it down."""
        return By(self.name, self.person_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a sign-in stands: real seconds until it locks and until it ends; whether a PIN opens it."""

    locked: bool
    has_pin: bool
    password_needed: bool
    lock_in_s: float
    ends_in_s: float


class Locks:
    """Locks sign-ins and opens them again."""

    def __init__(
        self,
        *,
        clock: Clock,
        runtime: Runtime,
        reading: Engine,
        transact: Transact,
        passwords: Passwords,
        sockets: SocketRegistry,
        check_password: Callable[[str, str, str], Person],
        idle_min: int = IDLE_MIN,
    ) -> None:
        self._clock = clock
        self._runtime = runtime
        self._reading = reading
        self._transact = transact
        self._passwords = passwords
        self._sockets = sockets
        self._check_password = check_password
        self._idle = timedelta(minutes=idle_min * clock.speed)  # real minutes, also in a demonstration
        self._seen: dict[str, datetime] = {}

    def is_locked(self, found: SignIn) -> bool:
        """Whether the sign-in is locked at this moment, whoever has noticed it yet."""
        if found.person.role == Role.STATION_DISPLAY:
            return False
        return found.locked_at is not None or self._clock.now() - self.last_human_at(found) >= self._idle

    def standing(self, holder: Holder) -> Standing:
        """How this sign-in stands; raises Refused for one that never was."""
        found, pin = self._read(sign_in, holder.mark), self._read(pin_hash, holder.person_id)
        if found is None:
            raise Refused("This is not a sign-in of a person.")
        now = self._clock.now()
        return Standing(
            locked=self.is_locked(found),
            has_pin=pin is not None,
            password_needed=pin is None or found.wrong_pins >= WRONG_PINS,
            lock_in_s=self._real_s(self.last_human_at(found) + self._idle - now),
            ends_in_s=self._real_s(found.expires_at - now),
        )

    def touched(self, holder: Holder) -> None:
        """A hand or a key was seen; one that comes after the lock opens nothing."""
        at = self._clock.now()
        self._seen[holder.mark] = at
        try:
            self._transact(lambda connection: touch_sign_in(connection, holder.mark, at))
        except NotRecording:
            return  # it is known here; a restart meanwhile asks for the PIN once more

    def lock(self, holder: Holder, why: str) -> None:
        """Lock it now; its pages keep numbers, alarms and sound. `why`: asked, idle."""
        at = self._clock.now()
        try:
            self._transact(partial(lock_records.lock, mark=holder.mark, by=holder.by, at=at, why=why))
        finally:
            self._sockets.lock_sign_in(holder.mark)

    def open_by_pin(self, holder: Holder, pin: str) -> None:
        """Open the lock; raises PinRefused, TooBusy, NotRecording."""
        found, stored = self._read(sign_in, holder.mark), self._read(pin_hash, holder.person_id)
        if found is None or stored is None or found.wrong_pins >= WRONG_PINS:
            raise PinRefused("The PIN does not open this lock; use the password.")
        at = self._clock.now()
        # Counted before the slow test, so that a hundred at once are not a hundred tries; opening forgets them.
        counted = self._transact(partial(lock_records.count_pin, mark=holder.mark, most=WRONG_PINS))
        if not counted:
            raise PinRefused("The PIN does not open this lock; use the password.")
        if not self._passwords.verify(stored, pin).right:
            self._transact(partial(lock_records.note_wrong_pin, mark=holder.mark, by=holder.by, at=at))
            left = WRONG_PINS - found.wrong_pins - 1
            words = f"The PIN is wrong; {left} more tries." if left > 1 else "The PIN is wrong; one more try."
            raise PinRefused(words if left > 0 else "The PIN is wrong. The password is needed now.")
        self._open(holder, at, "pin")

    def open_by_password(self, holder: Holder, password: str) -> None:
        """Open the lock; raises SignInRefused, TooMany, TooBusy, NotRecording."""
        self._check_password(holder.name, password, "unlock_refused")
        self._open(holder, self._clock.now(), "password")

    def choose_pin(self, holder: Holder, password: str, pin: str) -> None:
        """Another PIN for this person; raises SignInRefused, TooMany, Refused for one that is easily guessed."""
        person = self._check_password(holder.name, password, "pin_change_refused")
        check_pin(pin)
        hashed, at = self._passwords.hash(pin), self._clock.now()
        self._transact(partial(lock_records.choose_pin, person_id=person.id, hashed=hashed, by=holder.by, at=at))

    def last_human_at(self, found: SignIn) -> datetime:
        """When somebody was seen at it last, also when that could not be recorded."""
        return max(found.last_human_at, self._seen.get(found.id_hash, found.last_human_at))

    def forget(self, marks: frozenset[str]) -> None:
        """Sign-ins that are over."""
        for mark in marks:
            self._seen.pop(mark, None)

    def _open(self, holder: Holder, at: datetime, how: str) -> None:
        self._transact(partial(lock_records.unlock, mark=holder.mark, by=holder.by, at=at, how=how))
        self._seen[holder.mark] = at
        self._sockets.open_sign_in(holder.mark)

    def _real_s(self, length: timedelta) -> float:
        return max(0.0, length.total_seconds() / self._clock.speed)

    def _read(self, query: Callable[..., T], *args: object) -> T:
        def run() -> T:
            with self._reading.connect() as connection:
                return query(connection, *args)

        return self._runtime.offload(run)
