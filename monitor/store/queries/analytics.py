"""What the sessions and alarms of a stretch of days were, counted where they lie.

Law: sessions are those planned in [from_at, until_at), simulated or not as asked and never both; alarms are counted as
monitor/clinical/log/answers.py tells them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, BigInteger, ColumnElement, Connection, and_, case, func, select, type_coerce

from monitor.clinical.alarms.recorded import BECAME
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.analytics.counted import OVER, CountedAlarms, CountedSession
from monitor.clinical.log.answers import MARKS_S
from monitor.clinical.session import SessionState
from monitor.store import schema
from monitor.store.types import from_ms

_s, _e, _a, _g = schema.sessions, schema.session_events, schema.alarms, schema.discharge_signatures
_h, _k = schema.alarm_events, schema.acknowledgements
_BY_RANK = {priority.rank: priority for priority in AlarmPriority}


@dataclass(frozen=True, slots=True)
class WantedPart:
    """Which sessions; `chair_ids` None: of every chair."""

    from_at: datetime
    until_at: datetime
    simulated: bool
    chair_ids: Collection[int] | None = None


def counted_sessions(connection: Connection, wanted: WantedPart) -> list[CountedSession]:
    """Every session planned for the stretch, in no order."""
    moved = and_(_e.c.session_id == _s.c.id, _e.c.to_state != _e.c.from_state)
    came = case((_e.c.to_state.not_in(("scheduled", "cancelled")), _ms(_e.c.at)))
    overridden = (
        select(_g.c.session_id)
        .where(_g.c.session_id == _s.c.id, _g.c.override_reason.is_not(None))
        .exists()
    )  # fmt: skip
    columns = (_s.c.id, _s.c.chair_id, _s.c.state, overridden, _s.c.series_id, _s.c.patient_id)
    query = (
        select(*columns, func.min(came), func.max(_ms(_e.c.at)))
        .select_from(_s)
        .outerjoin(_e, moved)
        .where(*wanted_sessions(wanted))
        .group_by(*columns[:3], *columns[4:])
    )
    return [
        CountedSession(key, chair_id, SessionState(state), bool(by_override), _at(begun), _at(ended), of, whose)
        for key, chair_id, state, by_override, of, whose, begun, ended in connection.execute(query)
    ]


def counted_alarms(connection: Connection, wanted: WantedPart) -> list[CountedAlarms]:
    """The alarms of those that are over, by rule and priority."""
    answers = _answers(wanted)
    by = (answers.c.rule_id, answers.c.kind, answers.c.rank)
    query = select(*by, *_counts(answers)).group_by(*by)
    return [
        CountedAlarms(rule_id, kind, _BY_RANK[rank], count, answered, tuple(within))
        for rule_id, kind, rank, count, answered, *within in connection.execute(query)
    ]


def counted_alarms_of_each(connection: Connection, wanted: WantedPart) -> dict[int, list[CountedAlarms]]:
    """The same session by session, without telling the rules apart."""
    answers = _answers(wanted)
    by = (answers.c.session_id, answers.c.rank)
    found: dict[int, list[CountedAlarms]] = {}
    for session_id, rank, count, answered, *within in connection.execute(select(*by, *_counts(answers)).group_by(*by)):
        one = CountedAlarms("", "", _BY_RANK[rank], count, answered, tuple(within))
        found.setdefault(session_id, []).append(one)
    return found


def infusion_starts(connection: Connection, series_ids: Iterable[int]) -> dict[int, list[datetime]]:
    """When each infusion of these series began, by series and time."""
    query = (
        select(_s.c.series_id, _e.c.at)
        .join(_e, and_(_e.c.session_id == _s.c.id, _e.c.event == "start"))
        .where(_s.c.series_id.in_(set(series_ids)))
        .order_by(_e.c.at)
    )
    found: dict[int, list[datetime]] = {}
    for series_id, at in connection.execute(query):
        found.setdefault(series_id, []).append(at)
    return found


def simulated_sessions(connection: Connection, from_at: datetime, until_at: datetime) -> int:
    """How many sessions of simulated patients were planned in these days."""
    asked = wanted_sessions(WantedPart(from_at, until_at, simulated=True))
    return int(connection.execute(select(func.count()).select_from(_s).where(*asked)).scalar_one())


def wanted_sessions(wanted: WantedPart) -> list[ColumnElement[bool]]:
    """What a session has to be to be among them."""
    asked: list[ColumnElement[bool]] = [
        _s.c.scheduled_for >= wanted.from_at,
        _s.c.scheduled_for < wanted.until_at,
        _s.c.simulated.is_(wanted.simulated),
    ]
    return asked if wanted.chair_ids is None else [*asked, _s.c.chair_id.in_(wanted.chair_ids)]


def _answers(wanted: WantedPart) -> CTE:
    """One row an alarm: its worst priority, since when, and when it was first acknowledged as that or worse."""
    over = and_(*wanted_sessions(wanted), _s.c.state.in_([state.value for state in OVER]))
    rank = _rank(_h.c.priority)
    # What it became counts before anything else that was told of it, the worst of it first, and of that the earliest.
    became = case((_h.c.event.in_([event.value for event in BECAME]), 1), else_=0)
    place = func.row_number().over(
        partition_by=_a.c.id, order_by=(became.desc(), rank.desc(), _h.c.at, _h.c.id)
    )  # fmt: skip
    told = (
        select(
            _a.c.id,
            _a.c.session_id,
            _a.c.rule_id,
            _a.c.kind,
            rank.label("rank"),
            _ms(_h.c.at).label("at"),
            place.label("place"),
        )
        .select_from(_s)
        .join(_a, _a.c.session_id == _s.c.id)
        .join(_h, _h.c.alarm_id == _a.c.id)
        .where(over)
        .cte("told")
    )
    seen = (
        select(func.min(_ms(_k.c.at)))
        .where(_k.c.alarm_id == told.c.id, _ms(_k.c.at) >= told.c.at, _rank(_k.c.priority_seen) >= told.c.rank)
        .scalar_subquery()
    )
    columns = (told.c.session_id, told.c.rule_id, told.c.kind, told.c.rank)
    return select(*columns, (seen - told.c.at).label("answer_ms")).where(told.c.place == 1).cte("answers")


def _counts(answers: CTE) -> list[ColumnElement[int]]:
    within = [func.sum(case((answers.c.answer_ms <= mark * 1000, 1), else_=0)) for mark in MARKS_S]
    return [func.count(), func.count(answers.c.answer_ms), *within]


def _rank(word: ColumnElement[str]) -> ColumnElement[int]:
    return case({priority.value: priority.rank for priority in AlarmPriority}, value=word)


def _ms(at: ColumnElement[datetime]) -> ColumnElement[int]:
    return type_coerce(at, BigInteger)


def _at(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
