"""The second step at sign-in: shown when the password was right, set up and changed by its owner alone.

Law: nobody sets up another person's step; whoever changes one gives the password, unless they just did to sign in; with
each change every other sign-in of the person ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.clock import Clock
from monitor.errors import Refused
from monitor.security.codes import address_of, new_seed
from monitor.security.halfway import HOLDS_S, Halfway
from monitor.security.passkeys import State
from monitor.security.proofs import APP, PASSKEY, Half, Proofs
from monitor.security.sign_in import Identity, SignInRefused, SignIns, hash_of
from monitor.store.queries.people import Person
from monitor.store.queries.second_step import SecondSteps

ISSUER = "Infusion Monitor"
LONGEST_LABEL = 40
_AGAIN = "This took too long, or was done elsewhere. Give your name and password again."
_OLD = "This page is older than five minutes. Begin again."


@dataclass(frozen=True, slots=True)
class Changed:
    """The sign-in that goes on after a change (the secret for its cookie and who it is), and new recovery codes."""

    secret: str
    identity: Identity
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferedApp:
    """A seed for an authenticator app, and the address the app reads from a picture."""

    seed: str
    address: str


class SecondStep:
    """What a person does with their second step."""

    def __init__(self, sign_ins: SignIns, proofs: Proofs, clock: Clock) -> None:
        self._sign_ins = sign_ins
        self._proofs = proofs
        self._clock = clock
        self._seeds: Halfway[str] = Halfway()
        self._asked: Halfway[State] = Halfway()

    def ask_passkey(self, half: str) -> Mapping[str, object] | None:
        """What the browser of somebody half signed in is asked, None without a passkey; raises SignInRefused."""
        person, waiting = self._half_signed_in(half)
        try:
            asked = self._proofs.ask_passkey(person.id)
        except Refused:
            return None
        self._proofs.halfway.change(half, Half(waiting.person_id, waiting.password_hash, asked.state))
        return asked.options

    def prove(self, half: str, proof: str, address: str) -> tuple[str, Identity]:
        """Sign in whose password was right, by a code or by what a passkey answered (JSON).

        Raises SignInRefused when the password must be given again, ProofRefused, TooMany, NotRecording.
        """
        self._sign_ins.count(address)
        person, waiting = self._half_signed_in(half)
        if not proof.lstrip().startswith("{"):
            by = self._proofs.check_code(person, proof)
        elif waiting.state is None:
            raise SignInRefused(_AGAIN)
        else:  # what was asked of a passkey is answered once
            self._proofs.halfway.change(half, Half(waiting.person_id, waiting.password_hash))
            by = self._proofs.check_passkey(person, waiting.state, proof)
        if self._proofs.halfway.take(half, self._proofs.guard_s()) is None:
            raise SignInRefused(_AGAIN)
        return self._sign_ins.begin(person, by)

    def has(self, identity: Identity) -> SecondSteps:
        """What the signed-in person has set up."""
        return self._proofs.of(_person_id(identity))

    def needs(self, role: str) -> bool:
        """Whether a role must have one."""
        return self._proofs.needed(role)

    def is_fresh(self, identity: Identity) -> bool:
        """Whether the person signed in less than five minutes ago, so that the password need not be asked again."""
        if identity.begun_at is None:
            return False
        return self._clock.real_s((self._clock.now() - identity.begun_at).total_seconds()) < HOLDS_S

    def passkey_host(self) -> str | None:
        """The host name passkeys are for; None when the monitor has no name."""
        return self._proofs.passkeys.host

    def offer_app(self, identity: Identity, password: str | None) -> OfferedApp:
        """A new seed, which counts once its first code is shown; raises SignInRefused, TooMany."""
        self._owner(identity, password)
        seed = new_seed()
        self._seeds.keep(seed, self._proofs.guard_s(), identity.sign_in)
        return self._offered(identity, seed)

    def offered_app(self, identity: Identity) -> OfferedApp:
        """The seed that waits for its first code; raises Refused when none does any more."""
        seed = self._seeds.look(identity.sign_in, self._proofs.guard_s())
        if seed is None:
            raise Refused(_OLD)
        return self._offered(identity, seed)

    def add_app(self, identity: Identity, code: str) -> Changed:
        """Keep the app that shows the right code, instead of the one before; raises ProofRefused, Refused."""
        offered, person = self.offered_app(identity), self._person(identity)
        codes = self._proofs.add_app(person, offered.seed, code)
        self._seeds.take(identity.sign_in, self._proofs.guard_s())
        return self._changed(person, APP, codes)

    def offer_passkey(self, identity: Identity, password: str | None) -> Mapping[str, object]:
        """What the browser is asked for a new passkey; raises SignInRefused, TooMany, Refused without a host name."""
        asked = self._proofs.ask_new_passkey(self._owner(identity, password))
        self._asked.keep(asked.state, self._proofs.guard_s(), identity.sign_in)
        return asked.options

    def add_passkey(self, identity: Identity, answer: str, label: str) -> Changed:
        """Keep the passkey the browser answered with; raises Refused."""
        state, person = self._asked.take(identity.sign_in, self._proofs.guard_s()), self._person(identity)
        if state is None:
            raise Refused(_OLD)
        codes = self._proofs.add_passkey(person, state, answer, label[:LONGEST_LABEL].strip() or PASSKEY)
        return self._changed(person, PASSKEY, codes)

    def new_codes(self, identity: Identity, password: str | None) -> list[str]:
        """Other recovery codes; raises SignInRefused, TooMany, Refused."""
        return self._proofs.new_codes(self._owner(identity, password))

    def remove(self, identity: Identity, password: str | None, passkey_id: int | None) -> Changed:
        """Remove one passkey, or the app (None); raises SignInRefused, TooMany, Refused, NotFound."""
        person = self._owner(identity, password)
        self._proofs.end(person, passkey_id)
        return self._changed(person, identity.second_step if self._proofs.of(person.id).any else None, [])

    def _changed(self, person: Person, second_step: str | None, codes: list[str]) -> Changed:
        secret, identity = self._sign_ins.begin_anew(person, second_step)
        return Changed(secret, identity, tuple(codes))

    def _half_signed_in(self, half: str) -> tuple[Person, Half]:
        """Whose password was right less than five minutes ago, and is still the same."""
        waiting = self._proofs.halfway.look(half, self._proofs.guard_s())
        person = None if waiting is None else self._proofs.person(waiting.person_id)
        if waiting is None or person is None or hash_of(person) != waiting.password_hash:
            raise SignInRefused(_AGAIN)
        return person, waiting

    def _owner(self, identity: Identity, password: str | None) -> Person:
        """Who changes their own second step, having given the password now or just before."""
        person = self._person(identity)
        if password is None and self.is_fresh(identity):
            return person
        return self._sign_ins.check_password(identity.name, password or "", "second_step_change_refused")

    def _person(self, identity: Identity) -> Person:
        person = self._proofs.person(_person_id(identity))
        if person is None or hash_of(person) is None:
            raise Refused("Whoever has no password has no second step.")
        return person

    def _offered(self, identity: Identity, seed: str) -> OfferedApp:
        return OfferedApp(seed, address_of(seed, identity.name, ISSUER))


def _person_id(identity: Identity) -> int:
    if identity.person_id is None or identity.is_token:
        raise Refused("A program has no second step: sign in as a person.")
    return identity.person_id
