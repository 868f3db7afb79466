"""What the day plan needs of sessions that are over. Law: one query for all of a day, never one a session."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import schema

_s, _e = schema.sessions, schema.session_events


@dataclass(frozen=True, slots=True)
class Went:
    """When the parts of a visit began and ended, as far as they did."""

    checked_in_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    over_at: datetime | None = None


def planned_times(connection: Connection, from_at: datetime, until_at: datetime) -> list[datetime]:
    """When the sessions of a stretch of days are planned for, the cancelled ones left out."""
    query = select(_s.c.scheduled_for).where(
        _s.c.scheduled_for >= from_at, _s.c.scheduled_for < until_at, _s.c.state != "cancelled"
    )
    return list(connection.execute(query).scalars())


def appointments(connection: Connection, patient_ids: Collection[int]) -> dict[int, list[datetime]]:
    """When each of these patients is planned to come, by patient, the nearest first."""
    query = select(_s.c.patient_id, _s.c.scheduled_for).where(
        _s.c.patient_id.in_(patient_ids), _s.c.state == "scheduled"
    )
    found: dict[int, list[datetime]] = {}
    for patient_id, at in connection.execute(query.order_by(_s.c.scheduled_for)):
        found.setdefault(patient_id, []).append(at)
    return found


def as_they_went(connection: Connection, session_ids: Collection[int]) -> dict[int, Went]:
    """The course of sessions that are over, by session."""
    moves = select(_e.c.session_id, _e.c.event, _e.c.at).where(
        _e.c.session_id.in_(session_ids), _e.c.from_state != _e.c.to_state
    )
    seen: dict[int, dict[str, datetime]] = {}
    for session_id, event, at in connection.execute(moves.order_by(_e.c.session_id, _e.c.version)):
        times = seen.setdefault(session_id, {})
        times.setdefault(event, at)
        times["last"] = at
    return {
        session_id: Went(times.get("check_in"), times.get("start"), times.get("end_infusion"), times.get("last"))
        for session_id, times in seen.items()
    }
