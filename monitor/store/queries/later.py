"""What got into the record later: by whom, when, why, and what became of each message."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from monitor.clinical.session import FINAL_STATES, SessionState
from monitor.store.queries.fetch import AnySelect, many, one
from monitor.store.queries.sessions import SessionRecord, session_events, sessions
from monitor.store.schema_whose import late_acts, late_entries

_a, _e = late_acts, late_entries
_LONGEST = timedelta(days=60)  # a session is planned at most so long before
_EARLY = timedelta(days=60)  # and begun at most so long before it was planned for


@dataclass(frozen=True, slots=True)
class LateAct:
    """One act that brought messages into the record later; `kind` is assigned or replayed."""

    id: int
    kind: str
    chair_id: int | None
    session_id: int | None
    at: datetime
    person_id: int | None
    by: str
    reason: str
    override_reason: str | None


@dataclass(frozen=True, slots=True)
class LateEntry:
    """What became of one message: charted, unassigned, nothing (to chart) or refused, and why."""

    unassigned_id: int | None
    quarantine_id: int | None
    outcome: str
    detail: str
    charted: int
    chair_id: int | None
    session_id: int | None
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionTime:
    """When a session's patient was there: what was measured outside it is not the session's."""

    session: SessionRecord
    from_at: datetime
    to_at: datetime | None  # None while it is not over

    def holds(self, at: datetime) -> bool:
        """Whether a time belongs to it."""
        return self.from_at <= at and (self.to_at is None or at <= self.to_at)


_ACT = (_a.c.id, _a.c.kind, _a.c.chair_id, _a.c.session_id, _a.c.at, _a.c.person_id, _a.c.by, _a.c.reason)
_ENTRY = (
    *(_e.c.unassigned_id, _e.c.quarantine_id, _e.c.outcome, _e.c.detail, _e.c.charted, _e.c.chair_id),
    *(_e.c.session_id, _a.c.at, _a.c.by, _a.c.reason),
)


def late_act(connection: Connection, act_id: int) -> LateAct | None:
    """One act; None when there is none."""
    return one(connection, select(*_ACT, _a.c.override_reason).where(_a.c.id == act_id), LateAct)


def late_acts_of(connection: Connection, session_id: int) -> dict[int, LateAct]:
    """The acts that brought readings into a session later, by their id."""
    concerning = select(_e.c.act_id).where(_e.c.session_id == session_id)
    query = select(*_ACT, _a.c.override_reason).where(or_(_a.c.session_id == session_id, _a.c.id.in_(concerning)))
    return {act.id: act for act in many(connection, query.order_by(_a.c.id), LateAct)}


def entries_of_act(connection: Connection, act_id: int) -> list[LateEntry]:
    """What became of each message of an act, in the order in which they came."""
    return many(connection, _entries().where(_e.c.act_id == act_id).order_by(_e.c.id), LateEntry)


def assignments_of(connection: Connection, unassigned_ids: Iterable[int]) -> dict[int, LateEntry]:
    """Where these unassigned messages went, by their id; those that still wait are left out."""
    found = many(connection, _entries().where(_e.c.unassigned_id.in_(list(unassigned_ids))), LateEntry)
    return {entry.unassigned_id: entry for entry in found if entry.unassigned_id is not None}


def replays_of(connection: Connection, quarantine_ids: Iterable[int]) -> dict[int, list[LateEntry]]:
    """Every replay of these refused messages, oldest first, by their id."""
    query = _entries().where(_e.c.quarantine_id.in_(list(quarantine_ids))).order_by(_e.c.id)
    replays: dict[int, list[LateEntry]] = {}
    for entry in many(connection, query, LateEntry):
        if entry.quarantine_id is not None:
            replays.setdefault(entry.quarantine_id, []).append(entry)
    return replays


def _entries() -> AnySelect:
    return select(*_ENTRY).select_from(_e.join(_a, _a.c.id == _e.c.act_id))


def time_of(connection: Connection, head: SessionRecord) -> SessionTime | None:
    """When a session's patient was there; None when nobody has checked them in."""
    events = [event for event in session_events(connection, head.id) if event.to_state != SessionState.SCHEDULED]
    if not events:
        return None
    over = (event.at for event in events if event.to_state in FINAL_STATES and event.from_state != event.to_state)
    return SessionTime(head, min(events[0].at, events[0].recorded_at), next(over, None))


def session_at(connection: Connection, chair_id: int, at: datetime) -> SessionTime | None:
    """The session that sat on a chair at a time, from check-in to its end; None when there was none."""
    for head in reversed(sessions(connection, chair_id=chair_id, until_at=at + _EARLY, from_at=at - _LONGEST)):
        span = time_of(connection, head)
        if span is not None and span.holds(at):
            return span
    return None
