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
from monitor.store.queries.people import person_by_id
from monitor.store.rows import AuditEntry, SignatureRow

ACTIONS = {
    Meaning.APPROVED: "discharge.sign",
    Meaning.WITNESSED: "discharge.witness",
    Meaning.ADDENDUM: "addendum.sign",
}


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
        if signed.person.person_id is None:
            raise NotAllowed("Only a person signs, with their own password.")
        lock_audit_chain(connection)  # nobody else signs between the signature before and this one
        row = sealed(self.key, self._row(connection, signed, signed.person.person_id), signed.content,
                     signature_before(connection))  # fmt: skip
        signature_id = insert_signature(connection, row, once=signed.meaning is not Meaning.ADDENDUM)
        facts = {
            "session": signed.session_id,
            "meaning": signed.meaning.value,
            "key_id": self.key.key_id,
            "digest": digest_of(row),
            **(signed.facts or {}),
        }
        action, about = ACTIONS[signed.meaning], f"signature {signature_id}"
        append(connection, AuditEntry(signed.at, row.printed_name, action, about, row.person_id, facts))
        return signature_id

    def _row(self, connection: Connection, signed: Signed, person_id: int) -> SignatureRow:
        person = person_by_id(connection, person_id)
        if person is None:
            raise NotFound("The person who signs is not known.")
        offset = signed.at.astimezone(self.zone).utcoffset() or timedelta()
        return SignatureRow(
            session_id=signed.session_id,
            request_id=signed.request_id,
            record="",
            meaning=signed.meaning.value,
            person_id=person.id,
            printed_name=person.printed_name,
            role=signed.person.role,
            signed_at=signed.at,
            utc_offset_min=int(offset.total_seconds() // 60),
            override_reason=signed.override_reason,
        )
