"""Sessions as rows that name nobody, for a spreadsheet outside the clinic.

Laws
1. No name, number, date, time, place or person is in a row; its key is drawn anew for every export, and the rows stand
   in the order of their keys.
2. What could single somebody out (which infusion, how long after the first, how it ended) is told only where at least
   LEAST patients share it; otherwise it is left out, the finest first, and at last the row.
3. Counts and hours are told in steps. Fewer than LEAST patients are no export.
4. Rows of one patient are not linked: a sequence of days is a fingerprint.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.analytics.counted import CountedAlarms, CountedSession
from monitor.clinical.log.answers import MARKS_S
from monitor.errors import Refused

LEAST = 5  # patients
MOST_DAYS = 365  # after the first infusion; later is told as this
COLUMNS = (
    *("key", "ended", "infusion_number", "days_since_first", "watched_h"),
    *("alarms_high", "alarms_medium", "alarms_low", "answered_within_60_s", "simulated"),
)
Hidden = Callable[["SessionRow"], "SessionRow"]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session; `patient` counts people and is never written. None: not told."""

    patient: int
    ended: str | None
    infusion_number: int | None
    days_since_first: int | None
    watched_h: float
    alarms: tuple[int, int, int]  # high, medium, low
    answered_within_60_s: int
    simulated: bool


def row_of(
    session: CountedSession,
    alarms: Sequence[CountedAlarms],
    starts: Sequence[datetime],
    patient: int,
    day_of: Callable[[datetime], date],
    simulated: bool,
) -> SessionRow:
    """One session that is over, `starts` being when the infusions of its series began, by time."""
    begun, ended = session.watched_from_at, session.watched_until_at
    own = [at for at in starts if begun is not None and ended is not None and begun <= at <= ended]
    return SessionRow(
        patient=patient,
        ended=session.state.value,
        infusion_number=starts.index(own[0]) + 1 if own else None,
        days_since_first=(day_of(own[0]) - day_of(starts[0])).days if own else None,
        watched_h=session.watched_h,
        alarms=(_of(AlarmPriority.HIGH, alarms), _of(AlarmPriority.MEDIUM, alarms), _of(AlarmPriority.LOW, alarms)),
        answered_within_60_s=sum(one.within[MARKS_S.index(60)] for one in alarms),
        simulated=simulated,
    )


def _of(priority: AlarmPriority, alarms: Sequence[CountedAlarms]) -> int:
    return sum(one.count for one in alarms if one.priority is priority)


def anonymised(rows: Sequence[SessionRow], keys: Sequence[str]) -> list[tuple[str, ...]]:
    """The rows as texts in the order of COLUMNS, one key each; raises Refused for fewer than LEAST patients."""
    if len({row.patient for row in rows}) < LEAST:
        raise Refused(f"Fewer than {LEAST} patients: what is exported could be told apart. Choose a longer period.")
    told = [_capped(row) for row in rows]
    for hide in _FINEST_FIRST:
        told = _shared(told, hide)
    patients = _patients_by(told)
    shared = ((row, key) for row, key in zip(told, keys, strict=True) if len(patients[_told(row)]) >= LEAST)
    return sorted(_written(row, key) for row, key in shared)


_FINEST_FIRST: tuple[Hidden, ...] = (
    lambda row: replace(row, days_since_first=None),
    lambda row: replace(row, days_since_first=None, infusion_number=None),
    lambda row: replace(row, days_since_first=None, infusion_number=None, ended=None),
)


def _shared(rows: Sequence[SessionRow], hide: Hidden) -> list[SessionRow]:
    """Each row as it is where enough patients share what it tells, otherwise hidden."""
    patients = _patients_by(rows)
    return [row if len(patients[_told(row)]) >= LEAST else hide(row) for row in rows]


def _patients_by(rows: Sequence[SessionRow]) -> Mapping[tuple[object, ...], set[int]]:
    found: dict[tuple[object, ...], set[int]] = {}
    for row in rows:
        found.setdefault(_told(row), set()).add(row.patient)
    return found


def _told(row: SessionRow) -> tuple[object, ...]:
    return row.ended, row.infusion_number, row.days_since_first


def _capped(row: SessionRow) -> SessionRow:
    days = row.days_since_first
    return row if days is None else replace(row, days_since_first=min(days, MOST_DAYS))


def _written(row: SessionRow, key: str) -> tuple[str, ...]:
    number = "" if row.infusion_number is None else str(row.infusion_number)
    days = "" if row.days_since_first is None else str(row.days_since_first)
    counts = (*row.alarms, row.answered_within_60_s)
    head = (key, row.ended or "", number, days, _half_hours(row.watched_h))
    return (*head, *(_step(one) for one in counts), "yes" if row.simulated else "no")


def _half_hours(hours: float) -> str:
    return ">6" if hours > 6 else f"{round(hours * 2) / 2:.1f}"


def _step(count: int) -> str:
    for low, high in ((0, 0), (1, 2), (3, 5), (6, 10)):
        if count <= high:
            return str(low) if low == high else f"{low}..{high}"
    return ">10"
