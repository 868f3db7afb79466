"""No number older than its limit is ever drawn as a live one, whatever stands still: every painted value is read.

Board, session page and wall display stand open through all tests of this file. A Chromium without windows ignores
`Page.setWebLifecycleState`; a tab is frozen here by stopping the process that draws it, which is what a sleeping laptop
does to it. MONITOR_FAULT_RUNS, whatever its number, makes every fault as long as the clinic may see it.
"""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.browser import cable
from tests.browser.bedside import Bedside
from tests.browser.cable import Cable
from tests.browser.clinic import Clinic
from tests.browser.painted import DASH, SILENT_AFTER_S, Fault, Painted, grey_at, look_at, seen, wrongs
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.faults]

LONG = "MONITOR_FAULT_RUNS" in os.environ
STOPPED_S = 30.0 if LONG else 0.0  # and until the page has sounded its own alarm
CUT_S = 43.0 if LONG else 4.0  # in the long form the server gives the pages up meanwhile
CHAIR = "1"


@dataclass
class Pages:
    """What stands open, and where its numbers are; `wall_processes` draw the display on the wall."""

    clinic: Clinic
    monitor: Bedside
    cable: Cable
    places: dict[str, tuple[Page, str]]
    wall_processes: list[int]
    faults: list[Fault] = field(default_factory=list)

    @property
    def all(self) -> list[Page]:
        return [page for page, _ in self.places.values()]

    def rate(self, page: Page) -> Locator:
        place = next(place for one, place in self.places.values() if one is page)
        return page.locator(f"{place} [data-vital=hr] .value")

    @contextlib.contextmanager
    def nothing_comes(self) -> Iterator[float]:
        """A time in which nothing reaches a page; gives its beginning."""
        began_at = time.time()
        yield began_at
        self.faults.append(Fault(began_at, time.time()))

    def grey(self, began_at: float) -> None:
        """Every page is, in time and in words."""
        for page in self.all:
            after_s = grey_at(page) - began_at
            assert after_s <= SILENT_AFTER_S, f"{page.url} went grey after {after_s:.2f} s"
            expect(page.get_by_test_id("notice-lost")).to_contain_text("No connection to the server")
            expect(page.get_by_test_id("link")).to_contain_text("No connection")

    def alive(self) -> None:
        """Again, without anybody touching a page, with new values."""
        for page in self.all:
            expect(page.locator("body")).to_have_attribute("data-link", "live")
            expect(page.get_by_test_id("notice-lost")).to_be_hidden()
            expect(self.rate(page)).not_to_have_text(DASH)
            expect(self.rate(page)).not_to_have_text(self.rate(page).inner_text())

    def judge(self) -> dict[str, list[Painted]]:
        """Fail for each number that was drawn as live and was not; the fault must have been seen at all."""
        read = {name: seen(page) for name, (page, _) in self.places.items()}
        for name, painted in read.items():
            rates = [one for one in painted if one.vital == "hr" and one.text != DASH]
            assert any(one.live for one in rates), name
            assert any(not one.live for one in rates), name
            assert len({one.text for one in rates}) > 1, name
            assert wrongs(painted, self.monitor.said, self.faults) == [], name
        return read


def drawing(browser: Browser) -> set[int]:
    """The processes that draw pages."""
    session = browser.new_browser_cdp_session()
    found = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return {one["id"] for one in found if one["type"] == "renderer"}


def hung(clinic: Clinic, visitor: Visitor) -> Page:
    """A display on the wall, enrolled with a code."""
    code = clinic.colleague.post("/displays", {"station": "A"})["code"]
    wall = visitor.open("/wall/enrol")
    wall.fill("#code", code)
    wall.get_by_role("button", name="Show the station here").click()
    expect(wall).to_have_url(f"{clinic.server.origin}/wall")
    return wall


@pytest.fixture(scope="module")
def pages(clinic: Clinic, browser: Browser) -> Iterator[Pages]:
    clinic.empty()
    session_id = clinic.book(CHAIR)
    clinic.nurse.act(session_id, "check_in")
    monitor = clinic.monitor(CHAIR)
    monitor.counts()
    with cable.laid() as laid, contextlib.ExitStack() as closing:

        def visitor() -> Visitor:
            context = browser.new_context(proxy={"server": laid.address}, viewport={"width": 1280, "height": 900})
            closing.callback(context.close)
            return Visitor(clinic.server, context)

        nurse = visitor()
        nurse.sign_in("nurse").close()
        board, session = nurse.open("/"), nurse.open(f"/sessions/{session_id}")
        before = drawing(browser)
        wall = hung(clinic, visitor())
        tile = f"#chair-{CHAIR}"
        places = {"board": (board, tile), "session": (session, ".numbers"), "wall": (wall, tile)}
        opened = Pages(clinic, monitor, laid, places, sorted(drawing(browser) - before))
        opened.alive()
        for name, (page, place) in places.items():
            look_at(page, place, sleeps=name == "wall")
        yield opened
        monitor.calm()


