"""The audit chain as it is written: each entry is bound to the one before it by a hash.

Law: an entry is appended in the transaction of what it tells of; the head is read from the table, never remembered.
What is hashed: a domain word, then each field as its length (8 bytes, big-endian) and its bytes, so that no two
different entries have the same bytes (RELIABILITY §3.6).
"""

import hashlib
from collections.abc import Iterable

from sqlalchemy import BigInteger, Connection, Text, insert, select, type_coerce

from monitor.store import schema
from monitor.store.dialects import lock_audit_chain
from monitor.store.rows import AuditEntry
from monitor.store.types import canonical_json, to_ms

DOMAIN = b"infusion-monitor audit v1"
GENESIS = bytes(32)

_audit = schema.audit
_HEAD = select(_audit.c.seq, _audit.c.hash).order_by(_audit.c.seq.desc()).limit(1)
_INSERT = insert(_audit)


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
    person = b"" if person_id is None else b"%d" % person_id
    fields = (
        prev_hash,
        b"%d" % seq,
        b"%d" % at_ms,
        actor.encode(),
        person,
        action.encode(),
        about.encode(),
        facts.encode(),
    )
    return hashlib.sha256(DOMAIN + b"".join([len(field).to_bytes(8, "big") + field for field in fields])).digest()


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


# What verification reads: the stored bytes themselves, not values read back through a type.
STORED = select(
    _audit.c.seq,
    type_coerce(_audit.c.at, BigInteger),
    _audit.c.actor,
    _audit.c.person_id,
    _audit.c.action,
    _audit.c.object,
    type_coerce(_audit.c.facts, Text),
    _audit.c.prev_hash,
    _audit.c.hash,
).order_by(_audit.c.seq)
