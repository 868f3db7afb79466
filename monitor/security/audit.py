"""Whether the audit chain is what was written.

Law: verification recomputes every hash from the stored bytes and believes nothing else.
A cut-off tail leaves a shorter but whole chain: only an anchor kept elsewhere shows it (RELIABILITY §3.6).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.store.audit import DOMAIN, GENESIS, STORED, append, append_all, head, link
from monitor.store.types import canonical_json

__all__ = ["DOMAIN", "GENESIS", "Anchor", "append", "append_all", "canonical_json", "head", "link", "verify"]

_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head of the chain as it was once seen and kept somewhere else (a discharge PDF, a log on another machine)."""

    seq: int
    hash: bytes


def verify(connection: Connection, anchors: Iterable[Anchor] = (), *, known: Anchor | None = None) -> int | None:
    """The first sequence number that is not what was written; None when the whole chain holds.

    `known` is an entry verified before: only what follows it is read. A missing entry is named by the number it had;
    an anchor beyond the end of the chain names the first number that is gone.
    """
    expected_seq, prev_hash = (known.seq, known.hash) if known else (0, GENESIS)
    wanted = {anchor.seq: anchor.hash for anchor in anchors if anchor.seq > expected_seq}
    statement = STORED.where(STORED.selected_columns.seq > expected_seq) if known else STORED
    for seq, at_ms, actor, person_id, action, about, facts, stored_prev, stored_hash in connection.execute(
        statement.execution_options(yield_per=_CHUNK)
    ):
        expected_seq += 1
        if seq != expected_seq or stored_prev != prev_hash:
            return expected_seq
        prev_hash = link(prev_hash, seq, at_ms, actor, person_id, action, about, facts)
        if stored_hash != prev_hash or wanted.pop(seq, prev_hash) != prev_hash:
            return expected_seq
    return expected_seq + 1 if wanted else None
