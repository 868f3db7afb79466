"""Lists of sessions: of a day, found over any time, a page at a time."""

from datetime import timedelta

from monitor.security.roles import Role
from tests.security.clinic import START_AT
from tests.web.clinic import Browser, Clinic


def planned(browser: Browser, clinic: Clinic, count: int) -> list[int]:
    made = []
    for number in range(count):
        name = {"hospital_id": f"S-{number}", "family_name": "Kowal" if number % 2 else "Lis", "given_name": "Eva"}
        patient_id = browser.post("/api/v1/patients", **name).json["id"]
        at = (START_AT + timedelta(days=number)).isoformat()
        body = {"patient_id": patient_id, "chair_id": clinic.chair_id, "scheduled_for": at}
        made.append(int(browser.post("/api/v1/sessions", **body).json["id"]))
    return made


def test_a_search_is_answered_a_page_at_a_time_with_the_latest_first(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    made = planned(browser, clinic, 5)
    seen, before = [], None
    for _ in range(3):
        page = browser.post("/api/v1/sessions/search", limit=2, before=before).json
        seen += [one["id"] for one in page["sessions"]]
        before = page["before"]
    assert (seen, before) == (made[::-1], None)


def test_a_search_asks_by_name_state_and_days_of_the_clinic(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    made = planned(browser, clinic, 4)
    by_name = browser.post("/api/v1/sessions/search", query="kow").json["sessions"]
    assert [one["id"] for one in by_name] == [made[3], made[1]]
    assert browser.post("/api/v1/sessions/search", states=["discharged"]).json["sessions"] == []
    day = (START_AT + timedelta(days=2)).date().isoformat()
    one_day = browser.post("/api/v1/sessions/search", from_day=day, until_day=day).json["sessions"]
    assert [one["id"] for one in one_day] == [made[2]]


def test_the_sessions_of_a_patient_are_asked_for_page_by_page(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    patient_id = browser.post("/api/v1/patients", hospital_id="S-1", family_name="Lis", given_name="Eva").json["id"]
    made = []
    for days in range(3):
        at = (START_AT + timedelta(days=days)).isoformat()
        body = {"patient_id": patient_id, "chair_id": clinic.chair_id, "scheduled_for": at}
        made.append(browser.post("/api/v1/sessions", **body).json["id"])
    first = browser.get(f"/api/v1/sessions?patient_id={patient_id}&limit=2").json
    rest = browser.get(f"/api/v1/sessions?patient_id={patient_id}&limit=2&after={first[-1]['id']}").json
    assert [one["id"] for one in (*first, *rest)] == made


def test_the_page_of_a_search_says_what_cannot_be_searched_for(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.NURSE)
    browser.fetch_token("/sessions")
    good, bad = browser.form("/sessions", query="", state=""), browser.form("/sessions", from_day="soon")
    assert (good.status_code, bad.status_code) == (200, 200)
    assert "from_day" in bad.text
