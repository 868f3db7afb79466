"""What people prove besides their password: a code of an app, a passkey, or a recovery code.

Law: nothing is proved twice by the same thing; each refusal and change is audited in its own transaction; guessing gets
slower and slower and is never locked out.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, Engine

from monitor.clock import Clock
from monitor.errors import MonitorError, Refused
from monitor.runtime import Runtime
from monitor.security import proof_records as records
from monitor.security.codes import new_recovery_codes, step_of, step_shown
from monitor.security.halfway import Halfway
from monitor.security.passkeys import Asked, Passkeys, State
from monitor.security.roles import Role
from monitor.security.sealing import Sealing
from monitor.security.throttle import AccountThrottle
from monitor.store.queries.people import Person, person_by_id
from monitor.store.queries.second_step import SecondSteps, second_steps
from monitor.store.rows import Transact

T = TypeVar("T")

REQUIRED = frozenset({Role.PHYSICIAN, Role.ADMINISTRATOR})
APP, PASSKEY, RECOVERY = "app", "passkey", "recovery_code"
_WRONG = "This code is wrong, was used before, or its time is over. Wait for the next one, or use a recovery code."


class ProofRefused(MonitorError):
    """The second step was not proved; the person stays where they are."""

    code = "second_step_refused"


class SecondStepNeeded(MonitorError):
    """The password was right; `half` is the name under which the second step is awaited for five minutes."""

    code = "second_step_needed"

    def __init__(self, half: str) -> None:
        super().__init__("Show the second step: a code of your app, a passkey or a recovery code.")
        self.half = half


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody whose password was right, and the passkey asked of them; `password_hash` as it was then."""

    person_id: int
    password_hash: str
    state: State | None = None


