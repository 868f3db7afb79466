"""A real SQLite record in a folder of its own, with one chair, one patient and one session to write about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from monitor.store import chairs, patients, people, rows, sessions
from monitor.store.engine import open_engine
from monitor.store.store import Store
from tests.fresh_record import fresh_record

T0 = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Clinic:
    """The record and the ids of what stands in it."""

    store: Store
    url: str
    folder: Path
    nurse: int
    physician: int
    chair: int
    other_chair: int
    patient: int
    session: int
    t0: datetime = T0

    @staticmethod
    def person(name: str, role: str) -> rows.PersonRow:
        return person(name, role)

    @staticmethod
    def a_patient(hospital_id: str = "MRN42", family_name: str = "Kowalska") -> rows.PatientRow:
        return a_patient(hospital_id, family_name)

    @staticmethod
    def a_policy() -> rows.PolicyRow:
        return a_policy()

    def do(self, act: Callable[[Connection], object]) -> object:
        """Run one act; raise what it was answered with when that is an error."""
        answer = self.store.write(rows.Batch(acts=(act,))).answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def at(self, seconds: float) -> datetime:
        return self.t0 + timedelta(seconds=seconds)

    def reading(self, seconds: float = 0.0, **changes: object) -> rows.ReadingRow:
        at = self.at(seconds)
        row = rows.ReadingRow(
            chair_id=self.chair,
            session_id=self.session,
            source="MONITOR^1",
            device_at=at,
            charted_at=at,
            received_at=at + timedelta(milliseconds=120),
            values={"hr": 72.0, "spo2": 98.0},
            sub_ids={"hr": "1.1", "spo2": "1.2"},
        )
        return replace(row, **changes)

    def event(self, version: int, event: str, from_state: str, to_state: str, **changes: object):
        at = self.at(version)
        row = rows.SessionEventRow(
            session_id=self.session,
            request_id=f"request-{version}-{event}",
            expected_version=version,
            event=event,
            from_state=from_state,
            to_state=to_state,
            at=at,
            recorded_at=at,
            person_id=self.nurse,
            role="nurse",
        )
        return replace(row, **changes)

    def alarm(self, alarm_id: str = "alarm-1") -> rows.AlarmRow:
        return rows.AlarmRow(alarm_id, self.session, self.chair, "spo2_low", "physiological", "spo2", self.t0)

    def alarm_event(self, alarm_id: str, seconds: float, event: str, state: str) -> rows.AlarmEventRow:
        words = "SpO₂ 86 < 90"
        return rows.AlarmEventRow(alarm_id, self.at(seconds), event, state, "high", 86.0, 90.0, words, "reading")


def person(name: str, role: str) -> rows.PersonRow:
    return rows.PersonRow(name, name.title(), role, "$argon2id$…", False, T0)


def a_patient(hospital_id: str = "MRN42", family_name: str = "Kowalska") -> rows.PatientRow:
    return rows.PatientRow(hospital_id, family_name, "Maria", date(1961, 5, 4), "F", T0)


def a_policy() -> rows.PolicyRow:
    return rows.PolicyRow("ab" * 32, "adult-ketamine", "1", "id = 'adult-ketamine'", T0)


def populate(store: Store) -> dict[str, int]:
    def act(connection: Connection) -> dict[str, int]:
        ids = {
            "nurse": people.insert_person(connection, person("dana", "nurse")),
            "physician": people.insert_person(connection, person("omar", "physician")),
            "chair": chairs.upsert_chair(connection, "1", 1, chairs.upsert_station(connection, "A")),
            "other_chair": chairs.upsert_chair(connection, "2", 2, chairs.upsert_station(connection, "A")),
            "patient": patients.insert_patient(connection, a_patient()),
        }
        session = rows.SessionRow(ids["patient"], ids["chair"], "scheduled", a_policy(), T0, True, T0)
        return {**ids, "session": sessions.insert_session(connection, session)}

    return store.write(rows.Batch(acts=(act,))).answers[0]


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> tuple[Path, dict[str, int]]:
    """A populated database file, made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "record.db"
    store = Store(open_engine(fresh_record(path), path.parent))
    ids = populate(store)
    store.close()
    return path, ids


@pytest.fixture
def clinic(template: tuple[Path, dict[str, int]], tmp_path: Path) -> Iterator[Clinic]:
    yield from placed(template, tmp_path)


@pytest.fixture(scope="module")
def shared_clinic(template: tuple[Path, dict[str, int]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """For tests that change nothing."""
    yield from placed(template, tmp_path_factory.mktemp("shared"))


def placed(template: tuple[Path, dict[str, int]], place: Path) -> Iterator[Clinic]:
    """A copy of the template in a folder of this place."""
    made, ids = template
    path = place / "folder" / "record.db"
    path.parent.mkdir(mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(made.read_bytes())
    url = f"sqlite:///{path}"
    store = Store(open_engine(url, path.parent))
    yield Clinic(store, url, path.parent, **ids)
    store.close()
