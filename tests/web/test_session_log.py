"""The page of a session's log: what is missing is said, whatever the clocks did, in the reader's language."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.security.roles import Role
from monitor.store.rows import Batch, ReadingRow
from monitor.web.log_pages import LogClock, length
from tests import recorded_sessions
from tests.web.clinic import Clinic, open_clinic
from tests.web.test_languages import TEMPLATES

MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with open_clinic(tmp_path, templates=TEMPLATES) as opened:
        yield opened


def test_a_session_without_anything_has_a_page_that_says_so_and_who_read_it_is_noted(clinic: Clinic) -> None:
    nurse = clinic.signed_in(Role.NURSE)
    session_id = clinic.session(nurse)
    page = nurse.get(f"/sessions/{session_id}/log")
    assert page.status_code == 200
    for said in ("The session is not over", "No vital sign was recorded", "No alarm was raised", "No drug was given"):
        assert said in page.text
    clinic.given.reads.write()
    trail = clinic.signed_in(Role.ADMINISTRATOR).get("/api/v1/audit").text
    assert f"session {session_id}" in trail
    nurse.form("/language", language="es")
    assert "En esta sesión no se registró ningún signo vital" in nurse.get(f"/sessions/{session_id}/log").text
    assert nurse.get("/sessions/999/log").status_code == 404


def test_the_curves_of_a_stretch_hold_every_value_where_there_are_few_and_a_silence_stays_one(clinic: Clinic) -> None:
    nurse = clinic.signed_in(Role.NURSE)
    session_id = clinic.session(nurse)
    start = clinic.given.now()
    times = [start + timedelta(seconds=second) for second in (*range(5), 90, 91)]
    rows = tuple(
        ReadingRow(clinic.chair_id, session_id, "MON", at, at, at, {"hr": 70.0 + place})
        for place, at in enumerate(times)
    )
    clinic.office.store.write(Batch(readings=rows))
    base = f"/api/v1/sessions/{session_id}/curves"
    query = {"from": start.isoformat(), "to": (start + timedelta(minutes=2)).isoformat()}
    answer = nurse.client.get(base, base_url="http://127.0.0.1:8000", query_string=query)
    assert answer.json["hr"]["value"] == [70, 71, 72, 73, 74, None, 75, 76]
    backwards = {"from": query["to"], "to": query["from"]}
    assert nurse.client.get(base, base_url="http://127.0.0.1:8000", query_string=backwards).status_code == 422


def test_on_the_night_the_clocks_change_every_time_carries_its_distance_from_utc() -> None:
    before, after = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    night = LogClock(MADRID, before, after)
    assert [night.time(at.isoformat()) for at in (before, after)] == ["02:30:00 +02:00", "02:30:00 +01:00"]
    assert night.apart(before.isoformat(), after.isoformat()) == "1:00:00"
    assert not LogClock(MADRID, after, after + timedelta(hours=3)).turned
    assert (length(59.6), length(None)) == ("1:00", "–")


def test_an_eventful_session_is_told_whole_and_its_discharge_as_signed_whatever_its_scores_are_worth_today(
    clinic: Clinic,
) -> None:
    session_id = recorded_sessions.full(recorded_sessions.furnished(clinic.office.store), moments=700)
    log = clinic.signed_in(Role.NURSE).get(f"/api/v1/sessions/{session_id}/log").json
    page = clinic.signed_in(Role.PHYSICIAN).get(f"/sessions/{session_id}/log")
    assert page.status_code == 200
    assert [(one["result"], one["evidence"]) for one in log["discharge"]["criteria"]] == [
        ("met", "SpO2 97 for 30 min")
    ]  # fmt: skip
    told = {one["vital"]: one for one in log["vitals"]}
    assert (told["hr"]["struck"], told["hr"]["implausible"]) == (1, 1)
    assert told["spo2"]["struck"] == 62, "60 s marked as artefact, both ends included, and one taken back"
    assert {one["kind"] for one in log["events"]} == {"act", "alarm", "note", "symptom", "value", "gap"}


@pytest.mark.parametrize(
    ("stored", "says"),
    [
        (recorded_sessions.with_one_reading, ("<b>71</b>", "No alarm was raised")),
        (recorded_sessions.cancelled, ("The session was cancelled.", "as seen at the chair")),
        (recorded_sessions.through_a_clock_change, ("every time carries its distance", "02:30:00 +02:00", "+01:00")),
        (recorded_sessions.still_running, ("The session is not over", "Live session")),
    ],
)
def test_a_session_of_an_unusual_kind_has_a_log_that_says_so(
    clinic: Clinic, stored: Callable[[recorded_sessions.Place], int], says: tuple[str, ...]
) -> None:
    session_id = stored(recorded_sessions.furnished(clinic.office.store))
    page = clinic.signed_in(Role.NURSE).get(f"/sessions/{session_id}/log").text
    assert [words for words in says if words not in page] == []


def test_the_record_is_taken_away_by_who_may_export_and_is_not_offered_to_others(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    session_id = clinic.session(browser)
    address = f"/sessions/{session_id}/log"
    for name in ("pdf", "csv", "events.csv", "json", "fhir.json"):
        assert f'href="/api/v1/sessions/{session_id}/export.{name}"' in browser.get(address).text
    assert "/export." not in clinic.signed_in(Role.PHARMACIST).get(address).text
