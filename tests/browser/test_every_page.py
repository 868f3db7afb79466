"""Every page as nurse and physician: no error, no violation of the content policy, and no name becomes code."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
LINK = '<a href="https://example.org/">look</a>'
LISTS = ("/sessions", "/sessions?day=2020-01-01", "/patients", "/patients?query=nobody", "/intake")
EVERYWHERE = ("/", *LISTS, "/password")


def settled(page: Page) -> None:
    """A live page is live and its curve, where it has one, is drawn or says why not."""
    if page.locator("body[data-link]").count():
        expect(page.locator("body")).to_have_attribute("data-link", "live")
    if page.locator("#chart").count():
        expect(page.locator("#chart .main-svg").first).to_be_visible()


@pytest.mark.parametrize(
    ("role", "width", "height"), [("nurse", 390, 844), ("colleague", 1280, 800), ("physician", 1920, 1080)]
)
def test_no_page_complains_and_none_is_wider_than_its_screen(
    clinic: Clinic, visit: Visit, role: str, width: int, height: int
) -> None:
    running, listed, over = clinic.infusing("1"), clinic.book("2"), clinic.infusing("3")
    clinic.free("3")
    about = [f"/sessions/{one}{part}" for one in (running, listed, over) for part in ("", "/prepare", "/discharge")]
    somebody = visit(role, width, height)
    for path in (*EVERYWHERE, *about):
        page = somebody.open(path)
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.close()
    assert somebody.complaints == []


def test_refusals_are_pages_that_say_what_to_do(clinic: Clinic, visit: Visit) -> None:
    nurse = visit("nurse")
    for path in ("/nowhere", "/sessions/999999", "/?station=nowhere"):
        page = nurse.open(path)
        expect(page.get_by_test_id("error-code")).to_have_text("Error 404")
        expect(page.get_by_role("link", name="Go to the board")).to_be_visible()


def test_a_hostile_name_is_shown_as_text_everywhere(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("2", HOSTILE)
    clinic.nurse.act(session_id, "note", text=f"{HOSTILE} {LINK}")
    clinic.nurse.act(session_id, "symptom", symptom=LINK, grade=1)
    clinic.nurse.act(session_id, "hold", reason=HOSTILE)
    nurse = visit("nurse")
    for path in ("/patients", "/sessions"):
        expect(nurse.open(path).get_by_text(HOSTILE).first).to_be_visible()
    board = nurse.open("/")
    expect(board.locator("#chair-2")).to_contain_text(f"held: {HOSTILE}")
    page = nurse.open(f"/sessions/{session_id}")
    settled(page)
    expect(page.get_by_test_id("events")).to_contain_text(f"{HOSTILE} {LINK}")
    for tab in nurse.context.pages:
        assert tab.locator("img[src=x]").count() == 0
        assert tab.locator("a[href*='example.org'], a[*|href*='example.org']").count() == 0
    for part in ("prepare", "discharge"):
        settled(nurse.open(f"/sessions/{session_id}/{part}"))
    assert nurse.complaints == []
