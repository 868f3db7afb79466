"""What is to be told, what was told, and what became of it.

Law: the state of a message is the outcome of the newest thing that became of it; without any it is pending.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from monitor.store import schema, schema_outbox
from monitor.store.queries.fetch import AnySelect, many, one
from monitor.store.queries.sessions import EVENT_COLUMNS, SessionEventRecord

_o, _t, _p = schema_outbox.outbox, schema_outbox.outbox_attempts, schema_outbox.outbox_periods
_done = _t.alias("done")
_e, _s = schema.session_events, schema.sessions

ACCEPTED = "accepted"
TROUBLE = "trouble"  # nobody there, no answer, or none that can be read: tried again for ever
REFUSED = "refused"  # AE or CE: tried again a few times
STOPPED = "stopped"  # needs a person
RELEASED = "released"  # a person lets it be tried again
WITHDRAWN = "withdrawn"  # a person decides that it is not sent
OUTCOMES = (ACCEPTED, TROUBLE, REFUSED, STOPPED, RELEASED, WITHDRAWN)
WAITING = (TROUBLE, REFUSED, RELEASED)
EVENTS_AT_ONCE = 20
_TOLD_STATES = ("discharged", "left", "transferred")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message and the newest thing that became of it; `outcome` None: nothing yet."""

    id: int
    session_id: int
    event_id: int
    kind: str
    control_id: str
    created_at: datetime
    bytes: int
    outcome: str | None
    at: datetime | None
    answer_code: str | None
    words: str | None

    @property
    def state(self) -> str:
        """Pending, sent, stopped or withdrawn."""
        return {ACCEPTED: "sent", STOPPED: "stopped", WITHDRAWN: "withdrawn"}.get(self.outcome or "", "pending")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing that became of a message."""

    at: datetime
    outcome: str
    answer_code: str | None
    words: str
    by: str | None


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How many are where; `oldest_at` is when the oldest pending message was written."""

    pending: int
    stopped: int
    sent: int
    oldest_at: datetime | None


def sending_since(connection: Connection) -> tuple[bool, int]:
    """Whether sessions are told according to the newest period, and after which session event it began."""
    row = connection.execute(select(_p.c.sending, _p.c.after_event_id).order_by(_p.c.id.desc()).limit(1)).one_or_none()
    return (False, 0) if row is None else (row.sending == 1, row.after_event_id)


def newest_event_id(connection: Connection) -> int:
    """The number of the newest session event, 0 before the first."""
    return int(connection.execute(select(func.coalesce(func.max(_e.c.id), 0))).scalar_one())


def events_to_tell(connection: Connection, after_id: int, *, simulated: bool) -> list[SessionEventRecord]:
    """Ends of sessions, and addenda to sessions that were told, without a message yet; oldest first."""
    told = select(_o.c.id).where(_o.c.session_id == _e.c.session_id).exists()
    ended = and_(_e.c.to_state.in_(_TOLD_STATES), _e.c.from_state != _e.c.to_state)
    query: AnySelect = (
        select(*EVENT_COLUMNS)
        .join(_s, _s.c.id == _e.c.session_id)
        .where(
            _e.c.id > after_id,
            or_(ended, and_(_e.c.event == "addendum", told)),
            ~select(_o.c.id).where(_o.c.event_id == _e.c.id).exists(),
        )
        .order_by(_e.c.id)
        .limit(EVENTS_AT_ONCE)
    )
    if not simulated:
        query = query.where(_s.c.simulated.is_(False))
    return many(connection, query, SessionEventRecord)


def end_of_session(connection: Connection, session_id: int) -> SessionEventRecord | None:
    """The event that ended a session in a state that is told; None while there is none."""
    query = select(*EVENT_COLUMNS).where(
        _e.c.session_id == session_id, _e.c.to_state.in_(_TOLD_STATES), _e.c.from_state != _e.c.to_state
    )
    return one(connection, query, SessionEventRecord)


def next_pending(connection: Connection) -> tuple[Outgoing, bytes] | None:
    """The oldest message that waits to be sent, with its bytes."""
    done = select(_done.c.id).where(_done.c.outbox_id == _o.c.id, _done.c.outcome.in_((ACCEPTED, WITHDRAWN))).exists()
    waits = or_(_t.c.outcome.is_(None), _t.c.outcome.in_(WAITING))
    query = _with_newest().where(~done, waits).order_by(_o.c.id).limit(1)
    found = one(connection, query, Outgoing)
    return None if found is None else (found, message_bytes(connection, found.id))


def message_bytes(connection: Connection, outbox_id: int) -> bytes:
    """The message as it is sent."""
    return bytes(connection.execute(select(_o.c.message).where(_o.c.id == outbox_id)).scalar_one())


def outgoing(connection: Connection, outbox_id: int) -> Outgoing | None:
    """One message."""
    return one(connection, _with_newest().where(_o.c.id == outbox_id), Outgoing)


def outbox_page(connection: Connection, *, before_id: int | None = None, limit: int = 100) -> list[Outgoing]:
    """A page of messages, newest first."""
    query = _with_newest().order_by(_o.c.id.desc()).limit(limit)
    return many(connection, query if before_id is None else query.where(_o.c.id < before_id), Outgoing)


def attempts(connection: Connection, outbox_id: int) -> list[Attempt]:
    """Everything that became of a message, oldest first."""
    columns = (_t.c.at, _t.c.outcome, _t.c.answer_code, _t.c.words, _t.c.by)
    return many(connection, select(*columns).where(_t.c.outbox_id == outbox_id).order_by(_t.c.id), Attempt)


def refusals_in_a_row(connection: Connection, outbox_id: int) -> int:
    """How often a message was refused since it last waited for a first answer or was released."""
    since = select(func.coalesce(func.max(_t.c.id), 0)).where(_t.c.outbox_id == outbox_id, _t.c.outcome == RELEASED)
    counted = select(func.count()).where(
        _t.c.outbox_id == outbox_id, _t.c.outcome == REFUSED, _t.c.id > since.scalar_subquery()
    )
    return int(connection.execute(counted).scalar_one())


def outbox_counts(connection: Connection) -> OutboxCounts:
    """How many messages are pending, stopped and sent."""
    newest = _with_newest().subquery()
    rows = connection.execute(
        select(newest.c.outcome, func.count(), func.min(newest.c.created_at)).group_by(newest.c.outcome)
    )
    by_outcome: dict[str | None, tuple[int, datetime]] = {outcome: (count, first) for outcome, count, first in rows}
    waiting = [one for outcome, one in by_outcome.items() if outcome is None or outcome in WAITING]
    nobody = (0, None)
    return OutboxCounts(
        pending=sum(count for count, _ in waiting),
        stopped=by_outcome.get(STOPPED, nobody)[0],
        sent=by_outcome.get(ACCEPTED, nobody)[0],
        oldest_at=min((first for _, first in waiting), default=None),
    )


def _with_newest() -> AnySelect:
    newest = select(func.max(_t.c.id)).where(_t.c.outbox_id == _o.c.id).correlate(_o).scalar_subquery()
    size = func.length(_o.c.message).label("size")
    return select(
        *(_o.c.id, _o.c.session_id, _o.c.event_id, _o.c.kind, _o.c.control_id, _o.c.created_at, size),
        *(_t.c.outcome, _t.c.at, _t.c.answer_code, _t.c.words),
    ).outerjoin(_t, _t.c.id == newest)
