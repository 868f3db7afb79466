"""The clinic's figures: counted as the log of a session tells each alarm, for whoever may see them, naming nobody."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from monitor.app.composing import TEMPLATES
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.log.answers import answer_times, every_answer
from monitor.security.roles import Role
from monitor.store import schema
from monitor.store.queries import alarms
from tests.given_series import GivenSeries
from tests.security.clinic import START_AT
from tests.web.clinic import POLICY, Clinic, open_clinic

PATIENTS = 6
# (event, seconds, priority) and (acknowledged after seconds, as what)
RANG = (
    ((("raised", 0, "medium"), ("escalated", 20, "high"), ("ended", 90, "high")), ((10, "medium"), (45, "high"))),
    ((("raised", 0, "high"), ("ended", 5, "high"), ("returned", 60, "medium")), ((100, "medium"), (119, "high"))),
    ((("raised", 0, "low"), ("ended", 400, "low")), ()),
)


def ring(connection: Connection, session_id: int, chair_id: int, at: datetime) -> None:
    for place, (events, seen) in enumerate(RANG):
        alarm_id = f"{session_id}-{place}"
        head = {"id": alarm_id, "session_id": session_id, "chair_id": chair_id, "rule_id": "spo2_low"}
        connection.execute(insert(schema.alarms), {**head, "kind": "physiological", "vital": "spo2", "raised_at": at})
        for number, (event, after_s, priority) in enumerate(events):
            row = {"alarm_id": alarm_id, "at": at + timedelta(seconds=after_s), "event": event, "state": "active"}
            more = {"priority": priority, "words": "x", "cause": "x", "content": number}
            connection.execute(insert(schema.alarm_events), {**row, **more})
        for after_s, priority in seen:
            row = {"alarm_id": alarm_id, "at": at + timedelta(seconds=after_s), "by": "Canary Nurse"}
            connection.execute(insert(schema.acknowledgements), {**row, "priority_seen": priority})


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clinic, list[int]]]:
    """Six patients of two infusions each, three weeks ago, with three alarms in each first one."""
    folder: Path = tmp_path_factory.mktemp("analytics")
    with open_clinic(folder, templates=TEMPLATES) as clinic:
        nurse, made = clinic.signed_in(), []
        for number in range(PATIENTS):
            who = {
                "hospital_id": f"CANARY-{number}",
                "family_name": f"Kanarek{number}",
                "given_name": "Tweety",
                "birth_date": f"1961-05-0{number + 1}",
            }
            patient_id = nurse.post("/api/v1/patients", **who).json["id"]

            def write(connection: Connection, patient_id: int = patient_id) -> int:
                given = GivenSeries(connection, patient_id, clinic.chair_id, POLICY)
                at = START_AT - timedelta(days=21)
                series_id = given.open(at)
                first = given.infusion(series_id, at)
                ring(connection, first, clinic.chair_id, at)
                given.infusion(series_id, at + timedelta(days=2))
                return first

            made.append(int(str(clinic.office.transact(write))))
        yield clinic, made


def test_alarms_are_counted_as_the_log_of_each_session_tells_them(busy: tuple[Clinic, list[int]]) -> None:
    clinic, made = busy
    told = clinic.signed_in(Role.PHYSICIAN).get("/api/v1/analytics").json
    records = [one for session_id in made for one in clinic.office.store.read(alarms, session_id)]
    expected = answer_times(every_answer(records))
    for one in told["priorities"]:
        times = expected[AlarmPriority(one["priority"])]
        assert (one["count"], one["answered"]) == (times.count, times.answered)
        shares = [None if not times.count else within / times.count for within in times.within]
        assert list(one["shares"].values()) == shares
    assert (told["sessions"], told["chair_hours"]) == (2 * PATIENTS, 2 * PATIENTS * 3.0)
    assert told["limits"][0]["words"] == "SpO₂ low"
    assert sum(week["sessions"] for week in told["weeks"]) == 2 * PATIENTS


def test_a_period_is_of_the_clinics_days_and_a_place_there_is_none_of_is_not_found(
    busy: tuple[Clinic, list[int]],
) -> None:
    physician = busy[0].signed_in(Role.PHYSICIAN)
    first = (START_AT - timedelta(days=21)).date().isoformat()
    one_day = physician.get(f"/api/v1/analytics?from_day={first}&until_day={first}").json
    assert (one_day["sessions"], len(one_day["weeks"])) == (PATIENTS, 1)
    assert physician.get("/api/v1/analytics?chair=99").status_code == 404
    assert physician.get("/api/v1/analytics?from_day=2026-02-02&until_day=2026-02-01").status_code == 422
    page = physician.get("/analytics?from_day=2020-01-01&until_day=2026-02-01")
    assert (page.status_code, "At most 366 days" in page.text) == (422, True)


def test_the_export_names_nobody_and_nothing_and_is_audited(busy: tuple[Clinic, list[int]]) -> None:
    clinic, _ = busy
    charge = clinic.signed_in(Role.CHARGE_NURSE)
    first, again = charge.get("/api/v1/analytics/export.csv"), charge.get("/api/v1/analytics/export.csv")
    rows = list(csv.DictReader(io.StringIO(first.text)))
    assert len(rows) == 2 * PATIENTS
    assert {(one["ended"], one["infusion_number"], one["days_since_first"]) for one in rows} == {
        ("discharged", "1", "0"),
        ("discharged", "2", "2"),
    }
    for canary in ("CANARY", "Kanarek", "Tweety", "Canary", "1961", "2026", str(START_AT.year), "spo2", "08:00"):
        assert canary not in first.text + str(first.headers.get("Content-Disposition"))
    assert not {one["key"] for one in rows} & {one["key"] for one in csv.DictReader(io.StringIO(again.text))}
    newest = clinic.office.store.read(newest_act)
    assert newest == ("exported", "analytics")


def newest_act(connection: Connection) -> tuple[str, str]:
    rows = connection.exec_driver_sql("SELECT action, object FROM audit ORDER BY seq DESC LIMIT 1").one()
    return str(rows[0]), str(rows[1])


def test_nurses_see_no_figures_of_the_clinic_and_the_page_says_them_in_spanish(busy: tuple[Clinic, list[int]]) -> None:
    clinic, _ = busy
    assert clinic.signed_in(Role.NURSE).get("/analytics").status_code == 403
    page = clinic.signed_in(Role.PHYSICIAN).get("/analytics", **{"Accept-Language": "es"})
    assert page.status_code == 200
    assert "Cifras de la clínica" in page.text


def test_simulated_sessions_are_left_out_and_said_to_be(busy: tuple[Clinic, list[int]]) -> None:
    clinic, made = busy

    def add(connection: Connection) -> None:
        head = connection.exec_driver_sql("SELECT * FROM sessions WHERE id = ?", (made[0],)).mappings().one()
        copy = {name: value for name, value in head.items() if name != "id"} | {"simulated": 1}
        names = ",".join(copy)
        connection.exec_driver_sql(
            f"INSERT INTO sessions ({names}) VALUES ({','.join('?' * len(copy))})", tuple(copy.values())
        )

    clinic.office.transact(add)
    told = clinic.signed_in(Role.PHYSICIAN).get("/api/v1/analytics").json
    assert (told["ends"]["total"], told["simulated_left_out"], told["simulated"]) == (2 * PATIENTS, 1, False)
