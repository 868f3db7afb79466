"""A nurse at a station that several people share: locked, only names and acts are gone; the PIN opens it at once."""

import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from monitor.clock import system_clock
from monitor.security.codes import step_of
from tests.browser.clinic import Clinic
from tests.browser.listening import FREE, TAP, heard, launched
from tests.browser.test_second_step import hired
from tests.browser.visitor import Visitor
from tests.server import PASSWORD

pytestmark = pytest.mark.browser
OWN_PASSWORD = "eleven calm harbour lanterns"
PIN = "739164"
NOTE = "Teresa wept, her son Pablo called"
UNLOCKED_WITHIN_S = 5.0


@pytest.fixture
def kiosk(browser: Browser) -> Iterator[Browser]:
    """A browser as a station has it: pages may sound without a gesture."""
    yield from launched(browser, FREE)


def newcomer(clinic: Clinic, kiosk: Browser, name: str) -> tuple[Visitor, Page]:
    """Somebody hired today: own password, an authenticator app, a PIN, and signed in anew with all of it."""
    context = kiosk.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(TAP)
    nurse = Visitor(clinic.server, context)
    given = hired(clinic, name)
    page = nurse.sign_in(name, given)
    page.fill("#current", given)
    page.fill("#new", OWN_PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    expect(page).to_have_url(f"{clinic.server.origin}/")
    page.goto(f"{clinic.server.origin}/second-step")
    page.get_by_role("button", name="Set up an app").click()
    app = pyotp.HOTP((page.get_by_test_id("seed").text_content() or "").replace(" ", ""))
    shown = step_of(system_clock().now())
    page.fill("#code", app.at(shown))
    page.get_by_role("button", name="Keep this app").click()
    expect(page.get_by_test_id("recovery-codes").locator("li")).to_have_count(10)
    page.goto(f"{clinic.server.origin}/password")
    page.fill("#pin-current", OWN_PASSWORD)
    page.fill("#pin", PIN)
    page.get_by_role("button", name="Save the PIN").click()
    expect(page).to_have_url(f"{clinic.server.origin}/")
    context.clear_cookies()
    page.close()
    page = nurse.sign_in(name, OWN_PASSWORD)
    page.fill("#proof", app.at(shown + 1))  # a code counts once; the next one is early by less than 30 s
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{clinic.server.origin}/")
    return nurse, page


def watched(page: Page) -> list[str]:
    """Every frame the page is sent from its next load on."""
    frames: list[str] = []

    def opened(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(str(frame)))

    page.on("websocket", opened)
    return frames


def lock(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-link", "live")
    page.keyboard.press("z")  # finds the padlock
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("lock-bar")).to_be_visible()


def type_secret(page: Page, secret: str) -> None:
    """As hands do it: the field has the focus already."""
    page.keyboard.type(secret)
    page.keyboard.press("Enter")


def test_a_locked_station_shows_and_sounds_all_but_names_and_opens_by_pin(clinic: Clinic, kiosk: Browser) -> None:
    clinic.empty()
    session_id = clinic.infusing("3", "Zubizarreta")
    clinic.nurse.act(session_id, "note", text=NOTE)
    digits = clinic.nurse.get(f"/sessions/{session_id}")["live"]["session"]["id_digits"]
    monitor = clinic.monitor("3")
    nurse, page = newcomer(clinic, kiosk, "stationnurse")
    frames = watched(page)
    page.goto(f"{clinic.server.origin}/sessions/{session_id}")
    expect(page.get_by_test_id("events")).to_contain_text(NOTE)
    expect(page.locator("#chart .scatterlayer .trace").first).to_be_attached()
    private = (NOTE, "Teresa", "Zubizarreta", "Nurse Test", "stationnurse", "Stationnurse", f"··{digits}")
    assert NOTE in page.content()

    lock(page)
    expect(page.locator("#chart .scatterlayer .trace").first).to_be_attached()  # the curve goes on
    told = len(frames)
    monitor.says(hr=91)
    expect(page.locator("[data-vital=hr] .value")).to_have_text("91")
    monitor.inflate(187, 95)
    heard(page, "high")
    expect(page.get_by_test_id("alarms")).to_contain_text("187")
    expect(page.get_by_test_id("counts").locator("[data-count=high] .count-number")).to_have_text("1")
    expect(page.get_by_test_id("chart-notice")).to_be_hidden()
    expect(page.get_by_test_id("dose")).to_have_count(0)
    shown = page.content()
    assert [words for words in private if words in shown] == []
    assert [words for words in private if words in " ".join(frames[told:])] == []
    assert any("187" in frame for frame in frames[told:])

    type_secret(page, "739165")
    expect(page.locator("#lock-said")).to_contain_text("The PIN is wrong")
    began_s = time.monotonic()
    type_secret(page, PIN)  # seven keys
    expect(page.get_by_test_id("lock-bar")).to_be_hidden()
    expect(page.get_by_test_id("events")).to_contain_text(NOTE)
    assert time.monotonic() - began_s < UNLOCKED_WITHIN_S
    page.locator("[data-testid=alarms] .strip").get_by_role("button").first.click()
    expect(page.locator("body")).not_to_have_attribute("data-sounding", "high")

    lock(page)
    for left in ("4 more", "3 more", "2 more", "one more", "password is needed"):
        type_secret(page, "739165")
        expect(page.locator("#lock-said")).to_contain_text(left)
    expect(page.get_by_test_id("lock-password")).to_be_focused()
    type_secret(page, OWN_PASSWORD)
    expect(page.get_by_test_id("lock-bar")).to_be_hidden()
    monitor.calm()
    monitor.inflate(124, 76)
    # What was under way when it locked, wrong PINs, and a question asked with the mark that the password just replaced.
    meant = (
        "423 (LOCKED)",
        "sign-in/unlock",
        "/api/v1/break-glass: Failed to load resource",
    )
    assert [one for one in nurse.complaints if not any(words in one for words in meant)] == []
    nurse.context.close()


def test_the_next_nurse_takes_a_locked_station_over_and_the_sign_in_there_ends(clinic: Clinic, kiosk: Browser) -> None:
    context = kiosk.new_context(viewport={"width": 1280, "height": 900})
    nurse = Visitor(clinic.server, context)
    page = nurse.sign_in("nurse")
    lock(page)
    [before] = [one for one in context.cookies() if one["name"] == "monitor"]
    page.get_by_role("link", name="Somebody else").click()
    page.fill("#name", "colleague")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.get_by_test_id("person")).to_contain_text("Colleague Test")
    other = kiosk.new_context()
    other.add_cookies([before])
    assert other.request.get(f"{clinic.server.origin}/api/v1/sign-in").status == 401
    other.close()
    context.close()


