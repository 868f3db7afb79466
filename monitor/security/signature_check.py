"""Whether every stored signature is what was given, and none is missing that the trail tells of."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlalchemy import Connection, select

from monitor.security.audit import SIGNED
from monitor.security.signatures import Standing, digest_of, verify
from monitor.security.signing_key import PublicKeys
from monitor.store import schema
from monitor.store.queries.assessments import SignatureRecord, all_signatures
from monitor.store.queries.papers import PaperRecord, all_papers

R = TypeVar("R", SignatureRecord, PaperRecord)


def broken_signatures(connection: Connection, keys: PublicKeys) -> list[str]:
    """A sentence for each signature that is not what was given, in their order; empty when all hold."""
    return list(_broken(connection, keys))


def _broken(connection: Connection, keys: PublicKeys) -> Iterator[str]:
    digests: dict[str, str | None] = {}
    for one, why in _verified(all_signatures(connection), keys):
        digests[f"signature {one.id}"] = digest_of(one)
        if why:
            yield f"signature {one.id} of session {one.session_id} does not verify: {why}"
    for paper, why in _verified(all_papers(connection), keys):
        digests[f"paper {paper.id}"] = digest_of(paper)
        if why:
            yield f"paper {paper.id} of patient {paper.patient_id} does not verify: {why}"
    table = schema.audit
    told = select(table.c.seq, table.c.object, table.c.facts).where(table.c.action.in_(SIGNED)).order_by(table.c.seq)
    for seq, about, facts in connection.execute(told):
        digest = facts.get("digest")
        if digest is not None and digests.get(about) != digest:
            state = "is missing" if about not in digests else "is not the one that was given"
            yield f"{about} {state}: entry {seq} of the trail tells of another"


def _verified(given: Iterable[R], keys: PublicKeys) -> Iterator[tuple[R, str]]:
    """Those of one table in their order, each after the one before it, with what is wrong ("" for nothing)."""
    before: R | None = None
    for one in given:
        verdict = verify(one, before, keys)
        yield one, verdict.why if verdict.standing is Standing.BROKEN else ""
        before = one
