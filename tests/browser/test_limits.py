"""Limits of one patient on the session page: read, changed, marked, taken back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def opened(page: Page) -> object:
    """The table of limits, filled."""
    page.get_by_test_id("open-limits").click()
    panel = page.get_by_test_id("limits")
    expect(panel.locator("[data-rule=spo2_low] [data-level=medium] [data-in-force]")).not_to_be_empty()
    return panel


def test_a_nurse_changes_a_limit_and_everybody_sees_that_it_is_changed(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("3")
    nurse = visit("nurse")
    page, other = nurse.open(f"/sessions/{session_id}"), nurse.open(f"/sessions/{session_id}")
    number = page.locator("[data-testid=number-spo2]")
    expect(number.locator(".own")).to_be_hidden()
    panel = opened(page)
    level = panel.locator("[data-rule=spo2_low] [data-level=medium]")
    expect(level.locator("[data-in-force]")).to_have_text("< 92")
    expect(panel.locator("[data-rule=spo2_desaturation] [data-level=high] [data-may-be]")).to_have_text("fixed")

    panel.locator("[data-change=spo2_low]").click()
    ask = page.locator("dialog[data-ask=limits_change]")
    expect(ask.locator("input[name=high]")).to_be_disabled()  # a physician's
    expect(ask.locator("[data-limit-field=low]")).to_be_hidden()
    ask.locator("input[name=medium]").fill("80")
    ask.locator("textarea[name=reason]").fill("lives with 91 at home")
    ask.locator("[data-go]").click()
    ask.locator("[data-go]").click()
    expect(ask.locator(".said")).to_contain_text("80 % is not accepted; 91 to 95 % is")

    ask.locator("[data-back]").click()
    ask.locator("input[name=medium]").fill("91")
    ask.locator("[data-go]").click()
    expect(ask.locator(".ask-confirm")).to_have_text("SpO₂ low: MEDIUM 92 → 91 %")
    ask.locator("[data-go]").click()
    expect(ask).to_be_hidden()
    expect(level.locator("[data-in-force]")).to_have_text("< 91")
    expect(level.locator("[data-policy]")).to_have_text("< 92")
    expect(level.locator("[data-own]")).to_contain_text("lives with 91 at home")
    for seen in (page, other):
        card = seen.locator("[data-testid=number-spo2]")
        expect(card.locator(".own")).to_be_visible()
        expect(card.locator(".limit")).to_have_text("≥ 91")

    panel.locator("[data-take-back=spo2_low]").click()
    back = page.locator("dialog[data-ask=limits_reset]")
    back.locator("textarea[name=reason]").fill("better now")
    back.locator("[data-go]").click()
    expect(back.locator(".ask-confirm")).to_contain_text("MEDIUM 91 → 92")
    back.locator("[data-go]").click()
    expect(level.locator("[data-in-force]")).to_have_text("< 92")
    expect(number.locator(".own")).to_be_hidden()
    assert nurse.complaints == [] or all("422" in words for words in nurse.complaints)


def test_a_physician_moves_both_levels_at_once_and_the_band_steps(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("3")
    physician = visit("physician")
    page = physician.open(f"/sessions/{session_id}")
    panel = opened(page)
    panel.locator("[data-change=spo2_low]").click()
    ask = page.locator("dialog[data-ask=limits_change]")
    ask.locator("input[name=medium]").fill("89")
    ask.locator("input[name=high]").fill("88")
    ask.locator("textarea[name=reason]").fill("COPD")
    ask.locator("[data-go]").click()
    ask.locator("[data-go]").click()
    expect(panel.locator("[data-rule=spo2_low] [data-level=high] [data-in-force]")).to_have_text("< 88")
    panel.locator("[data-close]").click()
    edges = """() => (document.querySelector("#chart")?.layout?.shapes ?? [])
        .filter(({ name }) => name === "limit:spo2").map(({ y0 }) => y0)"""
    page.wait_for_function(f"() => ({edges})().length === 2")
    assert sorted(page.evaluate(edges)) == [89, 92]
    assert physician.complaints == []
