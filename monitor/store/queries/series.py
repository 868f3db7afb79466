"""Series of infusions as they stand, and which of a series' infusions a session is.

Law: the place of an infusion is computed, never stored: among the sessions of its series that were not cancelled, by
planned time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ScalarSelect, and_, func, select

from monitor.errors import NotFound
from monitor.store import schema
from monitor.store.queries.fetch import AnySelect, many, one
from monitor.store.queries.patients import same_person
from monitor.store.schema_series import series as series_table
from monitor.store.schema_series import series_revisions

_s, _r, _o = series_table, series_revisions, schema.sessions
_SAID = (_r.c.indication, _r.c.planned_infusions, _r.c.interval_h, _r.c.plan, _r.c.closed_reason, _r.c.at, _r.c.by)
CANCELLED, SCHEDULED = "cancelled", "scheduled"


@dataclass(frozen=True, slots=True)
class SeriesRecord:
    """A series as last revised; `version` counts its revisions, `closed_reason` is None while it is open."""

    id: int
    patient_id: int
    created_at: datetime
    created_by: str
    version: int
    indication: str
    planned_infusions: int
    interval_h: float
    plan: str
    closed_reason: str | None
    revised_at: datetime
    revised_by: str


@dataclass(frozen=True, slots=True)
class SeriesRevision:
    """What was planned of a series, by whom and when."""

    version: int
    indication: str
    planned_infusions: int
    interval_h: float
    plan: str
    closed_reason: str | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class SessionOfSeries:
    """A session of a series; `infusion_number` counts from 1, None when it was cancelled."""

    session_id: int
    state: str
    scheduled_for: datetime
    chair_id: int
    infusion_number: int | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class SeriesPlace:
    """Which infusion of its series a session is; `number` None when it was cancelled."""

    id: int
    number: int | None
    planned: int


def series(connection: Connection, series_id: int) -> SeriesRecord:
    """One series; raises NotFound."""
    found = one(connection, _current().where(_s.c.id == series_id), SeriesRecord)
    if found is None:
        raise NotFound("There is no such series.")
    return found


def series_of_patient(connection: Connection, patient_id: int) -> list[SeriesRecord]:
    """Every series of this person, also under other hospital ids, the newest first; raises NotFound."""
    ids = same_person(connection, patient_id)
    return many(connection, _current().where(_s.c.patient_id.in_(ids)).order_by(_s.c.id.desc()), SeriesRecord)


def series_history(connection: Connection, series_id: int) -> list[SeriesRevision]:
    """Everything that was ever planned of a series, oldest first."""
    rows = connection.execute(select(*_SAID).where(_r.c.series_id == series_id).order_by(_r.c.id))
    return [SeriesRevision(version, *row) for version, row in enumerate(rows, start=1)]


def sessions_of_series(connection: Connection, series_id: int) -> list[SessionOfSeries]:
    """Every session of a series, by planned time."""
    columns = (_o.c.id, _o.c.state, _o.c.scheduled_for, _o.c.chair_id, _o.c.simulated)
    query = select(*columns).where(_o.c.series_id == series_id).order_by(_o.c.scheduled_for, _o.c.id)
    found, number = [], 0
    for key, state, scheduled_for, chair_id, simulated in connection.execute(query):
        number += state != CANCELLED
        place = None if state == CANCELLED else number
        found.append(SessionOfSeries(key, state, scheduled_for, chair_id, place, simulated))
    return found


def next_appointment(connection: Connection, series_id: int, from_at: datetime) -> SessionOfSeries | None:
    """The first session of a series that is still to come and planned for `from_at` or later."""
    waiting = (one for one in sessions_of_series(connection, series_id) if one.state == SCHEDULED)
    return next((one for one in waiting if one.scheduled_for >= from_at), None)


def series_places(connection: Connection, session_ids: Collection[int]) -> dict[int, SeriesPlace]:
    """The place of each of these sessions that is of a series, by session."""
    theirs = select(_o.c.series_id).where(_o.c.id.in_(session_ids), _o.c.series_id.is_not(None))
    place = func.row_number().over(partition_by=_o.c.series_id, order_by=(_o.c.scheduled_for, _o.c.id))
    counted = (
        select(_o.c.id, place.label("number"))
        .where(_o.c.series_id.in_(theirs), _o.c.state != CANCELLED)
        .subquery("counted")
    )
    query = (
        select(_o.c.id, _o.c.series_id, counted.c.number, _r.c.planned_infusions)
        .select_from(_o)
        .join(_r, and_(_r.c.series_id == _o.c.series_id, _r.c.id == _newest_of(_o.c.series_id)))
        .outerjoin(counted, counted.c.id == _o.c.id)
        .where(_o.c.id.in_(session_ids))
    )
    return {key: SeriesPlace(*place) for key, *place in connection.execute(query)}


def series_place(connection: Connection, session_id: int) -> SeriesPlace | None:
    """Which infusion of its series a session is; None for a session of its own."""
    return series_places(connection, [session_id]).get(session_id)


def _newest_of(series_id: Column[int]) -> ScalarSelect[int]:
    newer = _r.alias("newer")  # one series at a time, by the index: there are tens of thousands
    return select(func.max(newer.c.id)).where(newer.c.series_id == series_id).scalar_subquery()


def _current() -> AnySelect:
    all_of_it = _r.alias("all_of_it")
    version = select(func.count()).where(all_of_it.c.series_id == _s.c.id).scalar_subquery()
    return (
        select(_s.c.id, _s.c.patient_id, _s.c.created_at, _s.c.by, version, *_SAID)
        .select_from(_s)
        .join(_r, and_(_r.c.series_id == _s.c.id, _r.c.id == _newest_of(_s.c.id)))
    )
