"""Who is signed in. Law: a sign-in is a row the server can end at once; the browser only holds a random name for it.

The name is 256 random bits, the record keeps its SHA-256. A sign-in ends by signing out, by its age, by disabling the
person or by a new password, and its sockets end with it. Sign-ins and refusals are audited.
"""

import hmac
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from monitor.clock import Clock
from monitor.errors import MonitorError, NotRecording, Refused
from monitor.runtime import Runtime
from monitor.security import displays, records
from monitor.security.ending import Ending
from monitor.security.locks import IDLE_MIN, Locks
from monitor.security.passwords import Passwords, check_new
from monitor.security.proofs import Proofs, SecondStepNeeded
from monitor.security.records import By
from monitor.security.registry import SocketRegistry
from monitor.security.roles import Role
from monitor.security.secrets import fingerprint, new_secret
from monitor.security.throttle import AccountThrottle, RateLimit
from monitor.store.people import set_browser
from monitor.store.queries.people import Person, SignIn, person_by_name
from monitor.store.rows import Transact

LONGEST_H = 12
DISPLAY_LONGEST_H = 400 * 24  # a wall display must not go dark at the end of a shift; it shows and never acts
SIGN_INS_A_MINUTE = 30
_WRONG = "The name or the password is wrong."

T = TypeVar("T")


