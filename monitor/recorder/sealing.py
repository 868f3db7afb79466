"""Giving a signature: the row, its key's signature and its audit entry, in one place for every meaning.

Law: only inside the transaction of what is signed; the signature given before is read there, so that the order of all
signatures is signed too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.errors import NotAllowed, NotFound
from monitor.recorder.acts import Actor
from monitor.security.signatures import Meaning, digest_of, sealed
from monitor.security.signing_key import PublicKeys, SigningKey
from monitor.store.audit import append
from monitor.store.dialects import lock_audit_chain
from monitor.store.discharge import insert_signature
from monitor.store.queries.assessments import signature_before
from monitor.store.queries.papers import paper_signed_before
from monitor.store.queries.people import person_by_id
from monitor.store.rows import AuditEntry, SignatureRow
from monitor.store.signed_papers import Paper, PaperRow, insert_paper

ACTIONS = {
    Meaning.APPROVED: "discharge.sign",
    Meaning.WITNESSED: "discharge.witness",
    Meaning.REVIEWED: "review.sign",
    Meaning.CO_SIGNED: "signature.co_sign",
    Meaning.ADDENDUM: "addendum.sign",
    Meaning.LATE_ADVERSE_EVENT: "adverse_event.sign",
    Meaning.ORDERED: "order.sign",
    Meaning.ORDER_CHANGED: "order.sign",
    Meaning.CONSULTATION: "consultation.sign",
    Meaning.SERIES_ORDER: "series_order.sign",
    Meaning.REASSESSED: "reassessment.sign",
}
_ONCE = frozenset({Meaning.APPROVED, Meaning.WITNESSED})  # a session has at most one of each


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signs what: `content` is the signed text's own part, `facts` what the trail says beside it."""

    session_id: int
    request_id: str
    person: Actor
    meaning: Meaning
    content: Mapping[str, object]
    at: datetime
    override_reason: str | None = None
    facts: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """The same for a paper about a patient outside a session."""

    paper: Paper
    patient_id: int
    series_id: int | None
    replaces_id: int | None
    request_id: str
    person: Actor
    meaning: Meaning
    content: Mapping[str, object]
    at: datetime
    override_reason: str | None = None
    facts: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class _Signer:
    """Who signs, as the signature prints it, and how far the clinic's clock is from UTC then."""

    person_id: int
    printed_name: str
    utc_offset_min: int


@dataclass(frozen=True, slots=True)
class Seal:
    """The clinic's signing key and zone."""

    key: SigningKey
    zone: ZoneInfo

    @property
    def public(self) -> PublicKeys:
        """The keys that verify what was signed here."""
        return self.key.public

    def give(self, connection: Connection, signed: Signed) -> int:
        """Store the signature with its audit entry; its id. Raises NotAllowed, NotFound, Conflict."""
        signer = self._signer(connection, signed.person, signed.at)
        lock_audit_chain(connection)  # nobody else signs between the signature before and this one
        row = sealed(self.key, _row(signed, signer), signed.content, signature_before(connection))
        signature_id = insert_signature(connection, row, once=signed.meaning in _ONCE)
        facts = {"session": signed.session_id, **self._facts(signed, row)}
        self._note(connection, signed, signer, f"signature {signature_id}", facts)
        return signature_id

    def give_paper(self, connection: Connection, signed: SignedPaper) -> int:
        """Store a signed paper with its audit entry; its id. Raises NotAllowed, NotFound, Conflict."""
        signer = self._signer(connection, signed.person, signed.at)
        lock_audit_chain(connection)
        row = sealed(self.key, _paper_row(signed, signer), signed.content, paper_signed_before(connection))
        paper_id = insert_paper(connection, row)
        facts = {**row.about, **self._facts(signed, row)}
        self._note(connection, signed, signer, f"paper {paper_id}", facts)
        return paper_id

    def _facts(self, signed: Signed | SignedPaper, row: SignatureRow | PaperRow) -> dict[str, object]:
        key = {"meaning": signed.meaning.value, "key_id": self.key.key_id, "digest": digest_of(row)}
        return {**key, **(signed.facts or {})}

    def _note(
        self,
        connection: Connection,
        signed: Signed | SignedPaper,
        signer: _Signer,
        about: str,
        facts: dict[str, object],
    ) -> None:
        action = ACTIONS[signed.meaning]
        append(connection, AuditEntry(signed.at, signer.printed_name, action, about, signer.person_id, facts))

    def _signer(self, connection: Connection, who: Actor, at: datetime) -> _Signer:
        if who.person_id is None:
            raise NotAllowed("Only a person signs, with their own password.")
        person = person_by_id(connection, who.person_id)
        if person is None:
            raise NotFound("The person who signs is not known.")
        offset = at.astimezone(self.zone).utcoffset() or timedelta()
        return _Signer(person.id, person.printed_name, int(offset.total_seconds() // 60))


def _row(signed: Signed, signer: _Signer) -> SignatureRow:
    return SignatureRow(
        session_id=signed.session_id,
        request_id=signed.request_id,
        record="",
        meaning=signed.meaning.value,
        person_id=signer.person_id,
        printed_name=signer.printed_name,
        role=signed.person.role,
        signed_at=signed.at,
        utc_offset_min=signer.utc_offset_min,
        override_reason=signed.override_reason,
    )


def _paper_row(signed: SignedPaper, signer: _Signer) -> PaperRow:
    return PaperRow(
        paper=signed.paper,
        patient_id=signed.patient_id,
        series_id=signed.series_id,
        replaces_id=signed.replaces_id,
        request_id=signed.request_id,
        record="",
        meaning=signed.meaning.value,
        person_id=signer.person_id,
        printed_name=signer.printed_name,
        role=signed.person.role,
        signed_at=signed.at,
        utc_offset_min=signer.utc_offset_min,
        override_reason=signed.override_reason,
    )
