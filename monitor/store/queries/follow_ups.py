"""What is known after infusions, as it stands: a corrected row is replaced by its correction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, func, or_, select, type_coerce
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement

from monitor.store import schema
from monitor.store.queries.fetch import AnySelect, many, one
from monitor.store.schema_follow_ups import follow_ups, journal_entries, journal_uploads, reassessments
from monitor.store.schema_series import patient_profiles
from monitor.store.types import EPOCH, UtcMs, to_ms

_WEEK = timedelta(days=7)
_f, _j, _u, _a, _p = follow_ups.c, journal_entries.c, journal_uploads.c, reassessments.c, patient_profiles.c
_s, _e = schema.sessions.c, schema.session_events.c


@dataclass(frozen=True, slots=True)
class FollowUpRecord:
    """One follow-up; `replaced_by_id` names the correction that stands instead."""

    id: int
    session_id: int
    series_id: int | None
    kind: str
    week: int
    due_at: datetime
    at: datetime
    recorded_at: datetime
    reached: str
    pain: Mapping[str, int]
    relief_h: float | None
    side_effects: Mapping[str, list[Mapping[str, object]]] | None
    opioids: Mapping[str, list[Mapping[str, object]]] | None
    mme: float | None
    interference: Mapping[str, object] | None
    interference_total: float | None
    note: str
    replaces_id: int | None
    person_id: int | None
    by: str
    replaced_by_id: int | None


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """One entry of a journal as it stands; `file_name` None: typed."""

    id: int
    series_id: int
    at: datetime
    pain: int
    sleep_h: float | None
    rescue_doses: int | None
    side_effects: str
    note: str
    recorded_at: datetime
    by: str
    replaces_id: int | None
    file_name: str | None


@dataclass(frozen=True, slots=True)
class UploadRecord:
    """One journal file."""

    id: int
    file_name: str
    sha256: str
    taken: int
    known: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ReassessmentRecord:
    """A physician's answer to one rule."""

    id: int
    series_id: int
    rule_id: str
    seen: float
    seen_words: str
    decision: str
    words: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class EndedInfusion:
    """A session whose infusion is over; `next_started_at` of the same series."""

    session_id: int
    series_id: int | None
    patient_id: int
    policy_sha256: str
    ended_at: datetime
    next_started_at: datetime | None


def follow_ups_of_series(connection: Connection, series_id: int, *, replaced: bool = False) -> list[FollowUpRecord]:
    """The follow-ups of a series by when the patient was asked."""
    return many(connection, _follow_ups(replaced=replaced).where(_f.series_id == series_id), FollowUpRecord)


def follow_ups_of_sessions(
    connection: Connection, session_ids: Collection[int], *, replaced: bool = False
) -> list[FollowUpRecord]:
    """The follow-ups of some sessions by when the patient was asked."""
    return many(connection, _follow_ups(replaced=replaced).where(_f.session_id.in_(session_ids)), FollowUpRecord)


def follow_ups_that_stop(connection: Connection, series_ids: Collection[int]) -> list[FollowUpRecord]:
    """Those of some series after which nobody is to ask again, by when it was said."""
    query = _follow_ups(replaced=False).where(_f.reached == "stop", _f.series_id.in_(series_ids))
    return many(connection, query, FollowUpRecord)


def follow_up(connection: Connection, follow_up_id: int) -> FollowUpRecord | None:
    """One follow-up, corrected or not."""
    return one(connection, _follow_ups(replaced=True).where(_f.id == follow_up_id), FollowUpRecord)


def journal_of(connection: Connection, series_id: int) -> list[JournalRecord]:
    """The journal of a series as it stands, by time."""
    newer = journal_entries.alias("newer")
    query = (
        select(
            *(_j.id, _j.series_id, _j.at, _j.pain, _j.sleep_h, _j.rescue_doses, _j.side_effects, _j.note),
            *(_j.recorded_at, _j.by, _j.replaces_id, _u.file_name),
        )
        .outerjoin(newer, newer.c.replaces_id == _j.id)
        .outerjoin(journal_uploads, _u.id == _j.upload_id)
        .where(_j.series_id == series_id, newer.c.id.is_(None), _j.struck.is_(False))
        .order_by(_j.at, _j.id)
    )
    return many(connection, query, JournalRecord)


