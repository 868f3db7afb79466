"""By keyboard alone: a nurse pauses a sound, acknowledges, charts nausea and gives a score, and sees where she is."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
RING = """() => {
  const at = document.activeElement, style = getComputedStyle(at), after = getComputedStyle(at, "::after");
  const beside = at.nextElementSibling ? getComputedStyle(at.nextElementSibling) : style;
  return [style, after, beside].some((one) => one.outlineStyle === "solid" && parseFloat(one.outlineWidth) >= 2);
}"""


def press(page: Page, *keys: str) -> None:
    """One after the other; whatever has the focus then shows it."""
    for key in keys:
        page.keyboard.press(key)
    assert page.evaluate(RING), f"after {keys} nothing shows the focus"


def tab_to(page: Page, selector: str) -> None:
    """Tab on until it has the focus, and shows it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            break
    expect(page.locator(selector)).to_be_focused()
    assert page.evaluate(RING), f"{selector} does not show its focus"


def test_a_nurse_needs_no_mouse(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("2")
    nurse = visit("nurse")
    board = nurse.open("/")
    tile = board.locator("#chair-2")
    clinic.monitor("2").inflate(186, 94)
    expect(tile).to_have_attribute("data-look", "high")

    press(board, "Tab")
    expect(board.locator(".skip")).to_be_focused()
    board.keyboard.press("Enter")
    expect(board.locator("main")).to_be_focused()

    press(board, "q")
    board.keyboard.press("Enter")
    expect(board.locator("#sound-left")).to_contain_text("1:")
    expect(tile.locator(".strip")).to_contain_text("sound paused 1:")

    press(board, "a")
    board.keyboard.press("Enter")
    expect(tile.locator(".strip")).to_have_attribute("data-state", "acknowledged")

    press(board, "c")
    tab_to(board, "#chair-2 a[href]")
    board.keyboard.press("Enter")
    expect(board).to_have_url(f"{clinic.server.origin}/sessions/{session_id}")
    page = board
    expect(page.locator("[data-act=symptom]").first).to_be_enabled()

    press(page, "s")
    page.keyboard.press("Enter")
    tab_to(page, "[data-grade='2']")
    page.keyboard.press("Enter")
    expect(page.locator("#symptom-said")).to_contain_text("Nausea grade 2 charted")

    page.keyboard.press("3")
    tab_to(page, "dialog[open] input[value='0']")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    tab_to(page, "dialog[open] [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert [one["total"] for one in clinic.nurse.get(f"/sessions/{session_id}/scores") if one["kind"] == "nrs"] == [4]
    assert nurse.complaints == []
