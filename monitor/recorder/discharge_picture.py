"""The discharge evaluation as pages and programs are shown it, with the signatures and whether they hold."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.discharge.findings import CriterionResult, Result
from monitor.clinical.discharge.gate import evaluate
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.scores.scales import CONFIRMATIONS
from monitor.clinical.session import FINAL_STATES, SessionState
from monitor.errors import NotFound
from monitor.recorder.evidence import discharge_evidence
from monitor.security.signatures import Meaning, Record, Standing, digest_of, verify
from monitor.security.signing_key import PublicKeys
from monitor.store.audit import head
from monitor.store.queries.assessments import AssessmentRecord, signature_before, signatures
from monitor.store.queries.rebuild import DischargeRecord
from monitor.store.queries.sessions import session_head

_ORDERS = frozenset({Meaning.ORDERED.value, Meaning.ORDER_CHANGED.value})
_OVER = frozenset(state.value for state in FINAL_STATES)


def picture_of_discharge(record: DischargeRecord, policy: ClinicPolicy, now: datetime) -> dict[str, object]:
    """The evaluation as of now (or as of its end, once the session is over) in the contract's shape."""
    over = record.session.state in _OVER
    moves = [event.at for event in record.events if event.to_state != event.from_state]
    as_of = max(moves) if over and moves else now  # what was added to the record later moves nothing
    evaluation = evaluate(policy, discharge_evidence(record, prediction=policy.prediction), as_of)
    open_criteria = [item.id for item in evaluation.criteria if item.result is not Result.MET]
    return {
        "ready_at": _iso(evaluation.ready_at),
        "as_of": as_of.isoformat(),
        "state": record.session.state,
        "criteria": [_criterion(item) for item in evaluation.criteria],
        "scores": _newest_scores(record),
        "can_sign": record.session.state == SessionState.OBSERVING and not open_criteria,
        "missing": open_criteria,
    }


def signatures_told(connection: Connection, session_id: int, keys: PublicKeys) -> list[dict[str, object]]:
    """The signatures of a session, oldest first, each with what verification found now."""
    given = signatures(connection, session_id)
    return [told_signature(one, signature_before(connection, one.id), keys) for one in given]


def signatures_after_orders(connection: Connection, session_id: int, keys: PublicKeys) -> list[dict[str, object]]:
    """The same without those under orders: what was signed about the end of a session and after it."""
    return [one for one in signatures_told(connection, session_id, keys) if one["meaning"] not in _ORDERS]


def signatures_whole(connection: Connection, session_id: int, keys: PublicKeys) -> list[Mapping[str, object]]:
    """The same with what anybody needs to verify them: the signed text, the signature and its public key, in hex."""
    if session_head(connection, session_id) is None:
        raise NotFound("There is no such session.")
    given = zip(signatures_told(connection, session_id, keys), signatures(connection, session_id), strict=True)
    return [{**told, **proof(one, keys)} for told, one in given]


def proof(one: Record, keys: PublicKeys) -> dict[str, object]:
    """What anybody needs to verify a signature: the signed text, the signature and its public key, in hex."""
    public = keys.by_id.get(one.key_id or "")
    return {
        "record": one.record,
        "signature": None if one.signature is None else one.signature.hex(),
        "public_key": None if public is None else public.hex(),
    }


def trail_told(connection: Connection) -> dict[str, object]:
    """The newest entry of the audit trail with the first digits of its hash: an anchor on paper."""
    seq, newest = head(connection)
    return {"seq": seq, "hash": newest.hex()[:16]}


def told_signature(one: Record, before: Record | None, keys: PublicKeys) -> dict[str, object]:
    """Who signed, when, meaning what, and whether it still is what was signed."""
    verdict = verify(one, before, keys)
    return {
        "id": one.id,
        "meaning": one.meaning,
        "printed_name": one.printed_name,
        "role": one.role,
        "signed_at": one.signed_at.isoformat(),
        "utc_offset_min": one.utc_offset_min,
        "override_reason": one.override_reason,
        "record_sha256": one.record_sha256,
        "key_id": one.key_id,
        "digest": digest_of(one),
        "verified": verdict.standing is Standing.VERIFIED,
        "verification": verdict.standing.value,
        "why": verdict.why,
    }


def _criterion(item: CriterionResult) -> dict[str, object]:
    return {
        "id": item.id,
        "title": item.words,
        "kind": item.kind.value,
        "result": item.result.value,
        "since": _iso(item.since),
        "expected_at": _iso(item.expected_at),
        "held_s": item.held_s,
        "needed_s": item.needed_s,
        "evidence": item.evidence,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _newest_scores(record: DischargeRecord) -> Mapping[str, object]:
    newest: dict[str, object] = {
        one.kind: {
            "id": one.id, "total": one.total, "items": dict(one.items), "at": one.at.isoformat(), "by": one.by,
        }
        for one in record.assessments
    }  # fmt: skip
    said = [one for one in record.assessments if one.kind == CONFIRMATIONS]
    return newest if not said else {**newest, CONFIRMATIONS: _confirmed(said)}


def _confirmed(said: Sequence[AssessmentRecord]) -> dict[str, object]:
    """Each item by the newest word on it, with who said so and when: two people may confirm at once."""
    items: dict[str, object] = {}
    by_item: dict[str, object] = {}
    for one in said:
        items.update(one.items)
        by_item.update({name: {"at": one.at.isoformat(), "by": one.by} for name in one.items})
    newest = said[-1]
    return {
        "id": newest.id, "total": newest.total, "items": items, "said": by_item,
        "at": newest.at.isoformat(), "by": newest.by,
    }  # fmt: skip