def uploads_of(connection: Connection, series_id: int) -> list[UploadRecord]:
    """The journal files of a series, oldest first."""
    query = select(_u.id, _u.file_name, _u.sha256, _u.taken, _u.known, _u.at, _u.by)
    return many(connection, query.where(_u.series_id == series_id).order_by(_u.id), UploadRecord)


def reassessments_of(connection: Connection, series_id: int) -> list[ReassessmentRecord]:
    """What physicians answered, oldest first."""
    columns = (_a.id, _a.series_id, _a.rule_id, _a.seen, _a.seen_words, _a.decision, _a.words, _a.at, _a.by)
    query = select(*columns).where(_a.series_id == series_id).order_by(_a.id)
    return many(connection, query, ReassessmentRecord)


def ended_infusion(connection: Connection, session_id: int) -> EndedInfusion | None:
    """One session whose infusion is over; None when there is none of that number, or it is not over."""
    series = select(_s.series_id).where(_s.id == session_id).scalar_subquery()
    x = _spans(or_(_s.id == session_id, _s.series_id == series))
    return one(connection, select(*x).where(x.id == session_id, x.ended_at.is_not(None)), EndedInfusion)


def ended_infusions(
    connection: Connection, next_day: tuple[datetime, datetime], weekly: tuple[datetime, datetime]
) -> list[EndedInfusion]:
    """Infusions that ended within `next_day`, and those of a series that ended within `weekly` without another within a
    week; each span is (from, until)."""
    x = _spans(_s.scheduled_for >= min(next_day[0], weekly[0]) - _WEEK)
    apart_ms = type_coerce(x.next_started_at, BigInteger) - type_coerce(x.ended_at, BigInteger)
    lonely = or_(x.next_started_at.is_(None), apart_ms > to_ms(EPOCH + _WEEK))
    of_series = x.series_id.is_not(None) & x.ended_at.between(*weekly) & lonely
    return many(connection, select(*x).where(or_(x.ended_at.between(*next_day), of_series)), EndedInfusion)


def contacts_of(connection: Connection, patient_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Name and telephone of the contact of each patient, as last written."""
    newest = select(func.max(_p.id)).where(_p.patient_id.in_(patient_ids)).group_by(_p.patient_id)
    rows = connection.execute(select(_p.patient_id, _p.contact_name, _p.contact_phone).where(_p.id.in_(newest)))
    return {patient_id: (name, phone) for patient_id, name, phone in rows}


def policy_hashes(connection: Connection) -> list[str]:
    """Every policy any session was ever pinned to."""
    return list(connection.execute(select(schema.policies.c.sha256)).scalars())


def _follow_ups(*, replaced: bool) -> AnySelect:
    newer = follow_ups.alias("newer")
    query: AnySelect = (
        select(*(column for column in follow_ups.columns), newer.c.id)
        .outerjoin(newer, newer.c.replaces_id == _f.id)
        .order_by(_f.at, _f.id)
    )
    return query if replaced else query.where(newer.c.id.is_(None))


def _spans(which: ColumnElement[bool]) -> ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]:
    """When the drug of each session began and ended, and when that of the next one of its series began."""
    times = (
        select(
            *(_s.id, _s.series_id, _s.patient_id, _s.policy_sha256),
            func.min(_e.at).filter(_e.event == "start").label("started_at"),
            func.max(_e.at).filter(_e.event == "end_infusion").label("ended_at"),
        )
        .join(schema.session_events, _e.session_id == _s.id)
        .where(which, _e.event.in_(("start", "end_infusion")))
        .group_by(_s.id, _s.series_id, _s.patient_id, _s.policy_sha256)
        .subquery()
    )
    t = times.c
    following = func.lead(t.started_at).over(partition_by=func.coalesce(t.series_id, -t.id), order_by=t.started_at)
    next_started_at = type_coerce(following, UtcMs).label("next_started_at")
    return select(t.id, t.series_id, t.patient_id, t.policy_sha256, t.ended_at, next_started_at).subquery().c
