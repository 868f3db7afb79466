"""Sessions and their history."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from monitor.errors import NotFound
from monitor.store import schema
from monitor.store.queries.fetch import many, one

_s, _e, _p = schema.sessions, schema.session_events, schema.policies


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session as it stands, with the policy it is pinned to."""

    id: int
    patient_id: int
    chair_id: int
    state: str
    version: int
    policy_id: str
    policy_version: str
    policy_sha256: str
    scheduled_for: datetime
    simulated: bool
    created_at: datetime
    series_id: int | None = None


@dataclass(frozen=True, slots=True)
class SessionEventRecord:
    """One entry of a session's history."""

    id: int
    session_id: int
    version: int
    event: str
    from_state: str
    to_state: str
    at: datetime
    recorded_at: datetime
    person_id: int | None
    role: str
    reason: str | None
    details: Mapping[str, object]
    request_id: str
    by: str


@dataclass(frozen=True, slots=True)
class SessionHistory:
    """A session with all its events, oldest first."""

    session: SessionRecord
    events: tuple[SessionEventRecord, ...]


SESSION_COLUMNS = (
    *(_s.c.id, _s.c.patient_id, _s.c.chair_id, _s.c.state, _s.c.version, _s.c.policy_id, _s.c.policy_version),
    *(_s.c.policy_sha256, _s.c.scheduled_for, _s.c.simulated, _s.c.created_at),
    _s.c.series_id,
)
EVENT_COLUMNS = (
    *(_e.c.id, _e.c.session_id, _e.c.version, _e.c.event, _e.c.from_state, _e.c.to_state, _e.c.at, _e.c.recorded_at),
    *(_e.c.person_id, _e.c.role, _e.c.reason, _e.c.details, _e.c.request_id, _e.c.by),
)


def session_head(connection: Connection, session_id: int) -> SessionRecord | None:
    """A session as it stands, without its history."""
    return one(connection, select(*SESSION_COLUMNS).where(_s.c.id == session_id), SessionRecord)


def heads_of(connection: Connection, session_ids: Collection[int]) -> list[SessionRecord]:
    """Some sessions without their history."""
    return many(connection, select(*SESSION_COLUMNS).where(_s.c.id.in_(session_ids)), SessionRecord)


def session(connection: Connection, session_id: int) -> SessionHistory:
    """A session with its history; raises NotFound."""
    head = session_head(connection, session_id)
    if head is None:
        raise NotFound("There is no such session")
    return SessionHistory(head, tuple(session_events(connection, session_id)))


def session_events(connection: Connection, session_id: int, after_version: int = 0) -> list[SessionEventRecord]:
    """The events after a version, oldest first."""
    query = (
        select(*EVENT_COLUMNS).where(_e.c.session_id == session_id, _e.c.version > after_version).order_by(_e.c.version)
    )
    return many(connection, query, SessionEventRecord)


def events_of_sessions(connection: Connection, session_ids: Collection[int]) -> list[SessionEventRecord]:
    """All events of some sessions, of each oldest first."""
    query = select(*EVENT_COLUMNS).where(_e.c.session_id.in_(session_ids)).order_by(_e.c.session_id, _e.c.version)
    return many(connection, query, SessionEventRecord)


def event_by_request(connection: Connection, session_id: int, request_id: str) -> SessionEventRecord | None:
    """What a request did when it was first stored."""
    query = select(*EVENT_COLUMNS).where(_e.c.session_id == session_id, _e.c.request_id == request_id)
    return one(connection, query, SessionEventRecord)


def start_recorded_at(connection: Connection, session_id: int) -> datetime | None:
    """When somebody recorded the start of a session; None before."""
    query = select(_e.c.recorded_at).where(_e.c.session_id == session_id, _e.c.event == "start")
    return connection.execute(query).scalar_one_or_none()


def last_weighing(connection: Connection, patient_id: int, session_id: int) -> SessionEventRecord | None:
    """The newest weighing of a patient in another session than this one."""
    query = (
        select(*EVENT_COLUMNS)
        .join(_s, _s.c.id == _e.c.session_id)
        .where(_s.c.patient_id == patient_id, _s.c.id != session_id, _e.c.event == "record_weight")
        .order_by(_e.c.at.desc(), _e.c.id.desc())
        .limit(1)
    )
    return one(connection, query, SessionEventRecord)


def sessions(
    connection: Connection,
    *,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    states: Collection[str] | None = None,
    patient_id: int | Collection[int] | None = None,
    chair_id: int | None = None,
    series_id: int | None = None,
    limit: int = 500,
    after: int | None = None,
    whenever_in: Collection[str] = (),
) -> list[SessionRecord]:
    """Sessions planned in [from_at, until_at), in any of the states, of some patients, a chair or series, by time.

    `after` is the id of the last one of the page before; a session in a state of `whenever_in` is among them however
    long before `from_at` it was planned.
    """
    query = select(*SESSION_COLUMNS).order_by(_s.c.scheduled_for, _s.c.id).limit(limit)
    if from_at is not None:
        query = query.where(or_(_s.c.scheduled_for >= from_at, _s.c.state.in_(whenever_in)))
    if until_at is not None:
        query = query.where(_s.c.scheduled_for < until_at)
    if states is not None:
        query = query.where(_s.c.state.in_(states))
    if patient_id is not None:
        ids = {patient_id} if isinstance(patient_id, int) else set(patient_id)
        query = query.where(_s.c.patient_id.in_(ids))
    if chair_id is not None:
        query = query.where(_s.c.chair_id == chair_id)
    if series_id is not None:
        query = query.where(_s.c.series_id == series_id)
    if after is not None:
        last = select(_s.c.scheduled_for).where(_s.c.id == after).scalar_subquery()
        query = query.where(or_(_s.c.scheduled_for > last, and_(_s.c.scheduled_for == last, _s.c.id > after)))
    return many(connection, query, SessionRecord)


def booked(
    connection: Connection, chair_id: int, patient_ids: Collection[int], from_at: datetime, until_at: datetime
) -> list[SessionRecord]:
    """What takes a chair or one of the patients: whoever is here now, and who is planned in [from_at, until_at)."""
    planned = and_(_s.c.state == "scheduled", _s.c.scheduled_for >= from_at, _s.c.scheduled_for < until_at)
    theirs = or_(_s.c.chair_id == chair_id, _s.c.patient_id.in_(set(patient_ids)))
    here = _s.c.state.in_(("preparing", "infusing", "held", "observing"))
    query = select(*SESSION_COLUMNS).where(theirs, or_(here, planned)).order_by(_s.c.scheduled_for, _s.c.id)
    return many(connection, query, SessionRecord)


def policy_text(connection: Connection, sha256: str) -> str | None:
    """The policy a session is pinned to, as it was then."""
    return connection.execute(select(_p.c.text).where(_p.c.sha256 == sha256)).scalar_one_or_none()
