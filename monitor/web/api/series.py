"""Series of infusions: what is planned for a patient, its numbered sessions, and every revision of the plan."""

from datetime import datetime
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.clinical.policy.tables import LONGEST_INTERVAL_H, MOST_INFUSIONS
from monitor.errors import Refused
from monitor.recorder.acts import Actor
from monitor.security.roles import Action
from monitor.store import audit
from monitor.store.queries.series import (
    SCHEDULED,
    SeriesRecord,
    next_appointment,
    series,
    series_history,
    series_of_patient,
    sessions_of_series,
)
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import AuditEntry
from monitor.store.series import SeriesRevisionRow, insert_series, revise_series
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, RequestId, Time, Words
from monitor.web.here import actor, request_of, services

blueprint = Blueprint("series", __name__)
Planned = Annotated[int, Field(ge=1, le=MOST_INFUSIONS)]
IntervalH = Annotated[float, Field(ge=1, le=LONGEST_INTERVAL_H)]
Plan = Annotated[Words, Field(max_length=4000)]


class SeriesAnswer(Answer):
    """A series as last revised; `version` counts its revisions, `closed_reason` is null while it is open."""

    id: int
    patient_id: int
    created_at: Time
    created_by: str
    version: int
    indication: str
    planned_infusions: int
    interval_h: float
    plan: str
    closed_reason: str | None
    revised_at: Time
    revised_by: str


class SessionOfSeriesAnswer(Answer):
    """A session of a series; `infusion_number` is null when it was cancelled."""

    session_id: int
    state: str
    scheduled_for: Time
    chair_id: int
    infusion_number: int | None
    simulated: bool


class SeriesRevisionAnswer(Answer):
    """What was planned of a series, by whom and when."""

    version: int
    indication: str
    planned_infusions: int
    interval_h: float
    plan: str
    closed_reason: str | None
    at: Time
    by: str


class SeriesWhole(SeriesAnswer):
    """A series with its sessions by time, its next appointment and all revisions, oldest first."""

    sessions: list[SessionOfSeriesAnswer]
    next_appointment: SessionOfSeriesAnswer | None
    revisions: list[SeriesRevisionAnswer]


class NewSeries(Body):
    """A series to open; what is not given is the policy's. `interval_h` is the shortest gap between two infusions."""

    request_id: RequestId
    indication: Line
    planned_infusions: Planned | None = None
    interval_h: IntervalH | None = None
    plan: Plan | None = None


class SeriesChange(Body):
    """What is planned otherwise; what is not given stays. `closed_reason` closes, `reopen` opens again."""

    request_id: RequestId
    expected_version: Annotated[int, Field(ge=1)]
    indication: Line | None = None
    planned_infusions: Planned | None = None
    interval_h: IntervalH | None = None
    plan: Plan | None = None
    closed_reason: Annotated[Words, Field(max_length=1000)] | None = None
    reopen: bool = False


@blueprint.get("/patients/<int:patient_id>/series")
@allowed(Action.VIEW_PATIENTS, answer=list[SeriesAnswer])
def list_series(patient_id: int) -> list[SeriesAnswer]:
    """Every series of a patient, the newest first."""
    return [SeriesAnswer.model_validate(one) for one in services().read(series_of_patient, patient_id)]


@blueprint.get("/series/<int:series_id>")
@allowed(Action.VIEW_PATIENTS, answer=SeriesWhole)
def get_series(series_id: int) -> SeriesWhole:
    """One series with its numbered sessions and its next appointment."""
    return told_series(series_id)


@blueprint.post("/patients/<int:patient_id>/series")
@allowed(Action.EDIT_SERIES, body=NewSeries, answer=SeriesAnswer, status=201)
def open_series(patient_id: int, body: NewSeries) -> SeriesAnswer:
    """Open a series; planned as the policy says where nothing else is given."""
    usual, who = services().policy.series, actor()
    row = SeriesRevisionRow(
        indication=body.indication,
        planned_infusions=body.planned_infusions or usual.planned_infusions,
        interval_h=body.interval_h or usual.interval_h,
        plan=body.plan or "",
        closed_reason=None,
        at=services().now(),
        person_id=who.person_id,
        by=who.name,
    )
    act = partial(_open, patient_id=patient_id, row=row, request=request_of(body.request_id, body))
    return SeriesAnswer.model_validate(services().recorder.transact(act))


