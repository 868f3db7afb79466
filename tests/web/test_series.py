"""Series over the API: planned as the policy says, changed by whoever saw the newest, closed with a reason."""

from monitor.security.roles import Role
from tests.web.clinic import Clinic


def a_patient(clinic: Clinic) -> int:
    who = {"hospital_id": "P-1", "family_name": "Kowal", "given_name": "Maria"}
    return int(clinic.signed_in(Role.NURSE, "registrar").post("/api/v1/patients", **who).json["id"])


def opened(browser, patient_id: int, **more: object):
    body = {"request_id": "s-1", "indication": "neuropathic cancer pain", **more}
    return browser.post(f"/api/v1/patients/{patient_id}/series", **body)


def test_a_new_series_is_planned_as_the_policy_says_and_asked_twice_it_is_one(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    made = opened(browser, a_patient(clinic))
    assert (made.status_code, made.json["planned_infusions"], made.json["interval_h"]) == (201, 6, 24)
    assert opened(browser, a_patient(clinic)).json == made.json
    assert browser.get(f"/api/v1/patients/{a_patient(clinic)}/series").json == [made.json]


def test_a_session_of_a_series_says_which_it_is(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    series_id = opened(browser, a_patient(clinic), planned_infusions=4).json["id"]
    booked = browser.post(
        "/api/v1/sessions",
        patient_id=a_patient(clinic),
        chair_id=clinic.chair_id,
        series_id=series_id,
        scheduled_for="2030-01-01T08:00:00Z",
    )
    assert booked.json["series"] == {"id": series_id, "number": 1, "planned": 4}
    told = browser.get(f"/api/v1/series/{series_id}").json
    assert told["next_appointment"]["session_id"] == booked.json["id"]
    assert [one["infusion_number"] for one in told["sessions"]] == [1]


def test_a_change_needs_the_version_that_stands_and_is_kept_beside_the_old(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    series_id = opened(browser, a_patient(clinic)).json["id"]
    path = f"/api/v1/series/{series_id}/revisions"
    changed = browser.post(path, request_id="r-1", expected_version=1, planned_infusions=8)
    assert (changed.status_code, changed.json["version"], changed.json["planned_infusions"]) == (201, 2, 8)
    late = browser.post(path, request_id="r-2", expected_version=1, planned_infusions=4)
    assert (late.status_code, late.json["current"]) == (409, {"version": 2})
    closed = browser.post(path, request_id="r-3", expected_version=2, closed_reason="no relief")
    assert closed.json["closed_reason"] == "no relief"
    opened_again = browser.post(path, request_id="r-4", expected_version=3, reopen=True)
    assert opened_again.json["closed_reason"] is None
    told = browser.get(f"/api/v1/series/{series_id}").json
    assert [one["planned_infusions"] for one in told["revisions"]] == [6, 8, 8, 8]


def test_who_is_not_at_the_bedside_plans_no_series(clinic: Clinic) -> None:
    assert opened(clinic.signed_in(Role.ADMINISTRATOR), a_patient(clinic)).status_code == 403


def test_a_series_is_not_closed_while_sessions_are_planned_and_they_are_named(clinic: Clinic) -> None:
    browser, patient_id = clinic.signed_in(), a_patient(clinic)
    series_id = opened(browser, patient_id).json["id"]
    booked = browser.post(
        "/api/v1/sessions", patient_id=patient_id, chair_id=clinic.chair_id, series_id=series_id,
        scheduled_for="2030-01-01T08:00:00Z",
    )  # fmt: skip
    path = f"/api/v1/series/{series_id}/revisions"
    refused = browser.post(path, request_id="r-1", expected_version=1, closed_reason="moved away")
    assert (refused.status_code, refused.json["missing"]) == (422, ["planned_sessions"])
    assert f"{booked.json['id']} (2030-01-01 09:00)" in refused.json["message"]
    assert browser.get(f"/api/v1/series/{series_id}").json["version"] == 1
