"""Who comes when: series of six infusions over two weeks, about as many visits a day as asked for.

Law: everything follows from the seed and the last day; nothing is asked of the clock.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

INFUSIONS = 6
EVERY_DAYS = 2
FAMILY = (
    *("Kowalska", "García", "Okafor", "Lindqvist", "O'Neill", "Nguyễn", "Müller", "Sørensen", "Haddad", "Ivanova"),
    *("Costa", "Tanaka", "Novák", "de la Cruz", "Fernández-Ortega", "Smith", "Yılmaz", "Papadopoulos", "Rossi", "Li"),
)
GIVEN = ("Ana", "Jan", "Maria", "Luis", "Noor", "Eva", "Piotr", "Sofía", "Ivo", "Marta", "Aïcha", "Tom", "Ines", "Leo")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the clinic is; `last_day` is its today, in UTC."""

    sessions: int
    a_day: int
    patients: int
    chairs: int
    seed: int
    last_day: date

    @property
    def series(self) -> int:
        """How many series make up the sessions."""
        return -(-self.sessions // INFUSIONS)

    @property
    def days(self) -> int:
        """How many days of visits lie up to the last one."""
        return -(-self.sessions // self.a_day)


@dataclass(frozen=True, slots=True)
class Visit:
    """One planned infusion: whose, of which series, where and when."""

    id: int
    patient_id: int
    series_id: int
    number: int
    chair_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A patient."""

    id: int
    hospital_id: str
    family_name: str
    given_name: str
    birth_date: date
    sex: str


def people(size: Size) -> Iterator[Person]:
    """The patients, with names from several languages."""
    chance = random.Random(size.seed)  # figures for measuring, no secret
    for number in range(1, size.patients + 1):
        born = date(1935, 1, 1) + timedelta(days=chance.randrange(25_000))
        family = f"{chance.choice(FAMILY)}-{number % 997}" if number % 3 else chance.choice(FAMILY)
        yield Person(number, f"L-{number:06d}", family, chance.choice(GIVEN), born, chance.choice(("female", "male")))


def patient_of(series_id: int, size: Size) -> int:
    """Whose series it is; those who come for a second one had their first long before."""
    return (series_id - 1) % size.patients + 1


def begins_on(series_id: int, size: Size) -> int:
    """The day, counted from the first, on which a series begins."""
    return (series_id - 1) * INFUSIONS // size.a_day


def visits(size: Size) -> list[Visit]:
    """Every visit by its time; chairs are filled in four rounds a day, so that none has two at once."""
    first = size.last_day - timedelta(days=size.days - 1)
    days: dict[int, list[tuple[int, int]]] = {}
    for series_id in range(1, size.series + 1):
        for number in range(INFUSIONS):
            days.setdefault(begins_on(series_id, size) + EVERY_DAYS * number, []).append((series_id, number + 1))
    found: list[Visit] = []
    rounds = 4
    for day in sorted(days):
        a_round = -(-max(len(days[day]), 1) // rounds)
        for place, (series_id, number) in enumerate(days[day]):
            chair, turn = place % a_round, place // a_round
            at = datetime.combine(first + timedelta(days=day), datetime.min.time(), UTC)
            at += timedelta(hours=7, minutes=turn * 150 + (chair % 6) * 5)
            patient_id = patient_of(series_id, size)
            found.append(Visit(len(found) + 1, patient_id, series_id, number, chair % size.chairs + 1, at))
    return found
