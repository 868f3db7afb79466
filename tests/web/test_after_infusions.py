"""Following up over the API and on its pages: two minutes, one column, nothing lost, nobody's relief made up."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.security.roles import Role
from tests.clinical.bedside import POLICY as SHIPPED
from tests.given_series import GivenSeries
from tests.security.clinic import GOOD, START_AT
from tests.web.clinic import POLICY as PINNED
from tests.web.clinic import Browser, Clinic, open_clinic

TEMPLATES = Path(__file__).parents[2] / "templates"
DAY = timedelta(days=1)
FILE = b"date,time,pain,note\n2026-02-25,09:00,4,=1+1\n"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with open_clinic(tmp_path, templates=TEMPLATES) as opened:
        yield opened


def a_series(clinic: Clinic, *days_ago: float) -> tuple[int, list[int]]:
    patient = {"hospital_id": "P-1", "family_name": "Kowal", "given_name": "Maria", "birth_date": "1961-05-04"}
    made = clinic.signed_in(Role.NURSE, "registrar").post("/api/v1/patients", **patient)

    def write(connection):  # type: ignore[no-untyped-def]
        make = GivenSeries(connection, made.json["id"], clinic.chair_id, PINNED)
        series_id = make.open(START_AT - 40 * DAY)
        return series_id, [
            make.infusion(series_id, START_AT - ago * DAY, None if n else 8) for n, ago in enumerate(days_ago)
        ]

    return clinic.office.transact(write)  # type: ignore[return-value]


def told(browser: Browser, session_id: int, **more: object):  # type: ignore[no-untyped-def]
    body = {"request_id": "f-1", "week": 0, "reached": "yes", "pain": {"average": 4}, **more}
    return browser.post(f"/api/v1/sessions/{session_id}/follow-ups", **body)


def upload(browser: Browser, series_id: int, content: bytes = FILE):  # type: ignore[no-untyped-def]
    body = {"file_name": "mine.csv", "content_base64": base64.b64encode(content).decode()}
    return browser.post(f"/api/v1/series/{series_id}/journal/files", **body)


def test_the_list_names_whom_to_ask_and_is_cut_into_parts(clinic: Clinic) -> None:
    _, sessions = a_series(clinic, 2.5, 1)
    browser = clinic.signed_in(Role.DISCHARGE_STAFF)
    found = browser.get("/api/v1/follow-ups?limit=1").json
    assert (found["total"], len(found["items"])) == (2, 1)
    (first,) = found["items"]
    assert (first["session_id"], first["family_name"], first["infusion_number"]) == (sessions[0], "Kowal", 1)
    assert browser.get("/api/v1/follow-ups?offset=2").json["items"] == []
    page = browser.get("/follow-ups")
    assert page.status_code == 200
    assert "Kowal, Maria" in page.text


def test_a_follow_up_is_recorded_and_gives_back_what_it_adds_up_to(clinic: Clinic) -> None:
    _, (session_id,) = a_series(clinic, 1)
    browser = clinic.signed_in(Role.DISCHARGE_STAFF)
    opioid = {"drug": "oxycodone", "route": "oral", "dose": 10.0, "times_a_day": 2.0}
    made = told(browser, session_id, opioids=[opioid], side_effects=[{"symptom": "Nausea", "grade": 1}], relief_h=30.0)
    assert (made.status_code, made.json["mme"], made.json["side_effects"]) == (
        201,
        30,
        [{"symptom": "Nausea", "grade": 1}],
    )
    assert browser.get(f"/api/v1/sessions/{session_id}/follow-ups").json == [made.json]
    assert browser.get("/api/v1/follow-ups").json["total"] == 0
    page = browser.get(f"/sessions/{session_id}/follow-ups/0")
    assert 'data-testid="told"' in page.text


def test_what_is_wrong_is_refused_with_a_sentence_and_nothing_is_kept(clinic: Clinic) -> None:
    _, (session_id,) = a_series(clinic, 1)
    browser = clinic.signed_in()
    refused = told(browser, session_id, pain={"worst": 2, "average": 5})
    assert refused.status_code == 422
    assert "average 5 is above worst 2" in refused.json["message"]
    assert told(browser, session_id, pain={"average": 11}).status_code == 400
    assert told(browser, session_id, week=3).status_code == 422
    assert told(browser, 999).status_code == 404
    assert browser.get(f"/api/v1/sessions/{session_id}/follow-ups").json == []


def test_the_outcome_says_what_is_missing(clinic: Clinic) -> None:
    series_id, sessions = a_series(clinic, 9, 6)
    browser = clinic.signed_in(Role.PHYSICIAN)
    found = browser.get(f"/api/v1/series/{series_id}/outcome").json
    assert (found["response"]["result"], found["follow_ups"]["recorded"], found["follow_ups"]["of"]) == (
        "unknown",
        0,
        2,
    )
    assert [one["given_mg"] for one in found["infusions"]] == [35, 35]
    assert found["baseline"]["value"] == 8
    assert [one["session_id"] for one in found["infusions"]] == sessions
    page = browser.get(f"/series/{series_id}")
    assert "UNKNOWN" in page.text


def test_the_figure_breaks_where_a_follow_up_is_missing_and_draws_the_thresholds(clinic: Clinic) -> None:
    series_id, _ = a_series(clinic, 9, 6)
    figure = clinic.signed_in().get(f"/api/v1/series/{series_id}/outcome/figure").json
    roles = {trace["meta"]["role"]: trace for trace in figure["data"]}
    assert len(roles["missing"]["x"]) == 2
    assert roles["compared"]["y"].count(None) == 2
    assert [shape["y0"] for shape in figure["layout"]["shapes"]] == [8, 5.6, 4]


def test_a_series_without_an_infusion_has_an_empty_figure_and_a_page(clinic: Clinic) -> None:
    series_id, _ = a_series(clinic)
    browser = clinic.signed_in()
    assert browser.get(f"/api/v1/series/{series_id}/outcome/figure").json["layout"]["meta"]["empty"] is True
    assert "nothing to judge" in browser.get(f"/series/{series_id}").text
    assert browser.get("/api/v1/series/999/outcome").status_code == 404


def test_a_file_is_taken_once_and_a_wrong_one_names_its_lines(clinic: Clinic) -> None:
    series_id, _ = a_series(clinic, 9)
    browser = clinic.signed_in(Role.DISCHARGE_STAFF)
    first = upload(browser, series_id)
    assert (first.status_code, first.json["taken"], first.json["again"]) == (201, 1, False)
    assert upload(browser, series_id).json["again"] is True
    wrong = upload(browser, series_id, FILE + b"2026-02-26,09:00,11,\n")
    assert wrong.status_code == 422
    assert wrong.json["missing"] == ["line 3: pain 11 is not between 0 and 10"]
    journal = browser.get(f"/api/v1/series/{series_id}/journal").json
    assert (journal["total"], journal["entries"][0]["note"], len(journal["files"])) == (1, "=1+1", 1)
    spoilt = {"file_name": "x", "content_base64": "&&&&"}
    assert browser.post(f"/api/v1/series/{series_id}/journal/files", **spoilt).status_code == 422


def test_an_entry_is_typed_and_struck(clinic: Clinic) -> None:
    series_id, _ = a_series(clinic, 9)
    browser = clinic.signed_in()
    path = f"/api/v1/series/{series_id}/journal"
    entry = {"request_id": "j-1", "at": (START_AT - DAY).isoformat(), "pain": 5}
    assert browser.post(path, **entry).json["total"] == 1
    assert browser.post(path, **entry).json["total"] == 1
    made = browser.get(path).json["entries"][0]["id"]
    strike = {**entry, "request_id": "j-2", "replaces_id": made, "struck": True, "reason": "another patient's"}
    assert browser.post(path, **strike).json["total"] == 0


def test_a_physician_answers_what_stands_before_the_next_infusion(clinic: Clinic) -> None:
    series_id, _ = a_series(clinic, 9, 6, 3)
    physician = clinic.signed_in(Role.PHYSICIAN)
    (asked,) = physician.get(f"/api/v1/series/{series_id}/outcome").json["asked"]
    path = f"/api/v1/series/{series_id}/reassessments"
    body = {
        "request_id": "r-1",
        "rule_id": asked["rule_id"],
        "seen": asked["seen"],
        "decision": "change",
        "words": "less",
        "password": GOOD,
    }
    assert clinic.signed_in().post(path, **body).status_code == 403
    done = physician.post(path, **body)
    assert (done.status_code, done.json["asked"]) == (201, [])
    assert [one["decision"] for one in done.json["reassessments"]] == ["change"]


def test_a_stopped_series_says_who_stopped_it_and_a_physician_decides_anew_there(clinic: Clinic) -> None:
    series_id, _ = a_series(clinic, 9, 6, 3)
    physician = clinic.signed_in(Role.PHYSICIAN)
    path = f"/api/v1/series/{series_id}/reassessments"
    stop = {
        "request_id": "r-1",
        "rule_id": "little_relief",
        "seen": 0.0,
        "decision": "stop",
        "words": "no gain",
        "password": GOOD,
    }
    told = physician.post(path, **stop).json
    assert (told["stopped_by"], [one["rule_id"] for one in told["asked"]]) == ("Physician RN", ["little_relief"])
    page = physician.get(f"/series/{series_id}").text
    assert page.count("data-reassess") == 1
    assert "The series was stopped by" in page
    clinic.office.time.passed_s += 60
    anew = physician.post(path, **{**stop, "request_id": "r-2", "decision": "continue", "words": "new hope"})
    assert (anew.status_code, anew.json["stopped_by"], anew.json["asked"]) == (201, None, [])


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.STATION_DISPLAY])
def test_who_does_not_treat_patients_sees_no_follow_up(clinic: Clinic, role: Role) -> None:
    assert clinic.signed_in(role).get("/api/v1/follow-ups").status_code == 403


def test_the_shipped_rules_are_those_the_page_asks_by() -> None:
    assert {rule.id for rule in SHIPPED.reassess} == {"little_relief", "severe_adverse_event"}