class SignInRefused(MonitorError):
    """Wrong name or password; which of the two is not said."""

    code = "sign_in_refused"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is behind a request: a signed-in person (`sign_in` is its fingerprint), or a program's token.

    `person_id` is None for the commands of this machine only, which are nobody's program. `language` is the one
    the person chose, None for the browser's. `second_step` is what was proved besides the password; somebody who must
    have one and has none may do nothing but set it up. `locked`: names and acts wait for the PIN.
    """

    person_id: int | None
    name: str
    printed_name: str
    role: str
    must_change_password: bool = False
    sign_in: str = ""
    is_token: bool = False
    language: str | None = None
    second_step: str | None = None
    must_add_second_step: bool = False
    begun_at: datetime | None = None
    locked: bool = False


# Whoever may read server.lock of a running server, which is whoever owns its data folder.
COMMAND_LINE = Identity(None, "command line", "command line", Role.ADMINISTRATOR.value, is_token=True)


@dataclass(frozen=True, slots=True)
class Over:
    """Of some sign-ins: those that have ended, and those that are locked."""

    ended: frozenset[str]
    locked: tuple[SignIn, ...]


class SignIns:
    """Begins, checks and ends sign-ins."""

    def __init__(
        self,
        *,
        clock: Clock,
        runtime: Runtime,
        reading: Engine,
        transact: Transact,
        passwords: Passwords,
        sockets: SocketRegistry,
        proofs: Proofs,
        sign_ins_a_minute: int = SIGN_INS_A_MINUTE,
        command_line: str | None = None,
        idle_lock_min: int = IDLE_MIN,
    ) -> None:
        self._clock = clock
        self._runtime = runtime
        self._reading = reading
        self._transact = transact
        self._passwords = passwords
        self._sockets = sockets
        self._proofs = proofs
        self._accounts = AccountThrottle()
        self._addresses = RateLimit(sign_ins_a_minute, 60.0)
        self._command_line = None if command_line is None else fingerprint(command_line)
        self.ending = Ending(transact, clock, sockets)
        self.locks = Locks(
            clock=clock,
            runtime=runtime,
            reading=reading,
            transact=transact,
            passwords=passwords,
            sockets=sockets,
            check_password=self.check_password,
            idle_min=idle_lock_min,
        )

    def sign_in(self, name: str, password: str, address: str) -> tuple[str, Identity]:
        """The secret for the cookie and who it is.

        Raises SecondStepNeeded when the password was right and more is asked, SignInRefused, TooMany, TooBusy,
        NotRecording.
        """
        self.count(address)
        person = self.check_password(name, password, "sign_in_refused")
        if person.role == Role.BREAK_GLASS:
            raise SignInRefused("A sealed account opens break-glass and nothing else: use the page Break-glass.")
        if self._proofs.of(person.id).any:
            raise SecondStepNeeded(self._proofs.wait_for(person))
        return self.begin(person)

    def enrol(self, code: str, address: str) -> tuple[str, Identity]:
        """The secret for the cookie of a display with this one-time code; raises Refused, TooMany, NotRecording."""
        self.count(address)
        mark, at = displays.mark_of(code), self._clock.now()
        found = self._transact(lambda connection: displays.take_up(connection, mark, at))
        if not isinstance(found, Person):
            raise TypeError(f"not a display: {found!r}")
        return self.begin(found)

    def begin(self, person: Person, second_step: str | None = None) -> tuple[str, Identity]:
        """A new sign-in of somebody who has proved who they are, and by what besides the password."""
        secret, at = new_secret(), self._clock.now()
        hours = DISPLAY_LONGEST_H if person.role == Role.STATION_DISPLAY else LONGEST_H
        # Real hours, also when the server's clock runs faster in a demonstration.
        expires_at = at + timedelta(hours=hours * self._clock.speed)
        mark = fingerprint(secret)
        came = second_step is not None or not self._proofs.needed(person.role)
        self._transact(
            lambda connection: records.begin_sign_in(
                connection, mark, person, at, expires_at, second_step, owner_has_come=came
            )
        )
        found = self._read(records.live_sign_in, mark, at)
        if found is None:
            raise SignInRefused(_WRONG)  # disabled at this very moment
        return secret, self._identity(found)

    def begin_briefly(
        self, secret: str, act: Callable[[Connection, datetime, datetime], None], lasts: timedelta
    ) -> Identity:
        """Who holds this secret, after the act that began the sign-in, given when it begins and when it ends."""
        at = self._clock.now()
        until_at = at + lasts * self._clock.speed  # real minutes, also in a demonstration
        self._transact(lambda connection: act(connection, at, until_at))
        found = self.identify(secret)
        if found is None:
            raise SignInRefused(_WRONG)  # disabled at this very moment
        return found

    def begin_anew(self, person: Person, second_step: str | None) -> tuple[str, Identity]:
        """The same after what proves the person has changed: every other sign-in and live page of theirs ends."""
        at = self._clock.now()
        self._transact(lambda connection: records.end_sign_ins(connection, person, at))
        self._sockets.end_person(person.id)
        return self.begin(person, second_step)

    def count(self, address: str) -> None:
        """Count one try from an address; raises TooMany."""
        self._addresses.check(address, self._guard_s())

    def check_password(self, name: str, password: str, action_when_wrong: str) -> Person:
        """The person of that name, if the password is theirs; a wrong one is audited. Raises as `sign_in`."""
        self._accounts.check(name, self._guard_s())
        self._accounts.failed(name, self._guard_s())  # before the slow test, so that a hundred at once do not all pass
        person = self._read(person_by_name, name)
        verdict = self._passwords.verify(hash_of(person), password)
        if person is None or not verdict.right:
            self._audit_refusal(person, action_when_wrong)
            raise SignInRefused(_WRONG)
        self._accounts.succeeded(name)
        if verdict.rehashed is not None:
            rehashed = verdict.rehashed
            self._transact(lambda connection: records.renew_hash(connection, person, rehashed))
        return person

    def identify(self, secret: str) -> Identity | None:
        """Who holds this secret, None when the sign-in has ended or never was."""
        found = self._read(records.live_sign_in, fingerprint(secret), self._clock.now())
        return None if found is None else self._identity(found)

    def identify_token(self, token: str) -> Identity | None:
        """Which program holds this bearer token, None when unknown or revoked."""
        mark = fingerprint(token)
        if self._command_line is not None and hmac.compare_digest(mark, self._command_line):
            return COMMAND_LINE
        found = self._read(records.live_token, mark, self._clock.now())
        if found is None:
            return None
        return Identity(found.id, found.name, found.printed_name, found.role, is_token=True)

    def sign_out(self, identity: Identity) -> None:
        """End this sign-in and its sockets."""
        at, by = self._clock.now(), By(identity.name, identity.person_id)
        try:
            self._transact(lambda connection: records.end_sign_in(connection, identity.sign_in, by, at))
        finally:
            self._sockets.end_sign_in(identity.sign_in)

    def note_browser(self, mark: str, words: str) -> None:
        """Keep what browser a new sign-in is at, for its owner's list; without it the list says that it is unknown."""
        with suppress(NotRecording):
            self._transact(lambda connection: set_browser(connection, mark, words))

    def change_password(self, identity: Identity, current: str, new: str) -> tuple[str, Identity]:
        """Set a new password, end every sign-in of the person, and begin a new one; raises Refused for a weak one."""
        person = self.check_password(identity.name, current, "password_change_refused")
        if current == new:
            raise Refused("The new password must differ from the present one.")
        check_new(new, person.name, person.printed_name)
        hashed, at = self._passwords.hash(new), self._clock.now()
        self._transact(lambda connection: records.choose_password(connection, person.id, hashed, at, person.name))
        self._sockets.end_person(person.id)
        return self.begin(person, identity.second_step)

    def over(self, fingerprints: Iterable[str]) -> Over:
        """Which of these sign-ins have ended, and which are locked; none when the database cannot be asked."""
        asked = frozenset(fingerprints)
        if not asked:
            return Over(frozenset(), ())
        try:
            standing = self._read(records.live_among, asked, self._clock.now())
        except SQLAlchemyError:
            return Over(frozenset(), ())
        ended = asked - {found.id_hash for found in standing}
        self.locks.forget(ended)
        return Over(ended, tuple(found for found in standing if self.locks.is_locked(found)))

    def _identity(self, found: SignIn) -> Identity:
        person = found.person
        return Identity(
            person.id,
            person.name,
            person.printed_name,
            Role.BREAK_GLASS.value if found.second_step == Role.BREAK_GLASS else person.role,
            person.must_change_password,
            found.id_hash,
            language=person.language,
            second_step=found.second_step,
            must_add_second_step=found.second_step is None and self._proofs.needed(person.role),
            begun_at=found.created_at,
            locked=self.locks.is_locked(found),
        )

    def _audit_refusal(self, person: Person | None, action: str) -> None:
        at = self._clock.now()
        self._transact(lambda connection: records.note_refusal(connection, person, action, at))

    def _read(self, query: Callable[..., T], *args: object) -> T:
        def run() -> T:
            with self._reading.connect() as connection:
                return query(connection, *args)

        return self._runtime.offload(run)

    def _guard_s(self) -> float:
        return self._clock.real_s(self._clock.mono_s())


def hash_of(person: Person | None) -> str | None:
    """None for whoever cannot sign in, who then costs and is told the same as nobody."""
    if person is None or person.disabled_at is not None or person.password_hash == records.NO_PASSWORD:
        return None
    return person.password_hash
