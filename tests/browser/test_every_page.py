"""Every page as who works with it: no error, no violation of the content policy, no name that becomes code, none wider
than its screen, and nothing that axe-core calls serious, in any theme, with alarms of every priority on it.

Law: a page is opened once; its screen and its theme are changed under it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
LINK = '<a href="https://example.org/">look</a>'
ENDLESS = "supercalifragilistic" * 10  # 200 letters and nowhere to break
SCREENS = ((390, 844), (768, 1024), (1024, 768), (1280, 800), (1920, 1080))
FIXED = (
    "/",
    "/day",
    "/day?day=2020-01-01",
    "/sessions",
    "/sessions?day=2020-01-01",
    "/patients",
    "/follow-ups",
    "/intake",
    "/password",
)
PARTS = ("", "/prepare", "/discharge")
PAPERS = ("/sheet", "/handover-sheet", "/leaving-form", "/monitoring-form")


ARRANGED = """async (chairs) => (await import("/static/js/board.js")).arrange(chairs, 1920, 1080 - 56 - 28)"""
BOARD_HR_PX = 51  # at a scale of 1; at 4 m a capital height of 11 mm on a 27 inch screen (docs/clinicians.md)


@dataclass(frozen=True)
class Day:
    """The sessions of the day: one running whose names would be code, one listed, one observing, one over.

    `patient` is whose names would be code, `series` theirs.
    """

    running: int
    listed: int
    observing: int
    over: int
    patient: int
    series: int


@pytest.fixture(scope="module")
def day(clinic: Clinic) -> Iterator[Day]:
    running = clinic.infusing("2", HOSTILE)
    clinic.nurse.act(running, "note", text=f"{HOSTILE} {LINK}")
    clinic.nurse.act(running, "note", text=ENDLESS)
    clinic.nurse.act(running, "symptom", symptom=LINK, grade=1)
    drug = {"drug": ENDLESS[:64], "dose": 1.0, "unit": "mg", "route": "iv"}
    clinic.nurse.act(running, "give_medication", reason=ENDLESS, **drug)
    clinic.nurse.act(running, "hold", reason=HOSTILE)
    over = clinic.book("3")
    clinic.nurse.act(over, "check_in")
    clinic.free("3")
    patient = clinic.nurse.get(f"/sessions/{running}")["patient_id"]
    opening = {"request_id": "every-page", "indication": HOSTILE, "plan": ENDLESS}
    series = clinic.nurse.post(f"/patients/{patient}/series", opening)["id"]
    yield Day(running, clinic.book("1"), clinic.observing("5"), over, patient, series)
    for chair in ("1", "2", "5"):
        clinic.free(chair)


def settled(page: Page) -> None:
    """A live page is live and its curve, where it has one, is drawn or says why not."""
    if page.locator("body[data-link]").count():
        expect(page.locator("body")).to_have_attribute("data-link", "live")
    if page.locator("#chart").count():
        expect(page.locator("#chart .main-svg").first).to_be_visible()


def too_wide(page: Page) -> list[int]:
    """The screens on which the page would have to be moved sideways."""
    found = []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(width)
    return found


def foreign(page: Page) -> int:
    """What a name would have made if it were code."""
    return page.locator("img[src=x], a[href*='example.org'], a[*|href*='example.org']").count()


def test_every_page_fits_its_screen_can_be_read_and_makes_no_name_code(clinic: Clinic, visit: Visit, day: Day) -> None:
    physician, judged = visit("physician"), {}
    records = (f"/sessions/{day.listed}/prepare", f"/sessions/{day.observing}/discharge", f"/sessions/{day.over}")
    patients = (f"/patients/{day.patient}", f"/patients/{day.patient}/consultation", f"/series/{day.series}")
    running = (f"/sessions/{day.running}{part}" for part in (*PARTS, *PAPERS))
    for path in (*FIXED, *patients, f"/series/{day.series}/order", *running, *records):
        page = physician.open(path)
        settled(page)
        assert too_wide(page) == [], path
        assert foreign(page) == 0, path
        assert physician.complaints == [], path
        if page.locator("body[data-link]").count():
            axe.draw_alarms(page)
        judged[path] = list(axe.complaints(page))
        page.emulate_media(media="print")
        assert not page.locator(".head, .bottom").first.is_visible(), f"{path} prints its bar"
        page.close()
    assert {path: found for path, found in judged.items() if found} == {}


def test_what_a_nurse_sees_on_a_phone_is_no_worse_and_a_hostile_name_is_text(
    clinic: Clinic, visit: Visit, day: Day
) -> None:
    nurse = visit("nurse", 390, 844)
    seen = {f"/sessions/{day.listed}/prepare", f"/sessions/{day.over}"}  # by the physician, on every screen
    pages = [f"/sessions/{one}{part}" for one in (day.listed, day.observing, day.over) for part in PARTS]
    for path in [path for path in pages if path not in seen]:
        page = nurse.open(path)
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.close()
    for path in ("/patients", "/sessions"):
        expect(nurse.open(path).get_by_text(HOSTILE).first).to_be_visible()
    expect(nurse.open("/").locator("#chair-2")).to_contain_text(f"held: {HOSTILE}")
    page = nurse.open(f"/sessions/{day.running}")
    expect(page.get_by_test_id("events")).to_contain_text(f"{HOSTILE} {LINK}")
    assert nurse.complaints == []


def test_a_charge_nurse_sees_her_pages_and_refusals_and_doors_say_what_to_do(
    clinic: Clinic, visit: Visit, day: Day
) -> None:
    charge = visit("colleague")
    own = [charge.open(path) for path in ("/", "/intake", "/displays", "/people", "/second-step")]
    for page in own:
        settled(page)
    assert charge.complaints == []
    sixteen, most = (own[2].evaluate(ARRANGED, chairs) for chairs in (16, 64))
    assert (sixteen["scrolls"], sixteen["dense"]) == (False, False)
    assert sixteen["scale"] * BOARD_HR_PX >= 50
    assert (most["scrolls"], most["dense"]) == (False, True), "what calls is never below the edge of the screen"
    for path in ("/nowhere", "/sessions/999999", "/?station=nowhere"):
        refused = charge.open(path)
        expect(refused.get_by_test_id("error-code")).to_have_text("Error 404")
        expect(refused.get_by_role("link", name="Go to the board")).to_be_visible()
    stranger = visit(None)
    stranger.context.route("**/wall", lambda route: route.abort())  # the page without a server leaves when it finds one
    doors = [stranger.open(path) for path in ("/sign-in", "/wall/enrol", "/wall/offline")]
    judged = {}
    for page in (*own[2:], refused, *doors):
        assert too_wide(page) == [], page.url
        judged[page.url] = list(axe.complaints(page))
    assert {url: found for url, found in judged.items() if found} == {}