@blueprint.post("/series/<int:series_id>/revisions")
@allowed(Action.EDIT_SERIES, body=SeriesChange, answer=SeriesAnswer, status=201)
def change_series(series_id: int, body: SeriesChange) -> SeriesAnswer:
    """Plan a series otherwise, close it with a reason, or open it again: a new revision beside the old."""
    if body.closed_reason is not None and body.reopen:
        raise Refused("A series is closed or opened again, not both.", ("reopen",))
    request, who, now = request_of(body.request_id, body), actor(), services().now()
    zone = services().config.timezone
    act = partial(_change, series_id=series_id, body=body, request=request, who=who, now=now, zone=zone)
    return SeriesAnswer.model_validate(services().recorder.transact(act))


def told_series(series_id: int) -> SeriesWhole:
    """One series as its page and the API tell it; raises NotFound."""
    return services().read(_told, series_id, services().now())


def _told(connection: Connection, series_id: int, now: datetime) -> SeriesWhole:
    stands = series(connection, series_id)
    coming = next_appointment(connection, series_id, now)
    return SeriesWhole(
        **SeriesAnswer.model_validate(stands).model_dump(),
        sessions=[SessionOfSeriesAnswer.model_validate(one) for one in sessions_of_series(connection, series_id)],
        next_appointment=None if coming is None else SessionOfSeriesAnswer.model_validate(coming),
        revisions=[SeriesRevisionAnswer.model_validate(one) for one in series_history(connection, series_id)],
    )


def _open(connection: Connection, patient_id: int, row: SeriesRevisionRow, request: Request | None) -> SeriesRecord:
    before = made_for(connection, request)
    if before is not None:
        return series(connection, before)
    series_id = insert_series(connection, patient_id, row)
    remember(connection, request, series_id)
    facts = {"patient": patient_id, "planned": row.planned_infusions, "interval_h": row.interval_h}
    audit.append(connection, AuditEntry(row.at, row.by, "series.open", f"series {series_id}", row.person_id, facts))
    return series(connection, series_id)


def _change(
    connection: Connection,
    series_id: int,
    body: SeriesChange,
    request: Request | None,
    who: Actor,
    now: datetime,
    zone: ZoneInfo,
) -> SeriesRecord:
    stands = series(connection, series_id)
    if made_for(connection, request) is not None:
        return stands
    row = _revised(stands, body, who, now)
    if stands.closed_reason is None and row.closed_reason is not None:
        _refuse_while_planned(connection, series_id, zone)
    version = revise_series(connection, series_id, body.expected_version, row)
    remember(connection, request, series_id)
    closed = stands.closed_reason is None and row.closed_reason is not None
    facts = {"version": version, "planned": row.planned_infusions, "interval_h": row.interval_h}
    action = "series.close" if closed else "series.revise"
    audit.append(connection, AuditEntry(now, who.name, action, f"series {series_id}", who.person_id, facts))
    return series(connection, series_id)


def _refuse_while_planned(connection: Connection, series_id: int, zone: ZoneInfo) -> None:
    waiting = [one for one in sessions_of_series(connection, series_id) if one.state == SCHEDULED]
    if waiting:
        named = ", ".join(f"{one.session_id} ({one.scheduled_for.astimezone(zone):%Y-%m-%d %H:%M})" for one in waiting)
        raise Refused(f"Sessions of this series are still planned: {named}. Cancel them first.", ("planned_sessions",))


def _revised(stands: SeriesRecord, body: SeriesChange, who: Actor, now: datetime) -> SeriesRevisionRow:
    closed = None if body.reopen else body.closed_reason or stands.closed_reason
    return SeriesRevisionRow(
        indication=body.indication or stands.indication,
        planned_infusions=body.planned_infusions or stands.planned_infusions,
        interval_h=body.interval_h or stands.interval_h,
        plan=body.plan or stands.plan,
        closed_reason=closed,
        at=now,
        person_id=who.person_id,
        by=who.name,
    )
