"""The audit chain as it is written: each entry is bound to the one before it by a hash.

Law: an entry is appended in the transaction of what it tells of; the head is read from the table, never remembered.
What is hashed: a domain word, then each field as its length (8 bytes, big-endian) and its bytes, so that no two
different entries have the same bytes (RELIABILITY §3.6).
"""

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, insert, select, text

from monitor.store import schema
from monitor.store.dialects import lock_audit_chain
from monitor.store.rows import AuditEntry
from monitor.store.types import canonical_json, to_ms

DOMAIN = b"infusion-monitor audit v1"
GENESIS = bytes(32)
_SHORT = 256
_SIZES = [size.to_bytes(8, "big") for size in range(_SHORT)]  # made once: most fields are short

_audit = schema.audit
_HEAD = select(_audit.c.seq, _audit.c.hash).order_by(_audit.c.seq.desc()).limit(1)
_INSERT = insert(_audit)
_STORED = text(
    "SELECT seq, at, actor, person_id, action, object, facts, prev_hash, hash "
    "FROM audit WHERE seq > :after_seq ORDER BY seq LIMIT :most"
)
Stored = tuple[int, int, str, int | None, str, str, str, bytes, bytes]


def link(
    prev_hash: bytes,
    seq: int,
    at_ms: int,
    actor: str,
    person_id: int | None,
    action: str,
    about: str,
    facts: str,
) -> bytes:
    """The hash of one entry; `facts` is its canonical JSON text."""
    parts = [DOMAIN]
    for field in (
        prev_hash,
        b"%d" % seq,
        b"%d" % at_ms,
        actor.encode(),
        b"" if person_id is None else b"%d" % person_id,
        action.encode(),
        about.encode(),
        facts.encode(),
    ):
        size = len(field)
        parts += (_SIZES[size] if size < _SHORT else size.to_bytes(8, "big"), field)
    return hashlib.sha256(b"".join(parts)).digest()


def head(connection: Connection) -> tuple[int, bytes]:
    """The newest sequence number and its hash; (0, GENESIS) before the first entry."""
    row = connection.execute(_HEAD).one_or_none()
    return (0, GENESIS) if row is None else (row.seq, row.hash)


def append(connection: Connection, entry: AuditEntry) -> int:
    """Add one entry to the chain inside the running transaction and give back its sequence number."""
    return append_all(connection, (entry,))


def append_all(connection: Connection, entries: Iterable[AuditEntry]) -> int:
    """Add entries in order and give back the newest sequence number."""
    lock_audit_chain(connection)
    seq, last = head(connection)
    rows: list[dict[str, object]] = []
    for entry in entries:
        seq, prev = seq + 1, last
        facts = dict(entry.facts)
        last = link(
            prev,
            seq,
            to_ms(entry.at),
            entry.actor,
            entry.person_id,
            entry.action,
            entry.object,
            canonical_json(facts),
        )
        rows.append(
            {
                "seq": seq,
                "at": entry.at,
                "actor": entry.actor,
                "person_id": entry.person_id,
                "action": entry.action,
                "object": entry.object,
                "facts": facts,
                "prev_hash": prev,
                "hash": last,
            }
        )
    if rows:
        connection.execute(_INSERT, rows)
    return seq


def stored(connection: Connection, after_seq: int, most: int) -> list[Stored]:
    """Entries as they are stored, in order: the bytes themselves, not values read back through a type."""
    asked = {"after_seq": after_seq, "most": most}
    return [tuple(row) for row in connection.execute(_STORED, asked)]


def hash_of(connection: Connection, seq: int) -> bytes | None:
    """The stored hash of one entry; None when there is none."""
    return connection.execute(select(_audit.c.hash).where(_audit.c.seq == seq)).scalar_one_or_none()
