"""The beds the hospital names in its admissions (ADT), and those that are no chair's here."""

from datetime import timedelta
from typing import Annotated

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.security.roles import Action
from monitor.store.queries import chairs, devices
from monitor.store.queries.admissions import BedSaid, beds_said
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Query, Time
from monitor.web.here import services

blueprint = Blueprint("hospital_beds", __name__)


class BedDays(Query):
    """How far back."""

    days: Annotated[int, Field(ge=1, le=365)] = 30


class HospitalBed(Answer):
    """A bed as one source names it; `chair` is null while no chair has this bed: nothing of it is shown anywhere."""

    bed: str
    chair: str | None
    source: str
    count: int
    first_at: Time
    last_at: Time


class HospitalBeds(Answer):
    """Every bed named, the last named first, and how many of them are no chair's."""

    beds: list[HospitalBed]
    unknown: int


@blueprint.get("/hospital-beds")
@allowed(Action.VIEW_UNASSIGNED, query=BedDays, answer=HospitalBeds)
def list_hospital_beds(query: BedDays) -> HospitalBeds:
    """The beds the hospital has named in the last days, each with its chair."""
    since_at = services().now() - timedelta(days=query.days)
    names = services().read(_names)
    beds = [_bed(one, names) for one in services().read(beds_said, since_at)]
    return HospitalBeds(beds=beds, unknown=len({one.bed for one in beds if one.chair is None}))


def _bed(said: BedSaid, names: dict[str, str]) -> HospitalBed:
    return HospitalBed(
        bed=said.bed,
        chair=names.get(said.bed),
        source=said.source,
        count=said.count,
        first_at=said.first_at,
        last_at=said.last_at,
    )


def _names(connection: Connection) -> dict[str, str]:
    """The chair of every bed and further device."""
    found = chairs(connection)
    by_id = {one.id: one.name for one in found}
    further = {one.identifier: by_id[one.chair_id] for one in devices(connection)}
    return {**further, **{one.bed: one.name for one in found if one.bed}}
