"""Scores at the bedside: NEWS2 with its state, opioids as MME, the Brief Pain Inventory, and the alarm of a score."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("MONITOR_TEST_PICTURES")  # a folder, to look at what a person sees
SCREENS = ((1920, 1080), (1024, 768), (390, 844))


def picture(page: Page, name: str) -> None:
    if PICTURES:
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(400)
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=width < 1280)


def test_news2_is_incomplete_until_a_nurse_has_looked_and_then_has_a_total(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("1")
    nurse = visit("nurse", 1920, 1080)
    page = nurse.open(f"/sessions/{session_id}")
    card = page.get_by_test_id("news2")
    expect(card).to_have_attribute("data-state", "incomplete")
    expect(card).to_contain_text("INCOMPLETE")
    expect(card).to_contain_text("consciousness ?")
    picture(page, "session-incomplete")
    page.set_viewport_size({"width": 1920, "height": 1080})
    card.get_by_role("button", name="Consciousness").click()
    page.get_by_role("radio", name="New confusion").check()
    card.get_by_role("button", name="Oxygen").click()
    page.get_by_role("radio", name="On air").check()
    card.get_by_role("button", name="Temp").click()
    page.locator("dialog[open] input").fill("36.8")
    page.locator("dialog[open] [data-go]").click()
    clinic.monitor("1").inflate(122.0, 74.0)
    expect(card).to_have_attribute("data-state", "complete")
    expect(page.locator("#news2-total")).to_have_text("3")
    expect(card).to_contain_text("expected drug effect, 0 without it")
    picture(page, "session-news2")
    assert nurse.complaints == []


def test_a_deep_sedation_is_an_alarm_on_the_page_of_the_nurse_who_enters_it(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("2")
    nurse = visit("nurse", 1920, 1080)
    page = nurse.open(f"/sessions/{session_id}")
    expect(page.locator("[data-score=awake]")).to_be_enabled()
    clinic.nurse.post(f"/sessions/{session_id}/scores", {"kind": "moaas", "items": {"level": 1}, "request_id": "m1"})
    expect(page.get_by_test_id("alarms")).to_contain_text("MOAA/S 1: deep sedation, stop the infusion")
    picture(page, "session-alarm")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.get_by_test_id("alarms").get_by_role("button").first.click()
    expect(page.get_by_test_id("alarms").locator("[data-state=acknowledged]")).to_be_visible()
    clinic.nurse.post(f"/sessions/{session_id}/scores", {"kind": "moaas", "items": {"level": 5}, "request_id": "m2"})
    expect(page.get_by_test_id("alarms")).not_to_contain_text("MOAA/S 1")
    assert nurse.complaints == []


def test_scale_2_is_a_physicians_button(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("3")
    expect(visit("nurse").open(f"/sessions/{session_id}").locator("[data-score=spo2_scale]")).to_have_count(0)
    page = visit("physician").open(f"/sessions/{session_id}")
    page.get_by_test_id("news2").get_by_role("button", name="Scale").click()
    page.get_by_role("radio", name="Hypercapnic").check()
    page.locator("dialog[open] [data-go]").click()
    picture(page, "scale-2")
    page.locator("dialog[open] [data-go]").click()
    expect(page.locator("#news2-said")).to_have_text("Recorded.")
    assert clinic.nurse.get(f"/sessions/{session_id}/news2")["spo2_scale"] == 2


def test_opioids_become_mme_with_their_warning_and_are_there_again(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.book("4")
    nurse = visit("nurse", 1920, 1080)
    page = nurse.open(f"/sessions/{session_id}/prepare")
    card = page.get_by_test_id("opioids")
    for number, (drug, dose, times) in enumerate((("oxycodone, oral", "20", "2"), ("fentanyl, transdermal", "75", ""))):
        card.get_by_role("button", name="Add an opioid").click()
        line = card.locator(".opioid-line").nth(number)
        line.locator("select").select_option(label=drug)
        line.locator("[name=dose]").fill(dose)
        if times:
            line.locator("[name=times]").fill(times)
    card.get_by_role("button", name="Record").click()
    expect(page.locator("#opioids-total")).to_have_text("240 MME a day")
    expect(card).to_contain_text("At least 50 MME a day: caution.")
    expect(card).to_contain_text("switching")
    bpi = page.get_by_test_id("brief-pain")
    for name, value in (("worst", "9"), ("least", "3"), ("average", "6"), ("now", "5")):
        bpi.locator(f"[name={name}]").fill(value)
    bpi.locator("summary").click()
    bpi.locator("[name=mood]").fill("7")
    bpi.get_by_role("button", name="Record").click()
    expect(page.locator("#bpi-total")).to_have_text(
        "Severity 5.8 · Interference incomplete: 1 of 7 answered; at least 4 are needed"
    )
    page.reload()
    expect(page.locator("#opioids-total")).to_have_text("240 MME a day")
    expect(card.locator(".opioid-line").nth(1).locator(".mme")).to_have_text("180 MME")
    picture(page, "prepare")
    card.get_by_role("button", name="Add an opioid").click()
    line = card.locator(".opioid-line").nth(2)
    line.locator("select").select_option(label="buprenorphine")
    line.locator("[name=dose]").fill("8")
    line.locator("[name=times]").fill("1")
    card.get_by_role("button", name="Record").click()
    expect(page.locator("#opioids-total")).to_have_text("MME unknown")
    assert nurse.complaints == []
