"""No number older than its limit is ever drawn as a live one, whatever stands still: every painted value is read."""

import os
import signal
import time

import pytest
from playwright.sync_api import expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.painted import Fault, Painted, look_at, seen, wrongs

pytestmark = [pytest.mark.browser, pytest.mark.faults]


def test_the_checker_finds_an_old_number_a_silent_server_and_a_missing_age() -> None:
    said = [(100.0, 71.0), (101.0, 72.0)]

    def one(at: float, text: str, *, live: bool, age: str = "", link: str = "live") -> Painted:
        return Painted(at, "hr", text, live, age, link)

    assert wrongs([one(102, "72", live=True), one(120, "72", live=False, age="19 s ago")], said, []) == []
    assert len(wrongs([one(112, "72", live=True)], said, [])) == 1
    assert len(wrongs([one(102, "75", live=True)], said, [])) == 1
    assert len(wrongs([one(112, "72", live=False)], said, [])) == 1
    assert len(wrongs([one(106, "72", live=True)], said, [Fault(101, 110)])) == 1


def stopped(clinic: Clinic, seconds: float) -> Fault:
    assert clinic.server.process is not None
    began_at = time.time()
    os.kill(clinic.server.process.pid, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        ended_at = time.time()
        os.kill(clinic.server.process.pid, signal.SIGCONT)
    return Fault(began_at, ended_at)


def test_no_painted_number_is_older_than_it_may_be(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("1")
    monitor, nurse = clinic.monitor("1"), visit("nurse")
    monitor.counts()
    places = {"/": "#chair-1", f"/sessions/{session_id}": ".numbers"}
    pages = {path: nurse.open(path) for path in places}
    for path, page in pages.items():
        expect(page.locator("body")).to_have_attribute("data-link", "live")
        expect(page.locator(f"{places[path]} [data-vital=hr] .value")).not_to_have_text("–")
        look_at(page, places[path])
    time.sleep(1.0)
    fault = stopped(clinic, 12.0)  # what was on its way then is older than its limit when it comes
    for page in pages.values():
        expect(page.locator("body")).to_have_attribute("data-link", "live")
    time.sleep(1.5)
    monitor.falls_silent(True)
    time.sleep(12.0)
    monitor.calm()
    monitor.falls_silent(False)
    for page in pages.values():
        painted = seen(page)
        rates = [one for one in painted if one.vital == "hr" and one.text != "–"]
        assert {one.live for one in rates if one.at > fault.ended_at} == {True, False}
        assert len({one.text for one in rates}) > 3
        assert wrongs(painted, monitor.said, [fault]) == []