class Proofs:
    """Keeps, asks for and checks second steps; `required` are the roles that must have one."""

    def __init__(
        self,
        *,
        clock: Clock,
        runtime: Runtime,
        reading: Engine,
        transact: Transact,
        sealing: Sealing,
        passkeys: Passkeys,
        required: Collection[Role] = REQUIRED,
    ) -> None:
        self._clock = clock
        self._runtime = runtime
        self._reading = reading
        self._transact = transact
        self._sealing = sealing
        self.passkeys = passkeys
        self._required = frozenset(required)
        self._throttle = AccountThrottle()
        self.halfway: Halfway[Half] = Halfway()

    def needed(self, role: str) -> bool:
        """Whether this role must have a second step."""
        return role in self._required

    def of(self, person_id: int) -> SecondSteps:
        """What a person has."""
        return self._read(second_steps, person_id)

    def person(self, person_id: int) -> Person | None:
        """Who it is, as the record has it now."""
        return self._read(person_by_id, person_id)

    def wait_for(self, person: Person) -> str:
        """Await the second step of somebody whose password was right; gives back the name it waits under."""
        return self.halfway.keep(Half(person.id, person.password_hash), self.guard_s())

    def check_code(self, person: Person, code: str) -> str:
        """By what a code proves the person, APP or RECOVERY; raises ProofRefused, Refused, TooMany, NotRecording."""
        self._count(person)
        has, at = self.of(person.id), self._clock.now()
        for app in has.apps:
            step = step_shown(self._sealing.unseal(app.sealed_seed, person.id), code, at, app.last_step)
            if step is not None:
                return self._proved(person, APP, records.use_step(person, app.id, step, at))
        mark = self._sealing.mark(code, person.id)
        return self._proved(person, RECOVERY, records.use_recovery_code(person, mark, at))

    def ask_passkey(self, person_id: int) -> Asked:
        """Ask for one of the person's passkeys; raises Refused when there is none to ask for."""
        known = [one.credential for one in self.of(person_id).passkeys]
        if not known:
            raise Refused("You have no passkey here; use a code.")
        return self.passkeys.ask(known)

    def check_passkey(self, person: Person, state: State, answer: str) -> str:
        """PASSKEY, when one of the person's passkeys answered what was asked; raises as `check_code`."""
        self._count(person)
        known = self.of(person.id).passkeys
        try:
            shown = self.passkeys.shown(state, [one.credential for one in known], answer)
        except Refused as refusal:
            self._transact(records.note_refused(person, self._clock.now(), PASSKEY))
            raise ProofRefused(refusal.message) from refusal
        key = next(one for one in known if one.credential == shown.credential)
        if (shown.sign_count or key.sign_count) and shown.sign_count <= key.sign_count:
            self._transact(records.note_refused(person, self._clock.now(), "copied_passkey"))
            raise ProofRefused("This passkey has been copied or reset. Remove it and add it again; tell IT.")
        used = records.use_passkey(person, key.id, key.sign_count, shown.sign_count, self._clock.now())
        return self._proved(person, PASSKEY, used)

    def add_app(self, person: Person, seed: str, code: str) -> list[str]:
        """Keep an app whose first code is shown; new recovery codes when it is the first step. Raises ProofRefused."""
        at = self._clock.now()
        step = step_shown(seed, code, at, step_of(at) - 2)
        if step is None:
            raise ProofRefused("This is not the code the app shows now. Look whether the time of your phone is right.")
        codes = self._first_codes(person)
        sealed = self._sealing.seal(seed, person.id)
        self._transact(records.add_app(person, sealed, step, self._marks(codes, person), at))
        return codes

    def ask_new_passkey(self, person: Person) -> Asked:
        """Ask for a new passkey; raises Refused where there can be none."""
        known = [one.credential for one in self.of(person.id).passkeys]
        return self.passkeys.ask_new(person.id, person.name, person.printed_name, known)

    def add_passkey(self, person: Person, state: State, answer: str, label: str) -> list[str]:
        """Keep a passkey; new recovery codes when it is the first step. Raises Refused."""
        shown, codes = self.passkeys.shown_new(state, answer), self._first_codes(person)
        marks, at = self._marks(codes, person), self._clock.now()
        self._transact(records.add_passkey(person, shown.credential, shown.sign_count, label, marks, at))
        return codes

    def new_codes(self, person: Person) -> list[str]:
        """Other recovery codes; those from before are worth nothing. Raises Refused without a second step."""
        if not self.of(person.id).any:
            raise Refused("Recovery codes stand in for an app or a passkey; set up one first.")
        codes = new_recovery_codes()
        self._transact(records.replace_codes(person, self._marks(codes, person), self._clock.now()))
        return codes

    def end(self, person: Person, passkey_id: int | None) -> None:
        """Remove one passkey, or the app; raises Refused for the last step of somebody who must have one."""
        has = self.of(person.id)
        left = len(has.passkeys) + (1 if has.apps else 0) - 1
        if left <= 0 and self.needed(person.role):
            raise Refused("This is your only second step: add another first.")
        self._transact(records.end(person, passkey_id, self._clock.now(), last=left <= 0))

    def guard_s(self) -> float:
        """Real seconds, for what waits and for throttles."""
        return self._clock.real_s(self._clock.mono_s())

    def _read(self, query: Callable[[Connection, int], T], person_id: int) -> T:
        def run() -> T:
            with self._reading.connect() as connection:
                return query(connection, person_id)

        return self._runtime.offload(run)

    def _first_codes(self, person: Person) -> list[str]:
        return [] if self.of(person.id).any else new_recovery_codes()

    def _marks(self, codes: list[str], person: Person) -> list[str]:
        return [self._sealing.mark(code, person.id) for code in codes]

    def _count(self, person: Person) -> None:
        """Count this try as a failure before it is tested, so that a hundred at once do not all pass."""
        name = str(person.id)
        self._throttle.check(name, self.guard_s())
        self._throttle.failed(name, self.guard_s())

    def _proved(self, person: Person, by: str, use: records.Act) -> str:
        """Use it up in the record; whoever comes second with the same thing has not proved anything."""
        if not self._transact(use):
            self._transact(records.note_refused(person, self._clock.now(), by))
            raise ProofRefused(_WRONG)
        self._throttle.succeeded(str(person.id))
        return by
