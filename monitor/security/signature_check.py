"""Whether every stored signature is what was given, and none is missing that the trail tells of."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from monitor.security.audit import SIGNED
from monitor.security.signatures import Standing, digest_of, verify
from monitor.security.signing_key import PublicKeys
from monitor.store import schema
from monitor.store.queries.assessments import SignatureRecord, all_signatures


def broken_signatures(connection: Connection, keys: PublicKeys) -> list[str]:
    """A sentence for each signature that is not what was given, in their order; empty when all hold."""
    return list(_broken(connection, keys))


def _broken(connection: Connection, keys: PublicKeys) -> Iterator[str]:
    before: SignatureRecord | None = None
    digests: dict[str, str | None] = {}
    for one in all_signatures(connection):
        verdict = verify(one, before, keys)
        digests[f"signature {one.id}"] = digest_of(one)
        if verdict.standing is Standing.BROKEN:
            yield f"signature {one.id} of session {one.session_id} does not verify: {verdict.why}"
        before = one
    table = schema.audit
    told = select(table.c.seq, table.c.object, table.c.facts).where(table.c.action.in_(SIGNED)).order_by(table.c.seq)
    for seq, about, facts in connection.execute(told):
        digest = facts.get("digest")
        if digest is not None and digests.get(about) != digest:
            state = "is missing" if about not in digests else "is not the one that was given"
            yield f"{about} {state}: entry {seq} of the trail tells of another"
