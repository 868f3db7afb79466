"""Patients by clicks: what is typed comes back, a search is asked again, two entries become one."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.server import PASSWORD

pytestmark = pytest.mark.browser


def ask(page: Page, name: str) -> Locator:
    return page.locator(f"dialog[data-ask={name}]")


def test_a_patient_is_registered_with_what_is_known_and_a_sign_in_that_ended_loses_nothing_typed(
    clinic: Clinic, visit: Visit
) -> None:
    nurse = visit("nurse")
    page = nurse.open("/patients")
    for field, words in (("hospital_id", "K-1"), ("family_name", "Kept"), ("given_name", "Ada")):
        page.fill(f"#{field}", words)
    page.fill("#birth_date", "1958-03-01")
    page.get_by_text("What is known of them").click()
    page.select_option("#allergies-asked", "listed")
    page.locator("[name=substance]").first.fill("latex")
    page.fill("[name=diagnosis]", "sarcoma of the thigh")
    page.select_option("[name=pain_mechanism]", "neuropathic")
    nurse.context.clear_cookies()
    page.get_by_role("button", name="Add the patient").click()
    expect(page.get_by_test_id("new-patient-said")).to_contain_text("ign in")
    page.goto(f"{clinic.server.origin}/sign-in?next=/patients")
    page.fill("#name", "nurse")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.get_by_test_id("kept")).to_contain_text("is back")
    expect(page.locator("[name=substance]").first).to_have_value("latex")
    page.get_by_role("button", name="Add the patient").dblclick()
    expect(page.get_by_role("heading", name="Kept, Ada")).to_be_visible()
    expect(page.get_by_test_id("profile")).to_contain_text("latex")
    expect(page.get_by_test_id("profile")).to_contain_text("neuropathic")
    found = [one["hospital_id"] for one in clinic.nurse.get("/patients?query=K-1")]
    assert found.count("K-1") == 1
    page.go_back()
    expect(page.get_by_role("heading", name="New patient")).to_be_visible()
    expect(page.locator("#family_name")).to_have_value("")

    page.get_by_role("searchbox").fill("kept")
    page.get_by_role("button", name="Search").click()
    page.get_by_test_id("patient-row").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Kept, Ada")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("found")).to_have_text("1")
    expect(page.get_by_role("searchbox")).to_have_value("kept")
    nurse.complaints.clear()  # the browser tells of the 401 that was asked for


def test_a_dialog_opened_twice_acts_once_and_two_entries_of_one_person_become_one(clinic: Clinic, visit: Visit) -> None:
    twin = {"family_name": "Doppel", "given_name": "Ida", "is_somebody_else": True}
    kept, double = (clinic.nurse.post("/patients", {**twin, "hospital_id": name})["id"] for name in ("M-1", "M-2"))
    page = visit("colleague").open(f"/patients/{kept}")
    series = page.get_by_role("button", name="New series")
    series.click()
    ask(page, "series").locator("[name=indication]").fill("plexopathy")
    ask(page, "series").get_by_role("button", name="Cancel").click()
    series.click()
    expect(ask(page, "series").locator("[name=indication]")).to_have_value("plexopathy")
    ask(page, "series").get_by_role("button", name="Open").click()
    expect(page.get_by_test_id("series-list").get_by_role("link")).to_have_count(1)
    page.wait_for_load_state()  # the page came anew, and before that no button listens

    write = page.get_by_test_id("profile").get_by_role("button", name="Write")
    write.click()
    ask(page, "profile").locator("[name=diagnosis]").fill("sarcoma")
    known = {"request_id": "meanwhile", "expected_version": 0, "oncologist": "Dr. Lind"}
    clinic.nurse.post(f"/patients/{kept}/profile", known)
    ask(page, "profile").locator("[data-go]").click()
    expect(ask(page, "profile").locator(".said")).to_contain_text("Somebody else wrote")
    page.reload()
    write.click()
    expect(ask(page, "profile").locator("[name=diagnosis]")).to_have_value("sarcoma")
    expect(ask(page, "profile").locator("[name=oncologist]")).to_have_value("Dr. Lind")
    ask(page, "profile").locator("[data-go]").click()
    expect(page.get_by_test_id("profile")).to_contain_text("sarcoma")
    expect(page.get_by_test_id("profile")).to_contain_text("Dr. Lind")

    page.get_by_role("button", name="Entered twice").click()
    merge = ask(page, "merge")
    for field, words in (("hospital_id", "M-2"), ("family_name", "Doppler"), ("reason", "typed twice")):
        merge.locator(f"[name={field}]").fill(words)
    merge.locator("[data-go]").click()
    expect(merge.locator("[data-step=confirm]")).to_contain_text("Doppler, M-2 becomes this patient")
    merge.locator("[data-go]").click()
    expect(merge.locator(".said")).to_contain_text("do not both belong")
    merge.get_by_role("button", name="Back").click()
    merge.locator("[name=family_name]").fill("Doppel")
    merge.locator("[data-go]").click()
    merge.locator("[data-go]").click()
    expect(merge).to_be_hidden()
    assert [one["id"] for one in clinic.nurse.get("/patients?query=M-2")] == [kept]
    assert clinic.nurse.get(f"/patients/{double}")["id"] == double


def test_a_physician_plans_an_infusion_nearer_than_its_series_with_a_reason_and_a_nurse_is_told_when(
    clinic: Clinic, visit: Visit
) -> None:
    names = {"hospital_id": "N-1", "family_name": "Nearer", "given_name": "Jan", "is_somebody_else": True}
    patient_id = clinic.nurse.post("/patients", names)["id"]
    plan = {"request_id": "near-1", "indication": "plexopathy", "planned_infusions": 6, "interval_h": 48}
    series_id = clinic.physician.post(f"/patients/{patient_id}/series", plan)["id"]
    day = (datetime.now(UTC) + timedelta(days=40)).date()
    first = {"patient_id": patient_id, "chair_id": clinic.chair_id("1"), "series_id": series_id}
    clinic.nurse.post("/sessions", {**first, "scheduled_for": f"{day}T09:00:00+00:00"})
    path = f"/sessions?day={day + timedelta(days=1)}&at=09:00&chair={clinic.chair_id('1')}&patient={patient_id}"
    for person, may in (("nurse", False), ("physician", True)):
        page = visit(person).open(f"{path}&series={series_id}")
        page.get_by_role("button", name="Plan the session").click()
        expect(page.get_by_test_id("new-session-said")).to_contain_text("at least 48 h apart")
        expect(page.get_by_test_id("nearer")).to_be_visible(visible=may)
    page.fill("#reason", "pain was back after a day")
    page.get_by_role("button", name="Plan the session").click()
    expect(page.get_by_test_id("session-row").filter(has_text="Nearer")).to_be_visible()
