"""Charting by taps and keys: a symptom undone, a drug with its guard, a correction, and a colleague who was first."""

import pytest
from playwright.sync_api import expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.test_visit import ask

pytestmark = pytest.mark.browser


def test_what_was_charted_is_undone_corrected_and_reviewed_and_nothing_is_lost(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("4")
    nurse = visit("nurse")
    page = nurse.open(f"/sessions/{session_id}")
    events = page.get_by_test_id("events")
    expect(page.locator("[data-act=symptom]").first).to_be_enabled()

    page.keyboard.press("s")
    page.keyboard.press("Enter")
    page.locator("[data-grade='3']").click()
    expect(page.locator("#symptom-said")).to_contain_text("Nausea grade 3 charted")
    expect(page.locator("[data-symptom=nausea]")).to_have_attribute("data-charted", "")
    page.get_by_test_id("undo").click()
    expect(events.locator("li s")).to_have_text("nausea 3")
    expect(events.locator(".correction")).to_contain_text("never happened")
    expect(page.locator("[data-symptom=nausea]")).not_to_have_attribute("data-charted", "")

    page.keyboard.press("m")
    drug = ask(page, "give_medication")
    drug.locator("[name=drug]").fill("ondansetron")
    expect(drug).to_contain_text("Usual: 4 mg, iv. At most 8 mg (unverified) in a session.")
    drug.locator("[name=dose]").fill("8")
    for _ in range(2):
        drug.locator("[data-go]").click()
    expect(drug.locator(".said")).to_contain_text("outside the usual")
    drug.locator("[name=reason]").fill("vomits again")
    for _ in range(2):
        drug.locator("[data-go]").click()
    expect(drug).to_be_hidden()

    events.locator("[data-event=give_medication] button").click()
    dialog = ask(page, "correct")
    dialog.locator("[name='says.dose']").fill("4")
    dialog.get_by_label("In other words").fill("read it wrongly")
    clinic.physician.act(session_id, "note", text="seen, calm")  # somebody else is first
    for _ in range(2):
        dialog.locator("[data-go]").click()
    expect(dialog.locator(".ask-review")).to_contain_text("seen, calm")
    expect(dialog.locator("[name='says.dose']")).to_have_value("4")
    for _ in range(2):
        dialog.locator("[data-go]").click()
    expect(dialog).to_be_hidden()
    expect(events).to_contain_text("ondansetron 4 mg iv, instead of: ondansetron 8 mg iv (read it wrongly)")

    suggestion = page.locator("[data-stop=dissociation]")
    for grade in ("3", "1", "3"):
        page.locator("[data-symptom=dissociation]").click()
        page.locator(f"[data-grade='{grade}']").click()
        expect(suggestion).to_be_visible(visible=grade == "3")
    page.get_by_test_id("wish").get_by_role("button").click()
    expect(page.get_by_test_id("state")).to_have_text("held")
    expect(page.get_by_test_id("wish")).to_be_empty()
    expect(suggestion).to_be_hidden()
    held = clinic.nurse.get(f"/sessions/{session_id}")["history"][-1]
    assert (held["event"], held["reason"]) == ("hold", "Stop rule: the patient wants to stop")
    assert [said for said in nurse.complaints if "422" not in said and "409" not in said] == []


def test_the_keyboard_map_names_every_key_and_no_key_sends_anything(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("4")
    page = visit("nurse").open(f"/sessions/{session_id}")
    expect(page.locator("[data-act=hold]")).to_be_enabled()
    version = clinic.nurse.get(f"/sessions/{session_id}")["version"]
    page.keyboard.press("?")
    keys = page.get_by_test_id("keys")
    expect(keys).to_contain_text("Change rate")
    offered = keys.locator("dt").all_inner_texts()
    page.keyboard.press("Escape")
    for key in sorted({*offered} - {"g"}):
        page.keyboard.press(key)
        page.keyboard.press("Escape")
    assert clinic.nurse.get(f"/sessions/{session_id}")["version"] == version
