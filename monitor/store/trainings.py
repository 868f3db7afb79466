"""Trainings of people and their withdrawals. Law: rows are added, never changed; one row is withdrawn once."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from monitor.clinical.staff import Training
from monitor.store.keys import insert_row
from monitor.store.queries.fetch import many, one
from monitor.store.schema_trainings import training_withdrawals, trainings


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One training to keep."""

    person_id: int
    course: str
    valid_from: date
    expires_on: date
    note: str
    at: datetime
    by_id: int | None
    by: str


@dataclass(frozen=True, slots=True)
class TrainingWithdrawalRow:
    """Why a training does not count."""

    training_id: int
    reason: str
    at: datetime
    by_id: int | None
    by: str


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """One training as it stands; `withdrawn_at` None while it counts."""

    id: int
    person_id: int
    course: str
    valid_from: date
    expires_on: date
    note: str
    at: datetime
    by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_why: str | None

    @property
    def training(self) -> Training:
        """As the clinical core asks for it."""
        return Training(self.course, self.valid_from, self.expires_on)


_t, _w = trainings.c, training_withdrawals.c
_STANDING = select(
    _t.id, _t.person_id, _t.course, _t.valid_from, _t.expires_on, _t.note, _t.at, _t.by, _w.at, _w.by, _w.reason
).select_from(trainings.outerjoin(training_withdrawals, _w.training_id == _t.id))


def insert_training(connection: Connection, row: TrainingRow) -> int:
    """Keep it; its number."""
    return insert_row(connection, trainings, asdict(row))


def insert_training_withdrawal(connection: Connection, row: TrainingWithdrawalRow) -> int:
    """Keep it; its number."""
    return insert_row(connection, training_withdrawals, asdict(row))


def training(connection: Connection, training_id: int) -> TrainingRecord | None:
    """One of them."""
    return one(connection, _STANDING.where(_t.id == training_id), TrainingRecord)


def trainings_of(connection: Connection, people: Collection[int] | None = None) -> list[TrainingRecord]:
    """Those of these people, or of everybody, withdrawn ones too; the last to end first."""
    asked = _STANDING if people is None else _STANDING.where(_t.person_id.in_(people))
    return many(connection, asked.order_by(_t.expires_on.desc(), _t.id.desc()), TrainingRecord)


def held_by(connection: Connection, person_id: int) -> tuple[Training, ...]:
    """What counts for somebody: everything recorded of them that nobody withdrew."""
    found = trainings_of(connection, (person_id,))
    return tuple(one.training for one in found if one.withdrawn_at is None)
