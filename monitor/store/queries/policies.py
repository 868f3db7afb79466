"""The policies that sessions of the record are pinned to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import schema
from monitor.store.queries.fetch import many

_p = schema.policies


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """One version of a policy; its text stays in the record."""

    sha256: str
    policy_id: str
    version: str
    stored_at: datetime


def stored_policies(connection: Connection) -> list[StoredPolicy]:
    """Every version, the newest first."""
    columns = (_p.c.sha256, _p.c.policy_id, _p.c.version, _p.c.stored_at)
    return many(connection, select(*columns).order_by(_p.c.stored_at.desc(), _p.c.sha256), StoredPolicy)
