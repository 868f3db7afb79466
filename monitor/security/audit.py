"""Whether the audit chain is what was written.

Law: verification recomputes every hash from the stored bytes and believes nothing else.
A cut-off tail, or a database put back from yesterday, is a shorter but whole chain: only an anchor kept elsewhere shows
it (RELIABILITY §3.6).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.store.audit import DOMAIN, GENESIS, append, append_all, hash_of, head, link, stored
from monitor.store.types import canonical_json

__all__ = [
    "DOMAIN",
    "GENESIS",
    "Anchor",
    "Break",
    "Progress",
    "append",
    "append_all",
    "beginning",
    "by_seq",
    "canonical_json",
    "head",
    "link",
    "verify",
    "verify_part",
]

PART = 5000
SIGNED = frozenset(
    {
        *("discharge.sign", "discharge.witness", "review.sign", "signature.co_sign", "addendum.sign"),
        *("adverse_event.sign", "order.sign", "consultation.sign", "series_order.sign", "reassessment.sign"),
    }
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head of the chain as it was once seen and kept somewhere else; `hash` may be the first bytes of it only."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that is not what was written, by the number it has or had, and what was found."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the chain was found whole; `agreed` is the last anchor that the chain contains."""

    seq: int = 0
    hash: bytes = GENESIS
    agreed: int = 0


Anchors = Mapping[int, bytes]


def by_seq(anchors: Iterable[Anchor]) -> dict[int, bytes]:
    """Anchors by their entry; of two for one entry the first counts: a later one cannot take it back."""
    found: dict[int, bytes] = {}
    for anchor in anchors:
        found.setdefault(anchor.seq, anchor.hash)
    return found


def verify(connection: Connection, anchors: Iterable[Anchor] = (), *, known: Anchor | None = None) -> Break | None:
    """What is first not what was written; None when the whole chain holds.

    `known` is an entry verified before: only what follows it is read.
    """
    wanted = by_seq(anchors)
    progress = Progress() if known is None else Progress(known.seq, known.hash)
    while True:
        found, progress, done = verify_part(connection, progress, wanted)
        if found is not None or done:
            return found


def beginning(connection: Connection, last: int) -> Progress:
    """Where to begin to verify only the last entries: the one before them is taken as it is stored."""
    newest, _ = head(connection)
    seq = max(0, newest - last)
    return Progress(seq, GENESIS if seq == 0 else hash_of(connection, seq) or b"")


def verify_part(
    connection: Connection, progress: Progress, wanted: Anchors, most: int = PART
) -> tuple[Break | None, Progress, bool]:
    """Go on from where it was whole, by at most so many entries; also whether the end was reached."""
    seq, prev_hash, agreed = progress.seq, progress.hash, progress.agreed
    rows = stored(connection, seq, most)
    for row in rows:
        seq += 1
        fault = _fault(row, seq, prev_hash)
        if fault:
            return Break(seq, fault), progress, True
        prev_hash = row[8]
        anchor = wanted.get(seq)
        if anchor is not None:
            if not prev_hash.startswith(anchor):
                return Break(seq, _other_past(agreed)), progress, True
            agreed = seq
    progress = Progress(seq, prev_hash, agreed)
    if len(rows) == most:
        return None, progress, False
    beyond = [anchored for anchored in wanted if anchored > seq]
    if not beyond:
        return None, progress, True
    gone = f"the trail ends at entry {seq}, but entry {max(beyond)} was anchored: its end was cut off, or put back"
    return Break(seq + 1, gone), progress, True


def _fault(row: tuple[int, int, str, int | None, str, str, str, bytes, bytes], seq: int, prev_hash: bytes) -> str:
    stored_seq, at_ms, actor, person_id, action, about, facts, stored_prev, stored_hash = row
    if stored_seq != seq:
        return "it is missing"
    if stored_prev != prev_hash:
        return "it does not follow the entry before it: one of the two was changed, swapped or put in"
    if stored_hash != link(prev_hash, seq, at_ms, actor, person_id, action, about, facts):
        return "it was changed"
    return ""


def _other_past(agreed: int) -> str:
    return (
        f"it is not the entry that was anchored: what follows entry {agreed}, the last that agrees, was written anew "
        "(a database put back and gone on with, or a forged end)"
    )
