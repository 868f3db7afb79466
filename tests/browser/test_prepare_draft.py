"""Nothing typed on the prepare page is lost before it is recorded, and it is recorded once."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.server import PASSWORD

pytestmark = pytest.mark.browser
STOP = "aneurysm_avm_bleed"


def ask(page: Page, name: str) -> object:
    return page.locator(f"dialog[data-ask={name}]")


def type_much(page: Page) -> None:
    page.fill("[name=weight_kg]", "81.5")
    page.select_option("[data-order-form]", "rate_mcg_per_kg_min")
    page.fill("[name=rate_mcg_per_kg_min]", "7.5")
    page.locator("[name='escort.name']").fill("Jan Sand")
    page.locator("#bpi [name=worst]").fill("8")
    page.get_by_role("button", name="Add an opioid").click()
    page.locator(".opioid-line select").select_option("morphine oral")
    page.locator(".opioid-line [name=dose]").fill("30")
    page.locator("[name='identity.confirmed']").check()
    item = page.locator(f"[data-screening={STOP}]")
    item.get_by_role("radio", name="present", exact=True).check()
    item.get_by_placeholder("Note").fill("clipped in 2012")


def all_is_back(page: Page) -> None:
    expect(page.get_by_test_id("kept")).to_contain_text("is back")
    expect(page.locator("[name=weight_kg]")).to_have_value("81.5")
    expect(page.locator("[data-order-form]")).to_have_value("rate_mcg_per_kg_min")
    expect(page.locator("[name=rate_mcg_per_kg_min]")).to_have_value("7.5")
    expect(page.locator("[name='escort.name']")).to_have_value("Jan Sand")
    expect(page.locator("#bpi [name=worst]")).to_have_value("8")
    expect(page.locator(".opioid-line select")).to_have_value("morphine oral")
    expect(page.locator(".opioid-line [name=dose]")).to_have_value("30")
    expect(page.locator("[name='identity.confirmed']")).to_be_checked()
    item = page.locator(f"[data-screening={STOP}]")
    expect(item.get_by_role("radio", name="present", exact=True)).to_be_checked()
    expect(item.get_by_placeholder("Note")).to_have_value("clipped in 2012")


def test_what_was_typed_is_back_after_a_reload_the_back_button_and_a_new_sign_in_and_never_shown_to_another(
    clinic: Clinic, visit: Visit
) -> None:
    session_id = clinic.book("1")
    clinic.nurse.act(session_id, "check_in")
    nurse = visit("physician")
    page = nurse.open(f"/sessions/{session_id}/prepare")
    expect(page.locator("body")).to_have_attribute("data-link", "live")
    expect(page.locator(f"[data-screening={STOP}]")).to_be_visible()
    type_much(page)
    page.reload()
    all_is_back(page)
    page.goto(f"{clinic.server.origin}/sessions")
    page.go_back()
    all_is_back(page)

    nurse.context.clear_cookies()  # the sign-in is over while somebody types
    page.locator("[data-act=record_weight]").click()
    ask(page, "confirm").get_by_role("button", name="Record").click()
    expect(ask(page, "confirm").locator(".said")).to_contain_text("ign in")
    page.goto(f"{clinic.server.origin}/sign-in?next=/sessions/{session_id}/prepare")
    page.fill("#name", "physician")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page).to_have_url(f"{clinic.server.origin}/sessions/{session_id}/prepare")
    all_is_back(page)

    page.locator("[data-act=record_weight]").click()
    ask(page, "confirm").get_by_role("button", name="Record").dblclick()
    expect(page.get_by_test_id("step-weight")).to_have_attribute("data-done", "true")
    history = [one["event"] for one in clinic.nurse.get(f"/sessions/{session_id}")["history"]]
    assert history.count("record_weight") == 1
    page.reload()
    expect(page.locator("[name='escort.name']")).to_have_value("Jan Sand")
    expect(page.locator("[name=weight_kg]")).to_have_value("")

    nurse.context.clear_cookies()
    page.goto(f"{clinic.server.origin}/sign-in?next=/sessions/{session_id}/prepare")
    page.fill("#name", "colleague")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator(f"[data-screening={STOP}]")).to_be_visible()
    expect(page.locator("[name='escort.name']")).to_have_value("")
    expect(page.get_by_test_id("kept")).to_be_hidden()
    nurse.complaints.clear()  # the browser tells of the 401 that was asked for
    clinic.free("1")


def test_two_acts_of_one_page_are_no_conflict_and_another_persons_act_between_them_is(
    clinic: Clinic, visit: Visit
) -> None:
    session_id = clinic.book("1")
    clinic.nurse.act(session_id, "check_in")
    page = visit("nurse").open(f"/sessions/{session_id}/prepare")
    screening = page.get_by_test_id("screening")
    expect(page.locator(f"[data-screening={STOP}]")).to_be_visible()
    expect(page.locator("[data-act=confirm_consent]")).to_be_enabled()
    page.route("**/preparation", lambda route: route.abort())  # what the page would hear of the record by and by
    page.locator("[data-act=confirm_consent]").click()
    expect(page.get_by_test_id("step-consent")).to_have_attribute("data-done", "true")
    screening.get_by_role("button", name="Mark the unanswered as clear").click()
    screening.get_by_role("button", name="Record the screening").click()
    expect(page.locator("#screening-said")).to_contain_text("Recorded")

    clinic.colleague.act(session_id, "note", text="somebody else was here")
    page.locator(f"[data-screening={STOP}]").get_by_role("radio", name="unknown", exact=True).check()
    screening.get_by_role("button", name="Record the screening").click()
    expect(page.locator("#screening-said")).to_have_attribute("data-kind", "refused")
    clinic.free("1")
