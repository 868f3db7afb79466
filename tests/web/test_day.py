"""The day plan over the API: what is planned, what went, what is free."""

from datetime import datetime, timedelta

from tests.security.clinic import START_AT
from tests.web.clinic import Browser, Clinic


def planned(browser: Browser, clinic: Clinic, at: datetime) -> int:
    patient = {"hospital_id": f"P-{at:%d%H}", "family_name": "Kowal", "given_name": "Maria"}
    patient_id = browser.post("/api/v1/patients", **patient).json["id"]
    body = {"patient_id": patient_id, "chair_id": clinic.chair_id, "scheduled_for": at.isoformat()}
    return int(browser.post("/api/v1/sessions", **body).json["id"])


def day_of(at: datetime) -> str:
    return at.date().isoformat()


def test_a_day_shows_its_chairs_its_sessions_and_what_is_free(clinic: Clinic) -> None:
    browser, at = clinic.signed_in(), START_AT + timedelta(days=3)
    session_id = planned(browser, clinic, at.replace(hour=10, minute=0))
    reply = browser.get(f"/api/v1/day?day={day_of(at)}")
    assert reply.status_code == 200
    assert [(one["id"], one["state"]) for one in reply.json["sessions"]] == [(session_id, "scheduled")]
    assert reply.json["sessions"][0]["parts"][0]["stage"] == "preparation"
    assert reply.json["sessions"][0]["allergies"]["status"] == "unknown"
    (chair,) = [one for one in reply.json["chairs"] if one["id"] == clinic.chair_id]
    assert chair["free"], "a day with one visit has room for another"


def test_an_empty_day_is_free_from_opening_to_closing(clinic: Clinic) -> None:
    day = clinic.signed_in().get(f"/api/v1/day?day={day_of(START_AT + timedelta(days=9))}").json
    assert day["sessions"] == []
    assert day["chairs"][0]["free"] == [{"from_at": day["opens_at"], "until_at": day["closes_at"]}]


def test_what_was_cancelled_stays_on_the_day_and_takes_no_time(clinic: Clinic) -> None:
    browser, at = clinic.signed_in(), START_AT + timedelta(days=3)
    session_id = planned(browser, clinic, at)
    told = {"request_id": "c-1", "expected_version": 0, "event": "cancel", "reason": "fever"}
    assert browser.post(f"/api/v1/sessions/{session_id}/events", **told).status_code == 200
    (shown,) = browser.get(f"/api/v1/day?day={day_of(at)}").json["sessions"]
    assert (shown["state"], shown["parts"]) == ("cancelled", [])


def test_the_next_appointment_of_a_patient_stands_beside_the_one_of_the_day(clinic: Clinic) -> None:
    browser, at = clinic.signed_in(), START_AT + timedelta(days=3)
    first = planned(browser, clinic, at)
    patient_id = browser.get(f"/api/v1/sessions/{first}").json["patient_id"]
    later = (at + timedelta(days=2)).isoformat()
    browser.post("/api/v1/sessions", patient_id=patient_id, chair_id=clinic.chair_id, scheduled_for=later)
    (shown,) = browser.get(f"/api/v1/day?day={day_of(at)}").json["sessions"]
    assert datetime.fromisoformat(shown["next_at"]) == at + timedelta(days=2)
    (last,) = browser.get(f"/api/v1/day?day={day_of(at + timedelta(days=2))}").json["sessions"]
    assert last["next_at"] is None


def test_a_day_that_is_none_is_refused(clinic: Clinic) -> None:
    assert clinic.signed_in().get("/api/v1/day?day=2026-02-30").status_code == 400
