"""A session as lists show it. Law: a list asks once for all its patients and series, never once a line."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.clinical.session import LIVE_STATES
from monitor.errors import NotFound
from monitor.store.queries import SessionRecord, chairs, session_head, sessions
from monitor.store.queries.patients import Patient, patients_of
from monitor.store.queries.series import SeriesPlace, series_places
from monitor.web.fields import Answer, Time
from monitor.web.here import services


class SeriesPlaceAnswer(Answer):
    """Which infusion of its series a session is; `number` is null when it was cancelled."""

    id: int
    number: int | None
    planned: int


class SessionLine(Answer):
    """A session as a list shows it."""

    id: int
    version: int
    state: str
    scheduled_for: Time
    chair_id: int
    chair: str
    patient_id: int
    patient_name: str
    initials: str
    id_digits: str
    simulated: bool
    policy: dict[str, str]
    series: SeriesPlaceAnswer | None


def lines_of(connection: Connection, found: Sequence[SessionRecord]) -> list[SessionLine]:
    """The lines of some sessions, in their order."""
    names = {one.id: one.name for one in chairs(connection)}
    known = patients_of(connection, {one.patient_id for one in found})
    places = series_places(connection, [one.id for one in found]) if found else {}
    return [_line(one, known[one.patient_id], names.get(one.chair_id, ""), places.get(one.id)) for one in found]


def line_of(connection: Connection, session_id: int) -> SessionLine:
    """The line of one session; raises NotFound."""
    head = session_head(connection, session_id)
    if head is None:
        raise NotFound("There is no such session.")
    return lines_of(connection, [head])[0]


def heads_of_day(day: date | None, states: frozenset[str] | None = None) -> list[SessionRecord]:
    """The sessions planned on one day of the clinic, by time; today's when None."""
    given = services()
    zone = given.config.timezone
    from_at, until_at = day_bounds(day or given.now().astimezone(zone).date(), zone)
    return given.read(sessions, from_at=from_at, until_at=until_at, states=states, limit=A_FULL_DAY)


def heads_in_clinic() -> list[SessionRecord]:
    """The sessions of patients who are here, whatever day they were planned for: midnight hides nobody."""
    return services().read(sessions, states=frozenset(state.value for state in LIVE_STATES), limit=A_FULL_DAY)


A_FULL_DAY = 2000  # more than any clinic's chairs can hold in a day


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a day begins and ends in the clinic's zone; 23 or 25 hours apart when clocks change."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def _line(head: SessionRecord, who: Patient, chair: str, place: SeriesPlace | None) -> SessionLine:
    return SessionLine(
        id=head.id,
        version=head.version,
        state=head.state,
        scheduled_for=head.scheduled_for,
        chair_id=head.chair_id,
        chair=chair,
        patient_id=head.patient_id,
        patient_name=f"{who.given_name} {who.family_name}",
        initials="".join(f"{name[0]}." for name in (who.given_name, who.family_name) if name),
        id_digits=who.hospital_id[-2:],
        simulated=head.simulated,
        policy={"id": head.policy_id, "version": head.policy_version, "sha256": head.policy_sha256},
        series=None if place is None else SeriesPlaceAnswer.model_validate(place),
    )
