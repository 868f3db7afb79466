"""The bench of the audit trail: how fast entries are added, and how long a million takes to verify."""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.security.audit import verify
from monitor.store import migrate
from monitor.store.engine import open_engine
from monitor.store.rows import AuditEntry, Batch
from monitor.store.store import Store

A_COMMIT = 500
_MILLION = 1_000_000


def trail(entries: int) -> tuple[float, float]:
    """Entries added a second (in commits of 500), and seconds to verify a million, reckoned from `entries`."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'record.db'}"
        migrate.upgrade(url, Path(folder))
        store = Store(open_engine(url, Path(folder)))
        try:
            begun = time.perf_counter()
            for first in range(0, entries, A_COMMIT):
                store.write(Batch(audit=tuple(map(_entry, range(first, first + A_COMMIT)))))
            added = time.perf_counter()
            broken = store.read(verify)
            verified = time.perf_counter()
        finally:
            store.close()
    if broken is not None:
        raise RuntimeError(f"the trail of the bench is broken: {broken}")
    return entries / (added - begun), (verified - added) * _MILLION / entries


def _entry(number: int) -> AuditEntry:
    facts = {"version": number, "state": "infusing", "role": "nurse"}
    at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=number)
    return AuditEntry(at, "Dana Wu RN", "session.note", f"session {number % 50}", 3, facts)