def test_one_lock_empties_every_open_page_of_the_sign_in_and_one_password_fills_them_again(
    clinic: Clinic, kiosk: Browser
) -> None:
    session_id = clinic.book("4", "Iturralde")
    clinic.nurse.act(session_id, "check_in")
    nurse = Visitor(clinic.server, kiosk.new_context(viewport={"width": 1280, "height": 900}))
    board = nurse.sign_in("nurse")
    paths = (f"/sessions/{session_id}/prepare", f"/sessions/{session_id}/discharge", "/intake")
    pages = [nurse.open(path) for path in paths]
    for page in pages:
        expect(page.locator("body")).to_have_attribute("data-link", "live")
    prepare, discharge, _ = pages
    expect(prepare.get_by_test_id("start")).to_be_visible()
    monitor = clinic.monitor("4")
    monitor.says(hr=77)
    expect(prepare.locator("[data-vital=hr] .value")).to_have_text("77")
    lock(board)
    for page in pages:
        expect(page.get_by_test_id("lock-bar")).to_be_visible()
        assert [words for words in ("Nurse Test", "Iturralde", "M.I.") if words in page.content()] == []
    expect(prepare.get_by_test_id("start")).to_have_count(0)
    monitor.says(hr=79)
    expect(prepare.locator("[data-vital=hr] .value")).to_have_text("79")
    board.get_by_test_id("lock-password").fill(PASSWORD)
    board.get_by_test_id("unlock").click()
    for page in pages:
        expect(page.get_by_test_id("lock-bar")).to_be_hidden()
    expect(prepare.get_by_test_id("start")).to_be_visible()
    expect(discharge.locator("#initials")).to_have_text("M.I.")
    monitor.calm()
    assert [one for one in nurse.complaints if "423 (LOCKED)" not in one] == []
    nurse.context.close()
