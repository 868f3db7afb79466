"""What is shown of a session's review: why it waits, who reviewed which record, addenda, and what can be co-signed.

Law: whether a review still speaks of the record is reckoned from the record each time, never remembered.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from monitor.clinical.session import FINAL_STATES, SessionEvent
from monitor.errors import NotFound
from monitor.recorder.discharge_picture import told_signature
from monitor.recorder.reviewing import co_signed_of
from monitor.security.signatures import Meaning
from monitor.security.signing_key import PublicKeys
from monitor.store.queries.assessments import SignatureRecord, signature_before, signatures
from monitor.store.queries.record_digest import RecordDigest, record_digest
from monitor.store.queries.reviews import CauseRecord, open_causes, waiting_of
from monitor.store.queries.sessions import SessionEventRecord, session_events, session_head

_OVER = frozenset(state.value for state in FINAL_STATES)


def picture_of_review(connection: Connection, session_id: int, keys: PublicKeys) -> dict[str, object]:
    """All of it, with the hash of the record as it stands now; raises NotFound."""
    head = session_head(connection, session_id)
    if head is None:
        raise NotFound("There is no such session.")
    found = record_digest(connection, session_id)
    waiting = waiting_of(connection, session_id)
    causes = [] if waiting is None else open_causes(connection, [waiting])[session_id]
    given = signatures(connection, session_id)
    told = {one.id: told_signature(one, signature_before(connection, one.id), keys) for one in given}
    addenda = [one for one in session_events(connection, session_id) if one.event == SessionEvent.ADDENDUM]
    reviews = [_review(one, told[one.id], found) for one in given if one.meaning == Meaning.REVIEWED]
    return {
        "over": head.state in _OVER,
        "version": head.version,
        "record_sha256": found.sha256,
        "waits": waiting is not None,
        "since_at": None if waiting is None else waiting.since_at.isoformat(),
        "causes": [told_cause(one) for one in causes],
        "reviews": reviews,
        "state": _state(reviews),
        "addenda": [_addendum(one) for one in addenda],
        "signatures": [
            {**told[one.id], "co_signatures": _under(one, given, told)} for one in given if co_signed_of(one) is None
        ],
    }  # fmt: skip


def told_cause(one: CauseRecord) -> dict[str, object]:
    """Why a session waits, as plain JSON values."""
    return {"id": one.id, "why": one.why, "facts": dict(one.facts), "at": one.at.isoformat()}


def _state(reviews: Sequence[Mapping[str, object]]) -> str:
    """`none`, `current`, or `out_of_date` when the record is no longer the one that was reviewed last."""
    if not reviews:
        return "none"
    return "current" if reviews[-1]["current"] else "out_of_date"


def _review(one: SignatureRecord, told: Mapping[str, object], found: RecordDigest) -> dict[str, object]:
    content = one.content
    return {
        **told,
        "words": str(content.get("words", "")),
        "reviewed_sha256": content.get("record_sha256"),
        "of_version": content.get("version"),
        "current": content.get("record_sha256") == found.sha256 and told["verified"] is True,
    }


def _addendum(event: SessionEventRecord) -> dict[str, object]:
    return {
        "version": event.version,
        "at": event.at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "by": event.by,
        "role": event.role,
        "text": str(event.details.get("text", "")),
        "reason": event.reason,
    }


def _under(
    signed: SignatureRecord, given: Sequence[SignatureRecord], told: Mapping[int, Mapping[str, object]]
) -> list[dict[str, object]]:
    return [
        {**told[one.id], "words": str(one.content.get("words", ""))} for one in given if co_signed_of(one) == signed.id
    ]
