"""Whether a session may stand at a time in its series: it is the patient's, open, not full, and far enough apart.

Law: asked inside the transaction, of the record. What the plan does not allow is planned anew first (a revision of the
series); only the gap may be passed by a physician, with a reason that is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.clinical.series import earliest, neighbour
from monitor.errors import Refused
from monitor.security.roles import Role
from monitor.store.queries.patients import same_person
from monitor.store.queries.series import CANCELLED, SeriesRecord, series, sessions_of_series
from monitor.store.queries.sessions import session_head
from monitor.store.rows import SessionEventRow


@dataclass(frozen=True, slots=True)
class Place:
    """A time somebody wants for a session (0: one that is not stored yet) of a series, and why so near."""

    session_id: int
    scheduled_for: datetime
    role: str
    reason: str | None


def of_new(series_id: int | None, patient_id: int, place: Place, zone: ZoneInfo) -> Callable[[Connection], bool]:
    """The question for a new session; True when it stands nearer than planned. Raises NotFound, Refused."""

    def ask(connection: Connection) -> bool:
        if series_id is None:
            return False
        stands = series(connection, series_id)
        if stands.patient_id not in same_person(connection, patient_id):
            raise Refused("This series is another patient's.", ("series_id",))
        if stands.closed_reason is not None:
            raise Refused("This series is closed; open it again or open another.", ("series_id",))
        others = _others(connection, series_id, place.session_id)
        if len(others) >= stands.planned_infusions:
            raise Refused(
                f"This would be infusion {len(others) + 1} of {stands.planned_infusions} planned; "
                "plan more infusions in the series first.",
                ("planned_infusions",),
            )
        return _is_near(stands, others, place, zone)

    return ask


def of_moved(row: SessionEventRow, zone: ZoneInfo) -> Callable[[Connection], None]:
    """The question for a `reschedule`; another chair at the same time is no matter of the series. Raises Refused."""
    wanted, before = row.details["scheduled_for"], row.details["from_scheduled_for"]

    def ask(connection: Connection) -> None:
        head = session_head(connection, row.session_id)
        if head is None or head.series_id is None or wanted == before:
            return
        stands = series(connection, head.series_id)
        place = Place(row.session_id, datetime.fromisoformat(str(wanted)), row.role, row.reason)
        _is_near(stands, _others(connection, stands.id, row.session_id), place, zone)

    return ask


def _others(connection: Connection, series_id: int, session_id: int) -> list[datetime]:
    found = sessions_of_series(connection, series_id)
    return [one.scheduled_for for one in found if one.state != CANCELLED and one.session_id != session_id]


def _is_near(stands: SeriesRecord, others: list[datetime], place: Place, zone: ZoneInfo) -> bool:
    near_at = neighbour(others, place.scheduled_for, stands.interval_h)
    if near_at is None:
        return False
    if place.role == Role.PHYSICIAN and (place.reason or "").strip():
        return True
    from_at = _wall(earliest(others, place.scheduled_for, stands.interval_h), zone)
    raise Refused(
        f"Infusions of this series are at least {stands.interval_h:g} h apart and one is planned for "
        f"{_wall(near_at, zone)}: the earliest time is {from_at}. A physician may plan it nearer, with a reason.",
        ("reason",) if place.role == Role.PHYSICIAN else ("physician", "reason"),
    )


def _wall(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
