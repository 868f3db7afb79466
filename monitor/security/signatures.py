"""Signatures: what is signed, and whether a stored signature is still the one that was given.

Law: the signed text says everything (whose session, what was found, who signed, when, with which meaning, after which
signature); the columns beside it only repeat it, and a column that says something else is found.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from monitor.security.signing_key import PublicKeys, SigningKey
from monitor.store.queries.assessments import SignatureRecord
from monitor.store.queries.papers import PaperRecord
from monitor.store.rows import SignatureRow
from monitor.store.signed_papers import PaperRow
from monitor.store.types import canonical_json, from_ms, to_ms

DOMAIN = b"infusion-monitor signature v1\0"
Record = SignatureRecord | PaperRecord
Row = TypeVar("Row", SignatureRow, PaperRow)


class Meaning(StrEnum):
    """What a signature can mean; nothing else is signed."""

    APPROVED = "discharge approved"
    WITNESSED = "witnessed"
    REVIEWED = "reviewed"
    CO_SIGNED = "co-signed"
    ADDENDUM = "addendum"
    LATE_ADVERSE_EVENT = "adverse event after the end"
    ORDERED = "order"
    ORDER_CHANGED = "order changed"
    CONSULTATION = "consultation"
    SERIES_ORDER = "order of a series"
    REASSESSED = "reassessment"


class Standing(StrEnum):
    """What verification found."""

    VERIFIED = "verified"
    BROKEN = "does not verify"
    UNSIGNED = "not signed by a key"  # given before signatures had keys


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a signature is what was given; `why` when not, in words."""

    standing: Standing
    why: str = ""


def sealed(key: SigningKey, row: Row, content: Mapping[str, object], before: Record | None) -> Row:
    """The signature with its text and its 64 bytes; `content` is what is signed, `before` the one given last."""
    record = canonical_json(
        {
            **content,
            **row.about,
            "override_reason": row.override_reason,
            "signer": _signer(row),
            "key_id": key.key_id,
            "previous": digest_of(before),
        }
    )
    return replace(row, record=record, key_id=key.key_id, signature=key.sign(DOMAIN + record.encode()))


def digest_of(signature: Record | SignatureRow | PaperRow | None) -> str | None:
    """The SHA-256 of a signature and what it signs, in hexadecimal; None for none."""
    if signature is None:
        return None
    return hashlib.sha256(signature.record.encode() + b"\0" + (signature.signature or b"")).hexdigest()


def verify(one: Record, before: Record | None, keys: PublicKeys) -> Verdict:
    """Whether a stored signature is the one that was given, after the one that was given before it."""
    if one.signature is None and one.key_id is None:
        if '"signer"' in one.record or (before is not None and before.signature is not None):
            return Verdict(Standing.BROKEN, "its key and its signature were taken away")
        return Verdict(Standing.UNSIGNED)
    if one.key_id is None or one.key_id not in keys.by_id:
        return Verdict(Standing.BROKEN, f"this installation has no key {one.key_id}")
    if not keys.verifies(one.key_id, one.signature or b"", DOMAIN + one.record.encode()):
        return Verdict(Standing.BROKEN, "what was signed, or the signature, was changed")
    moved = _says_otherwise(one, before)
    return Verdict(Standing.BROKEN, moved) if moved else Verdict(Standing.VERIFIED)


def _says_otherwise(one: Record, before: Record | None) -> str:
    """What the row says beside the signed text that the text does not say; "" when they agree."""
    signed = json.loads(one.record)
    moved = next((name for name, value in one.about.items() if signed.get(name) != value), None)
    if moved is not None:
        return f"it was given for another {moved}"
    if signed.get("key_id") != one.key_id:
        return "it names another key than the one that signed"
    if signed.get("signer") != _signer(one) or signed.get("override_reason") != one.override_reason:
        return "who signed, when, or with which meaning was changed beside it"
    if hashlib.sha256(one.record.encode()).hexdigest() != one.record_sha256:
        return "its noted hash was changed"
    if signed.get("previous") != digest_of(before):
        return "the signature given before it is missing or was changed"
    return ""


def _signer(row: Record | SignatureRow | PaperRow) -> dict[str, object]:
    return {
        "person_id": row.person_id,
        "printed_name": row.printed_name,
        "role": row.role,
        "meaning": row.meaning,
        "signed_at": from_ms(to_ms(row.signed_at)).isoformat(),  # as the column keeps it
        "utc_offset_min": row.utc_offset_min,
    }