@dataclass
class Mail:
    """What the server sends to one page; while it `holds`, tiles wait here (`held`: those of the chair)."""

    holds: bool = False
    held: list[str] = field(default_factory=list)
    page: WebSocketRoute | None = None

    def between(self, page: WebSocketRoute) -> None:
        """Stand between the page and the server."""
        self.page = page
        page.connect_to_server().on_message(self._from_server)

    def _from_server(self, message: str | bytes) -> None:
        assert self.page is not None
        if not self.holds or not isinstance(message, str) or not message.startswith('42["tiles"'):
            self.page.send(message)
        elif _rate_in(message):
            self.held.append(message)

    @property
    def first_rate(self) -> str:
        """The heart rate of the frame that waited longest."""
        return _rate_in(self.held[0])

    def release_first(self) -> None:
        """Let it go on."""
        assert self.page is not None
        self.page.send(self.held[0])


def _rate_in(message: str) -> str:
    tiles = [one for one in json.loads(message[2:])[1]["tiles"] if one["chair"] == CHAIR]
    return f"{tiles[0]['numbers']['hr']['value']:.0f}" if tiles else ""


@contextlib.contextmanager
def stopped(*processes: int) -> Iterator[None]:
    """They stand still, and go on; a spare one of the browser may have ended meanwhile."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def test_the_checker_finds_an_old_number_a_silent_server_and_a_missing_age() -> None:
    said = [(100.0, 71.0), (101.0, 72.0)]

    def one(at: float, text: str, *, live: bool, age: str = "", link: str = "live") -> Painted:
        return Painted(at, "hr", text, live, age, link)

    assert wrongs([one(102, "72", live=True), one(120, "72", live=False, age="19 s ago")], said, []) == []
    assert len(wrongs([one(112, "72", live=True)], said, [])) == 1
    assert len(wrongs([one(102, "75", live=True)], said, [])) == 1
    assert len(wrongs([one(112, "72", live=False)], said, [])) == 1
    assert len(wrongs([one(106, "72", live=True)], said, [Fault(101, 110)])) == 1


def test_a_frozen_or_killed_server_greys_the_pages_which_come_back_by_themselves(pages: Pages) -> None:
    server = pages.clinic.server
    assert server.process is not None
    with pages.nothing_comes() as began_at, stopped(server.process.pid):
        pages.grey(began_at)
        for page in pages.all:  # after 10 s it is an alarm of the page's own
            expect(page.get_by_test_id("notice-lost")).to_have_attribute("data-kind", "alarm")
            expect(page.get_by_test_id("notice-lost")).to_contain_text("Watch the bedside monitor")
        if "on" in {page.locator("body").get_attribute("data-sound") for page in pages.all}:  # the one that sounds
            assert "page" in {page.locator("body").get_attribute("data-sounding") for page in pages.all}
        time.sleep(max(0.0, began_at + STOPPED_S - time.time()))
    pages.alive()  # what was on its way when the server stopped is older than its limit when it comes

    with pages.nothing_comes() as began_at:
        server.kill()
        pages.grey(began_at)
        server.start()
    pages.alive()
    pages.judge()


def test_a_value_that_waited_on_its_way_is_never_drawn_as_a_new_one(pages: Pages, browser: Browser) -> None:
    """As from a server that stood still between drawing a frame and sending it: every heartbeat since is new."""
    mail = Mail()
    with contextlib.closing(browser.new_context()) as context:
        context.route_web_socket("**/socket.io/**", mail.between)
        nurse = Visitor(pages.clinic.server, context)
        nurse.sign_in("nurse").close()
        board = nurse.open("/")
        rate = board.locator(f"#chair-{CHAIR} [data-vital=hr] .value")
        expect(rate).not_to_have_text(DASH)
        mail.holds = True
        board.wait_for_timeout(3000)
        drawn = rate.inner_text()
        look_at(board, f"#chair-{CHAIR}")
        mail.release_first()
        expect(rate).not_to_have_text(drawn)
        board.wait_for_timeout(500)
        rates = {one.text for one in seen(board) if one.vital == "hr"}
        assert mail.first_rate not in rates - {drawn}


def test_a_cable_pulled_out_greys_the_pages_and_what_comes_late_is_never_drawn_as_new(pages: Pages) -> None:
    """Which is also what a page meets that stopped reading: all that was sent meanwhile comes at once."""
    with pages.nothing_comes() as began_at, pages.cable.pulled_out():
        pages.grey(began_at)
        time.sleep(max(0.0, began_at + CUT_S - time.time()))
    pages.alive()
    pages.judge()


def test_a_monitor_that_says_nothing_greys_its_numbers_on_pages_awake_and_on_one_that_slept(pages: Pages) -> None:
    wall, _ = pages.places["wall"]
    pages.monitor.falls_silent(True)
    silent_at = time.time()
    time.sleep(1.0)
    with stopped(*pages.wall_processes):
        for page in pages.all:
            if page is not wall:
                expect(pages.rate(page).locator("xpath=..")).to_have_attribute("data-state", "old")
        time.sleep(max(0.0, silent_at + 11.0 - time.time()))
    expect(pages.rate(wall).locator("xpath=..")).to_have_attribute("data-state", "old")
    pages.monitor.falls_silent(False)
    pages.alive()
    looks = [one.at for one in pages.judge()["wall"]]
    assert max(after - before for before, after in pairwise(looks)) > 8.0  # it really slept
