"""Signing in, the forced change of a one-time password, and signing out, as a person does it."""

import pytest
from playwright.sync_api import expect

from tests.browser.clinic import NEWCOMER, Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
OWN_PASSWORD = "eleven calm harbour lanterns"


def test_a_one_time_password_is_changed_before_anything_else_is_seen(clinic: Clinic, visit: Visit) -> None:
    newcomer = visit(None)
    page = newcomer.sign_in(NEWCOMER, clinic.one_time_password)
    expect(page).to_have_url(f"{clinic.server.origin}/password")
    page.goto(f"{clinic.server.origin}/sessions")
    expect(page).to_have_url(f"{clinic.server.origin}/password")
    expect(page.get_by_text("At least 15 characters")).to_be_visible()

    page.fill("#current", clinic.one_time_password)
    page.fill("#new", "short and sweet")  # 15 characters, so that the server is asked, and refuses nothing but words
    page.fill("#new", OWN_PASSWORD)
    page.get_by_role("button", name="Save the password").click()

    expect(page).to_have_url(f"{clinic.server.origin}/")
    expect(page.get_by_test_id("tile").first).to_be_visible()
    again = visit(None).sign_in(NEWCOMER, OWN_PASSWORD)
    expect(again).to_have_url(f"{clinic.server.origin}/")
    assert newcomer.complaints == []


def test_who_signs_out_sees_nothing_more_and_comes_back_to_the_page_they_wanted(clinic: Clinic, visit: Visit) -> None:
    nurse = visit("nurse")
    page = nurse.open("/")
    page.get_by_test_id("person").locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{clinic.server.origin}/sign-in")

    page.goto(f"{clinic.server.origin}/patients")
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    page.fill("#name", "nurse")
    page.fill("#password", "not the password at all")
    page.click("main button[type=submit]")
    expect(page.get_by_test_id("error")).to_have_text("The name or the password is wrong.")
    assert page.input_value("#name") == "nurse"
    page.fill("#password", "lantern quiet meadow river")
    page.click("main button[type=submit]")
    expect(page).to_have_url(f"{clinic.server.origin}/patients")


def test_a_live_page_whose_person_signed_out_elsewhere_shows_nothing_as_live(clinic: Clinic, visit: Visit) -> None:
    nurse = visit("nurse")
    board, other = nurse.open("/"), nurse.open("/patients")
    expect(board.locator("body")).to_have_attribute("data-link", "live")
    other.get_by_test_id("person").locator("summary").click()
    other.get_by_role("button", name="Sign out").click()
    expect(other).to_have_url(f"{clinic.server.origin}/sign-in")
    expect(board.locator("body")).not_to_have_attribute("data-link", "live")
    expect(board.get_by_test_id("notice-lost")).to_contain_text("You are signed out")


def test_a_locked_page_of_records_holds_no_name_and_what_was_typed_comes_back(clinic: Clinic, visit: Visit) -> None:
    nurse = visit("nurse")
    page = nurse.open("/patients")
    main = page.locator("#main")
    typed = main.locator("input[type=text]:visible, input[type=search]:visible, input:not([type]):visible").first
    typed.fill("Kowal, half written")
    page.get_by_test_id("lock-now").click()
    expect(page.get_by_test_id("lock-bar")).to_be_visible()
    expect(main).to_be_empty()
    page.get_by_test_id("lock-password").fill("lantern quiet meadow river")
    page.get_by_test_id("unlock").click()
    expect(page.get_by_test_id("lock-bar")).to_be_hidden()
    expect(typed).to_have_value("Kowal, half written")
    late = "sign-in/activity"  # the hand on the padlock, told while it locks, is refused as it must be
    assert [one for one in nurse.complaints if late not in one] == []
