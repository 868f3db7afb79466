"""How long the vitals of sessions were beyond their limits, as reckoned; which sessions nobody has reckoned yet."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from monitor.clinical.analytics.counted import CountedRange
from monitor.clinical.vitals import Vital
from monitor.store import schema
from monitor.store.queries.analytics import WantedPart, wanted_sessions
from monitor.store.schema_ranges import session_ranges

_s, _r = schema.sessions, session_ranges


def sessions_without_ranges(
    connection: Connection, states: Collection[str], planned_from: datetime, limit: int
) -> list[tuple[int, int]]:
    """Id and version of sessions in these states whose record as it stands nobody has reckoned, the newest first."""
    known = select(_r.c.session_id).where(_r.c.session_id == _s.c.id, _r.c.version == _s.c.version).exists()
    query = (
        select(_s.c.id, _s.c.version)
        .where(_s.c.state.in_(states), _s.c.scheduled_for >= planned_from, ~known)
        .order_by(_s.c.scheduled_for.desc(), _s.c.id.desc())
        .limit(limit)
    )
    return [(int(key), int(version)) for key, version in connection.execute(query)]


def counted_ranges(connection: Connection, wanted: WantedPart) -> list[CountedRange]:
    """Each vital of each session of a stretch that was reckoned, as last reckoned."""
    newest = (
        select(_r.c.session_id, func.max(_r.c.version).label("version"))
        .join(_s, _s.c.id == _r.c.session_id)
        .where(*wanted_sessions(wanted))
        .group_by(_r.c.session_id)
        .subquery()
    )
    query = select(_r.c.session_id, _r.c.ranges).join(
        newest, and_(newest.c.session_id == _r.c.session_id, newest.c.version == _r.c.version)
    )
    return [
        CountedRange(int(key), Vital(vital), above_ms / 1000, below_ms / 1000, measured_ms / 1000)
        for key, ranges in connection.execute(query)
        for vital, (above_ms, below_ms, measured_ms) in ranges.items()
    ]


def reckoned_sessions(connection: Connection, wanted: WantedPart) -> int:
    """How many sessions of a stretch were reckoned at all, also those without a value."""
    query = (
        select(func.count(_r.c.session_id.distinct()))
        .join(_s, _s.c.id == _r.c.session_id)
        .where(*wanted_sessions(wanted))
    )
    return int(connection.execute(query).scalar_one())
