"""A physician's review of a session that is over, and the co-signature under what somebody else signed.

Laws
1. A review names what it saw: the hash of the whole record as it was shown, and how much of it there was. What was
   added meanwhile is not signed unseen: it is refused, and asked again.
2. A review takes nothing away: what it covers stays, what comes later asks for the next one.
3. Nobody co-signs their own signature, nor one that does not verify, nor twice.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import FINAL_STATES
from monitor.errors import Conflict, NotFound, Refused
from monitor.recorder.acts import Actor
from monitor.recorder.sealing import Seal, Signed
from monitor.recorder.turn import Turn
from monitor.security.roles import Action, require
from monitor.security.signatures import Meaning, Standing, digest_of, verify
from monitor.store.queries.assessments import (
    SignatureRecord,
    signature_before,
    signature_of_request,
    signatures,
)
from monitor.store.queries.record_digest import RecordDigest, record_extent
from monitor.store.queries.reviews import causes_of
from monitor.store.queries.sessions import SessionRecord, session_head
from monitor.store.reviews import take_off_queue
from monitor.store.rows import Act

_OVER = frozenset(state.value for state in FINAL_STATES)


@dataclass(frozen=True, slots=True)
class SignReview:
    """A physician has looked at a record; `seen` is its hash as it was shown to them, `words` what they found."""

    session_id: int
    request_id: str
    seen: str
    words: str
    person: Actor


@dataclass(frozen=True, slots=True)
class CoSign:
    """A physician stands by what another signed; `seen` is the digest of that signature as it was shown to them."""

    session_id: int
    request_id: str
    signature_id: int
    seen: str
    words: str
    person: Actor


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Prepares both signatures; `policies` reads the policy a session is pinned to."""

    seal: Seal
    policies: Callable[[Connection, str], ClinicPolicy]
    demo: bool

    def review(self, act: SignReview, found: RecordDigest, turn: Turn) -> Act:
        """What is stored for a review of the record as it was just read."""
        require(act.person, Action.REVIEW)
        if found.sha256 != act.seen:
            raise _changed()

        def store(connection: Connection) -> int:
            before = self._before(connection, act, Meaning.REVIEWED)
            if before is not None:
                return before
            head = self._head(connection, act.session_id)
            if record_extent(connection, act.session_id) != found.extent:
                raise _changed()
            self._refuse_own(connection, act, head)
            signature_id = self.seal.give(connection, _review(act, found, connection, turn))
            take_off_queue(connection, act.session_id)
            return signature_id

        return store

    def co_sign(self, act: CoSign, turn: Turn) -> Act:
        """What is stored for a co-signature."""
        require(act.person, Action.CO_SIGN)

        def store(connection: Connection) -> int:
            before = self._before(connection, act, Meaning.CO_SIGNED)
            if before is not None:
                return before
            self._head(connection, act.session_id)
            given = signatures(connection, act.session_id)
            signed = next((one for one in given if one.id == act.signature_id), None)
            if signed is None:
                raise NotFound("There is no such signature in this session.")
            self._check(connection, act, signed, given)
            return self.seal.give(connection, _co_signature(act, signed, turn))

        return store

    def _before(self, connection: Connection, act: SignReview | CoSign, meaning: Meaning) -> int | None:
        """The signature this very request gave before."""
        stored = signature_of_request(connection, act.session_id, act.request_id)
        if stored is None:
            return None
        if (stored.meaning, stored.person_id) != (meaning.value, act.person.person_id):
            raise Conflict("This request id belongs to another signature.", {"id": stored.id})
        return stored.id

    def _head(self, connection: Connection, session_id: int) -> SessionRecord:
        head = session_head(connection, session_id)
        if head is None:
            raise NotFound("There is no such session.")
        if head.state not in _OVER:
            raise Refused(f"A session that is {head.state} is not reviewed yet: its record still grows.", ("over",))
        if head.simulated and not self.demo:
            raise Refused("This session was fed by a simulator; it is signed only in demo mode.", ("demo_mode",))
        return head

    def _refuse_own(self, connection: Connection, act: SignReview, head: SessionRecord) -> None:
        if self.policies(connection, head.policy_sha256).review.own_override:
            return
        overridden = [one for one in signatures(connection, act.session_id) if one.override_reason is not None]
        if any(one.person_id == act.person.person_id and one.meaning == Meaning.APPROVED for one in overridden):
            raise Refused("You overrode this discharge: another physician reviews it.", ("another_physician",))

    def _check(
        self, connection: Connection, act: CoSign, signed: SignatureRecord, given: list[SignatureRecord]
    ) -> None:
        if signed.meaning == Meaning.CO_SIGNED:
            raise Refused("A co-signature is not co-signed again; co-sign what it stands under.", ("signature",))
        if signed.person_id == act.person.person_id:
            raise Refused("This is your own signature: somebody else co-signs it.", ("another_physician",))
        if digest_of(signed) != act.seen:
            raise Conflict("This is not the signature you saw; look again.", {"digest": digest_of(signed)})
        verdict = verify(signed, signature_before(connection, signed.id), self.seal.public)
        if verdict.standing is Standing.BROKEN:
            raise Refused(f"This signature does not verify: {verdict.why}. Tell the administrator.", ("signature",))
        if any(co_signed_of(one) == signed.id and one.person_id == act.person.person_id for one in given):
            raise Conflict("You have co-signed this already.", {"signature": signed.id})


def co_signed_of(signature: SignatureRecord) -> int | None:
    """The signature a co-signature stands under; None for every other signature."""
    if signature.meaning != Meaning.CO_SIGNED:
        return None
    under = signature.content.get("co_signs")
    return int(str(under["id"])) if isinstance(under, dict) else None


def _changed() -> Conflict:
    return Conflict("The record has changed since you looked: look again, then sign.", {"changed": True})


def _review(act: SignReview, found: RecordDigest, connection: Connection, turn: Turn) -> Signed:
    causes = causes_of(connection, [act.session_id])[act.session_id]
    content: dict[str, object] = {
        "kind": "review",
        "version": found.extent.version,
        "record_sha256": found.sha256,
        "rows": dict(found.extent.rows),
        "causes": [{"id": one.id, "why": one.why} for one in causes],
        "words": act.words,
    }
    return Signed(act.session_id, act.request_id, act.person, Meaning.REVIEWED, content, turn.now)


def _co_signature(act: CoSign, signed: SignatureRecord, turn: Turn) -> Signed:
    under = {"id": signed.id, "meaning": signed.meaning, "digest": digest_of(signed)}
    content: dict[str, object] = {"kind": "co-signature", "co_signs": under, "words": act.words}
    facts = {"under": signed.id}
    return Signed(act.session_id, act.request_id, act.person, Meaning.CO_SIGNED, content, turn.now, facts=facts)
