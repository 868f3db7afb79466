"""A page whose server is silent: grey within 3 s, in words, and alive again by itself when the server is back."""

import os
import signal
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.faults]

GREY_WITHIN_MS = 3000
# The moment at which the page stopped calling itself live, on the clock this process shares with it.
WATCH_LINK = """() => {
  globalThis.greyAt = null;
  new MutationObserver(() => {
    if (document.body.dataset.link === "live") globalThis.greyAt = null;
    else globalThis.greyAt ??= Date.now();
  }).observe(document.body, { attributeFilter: ["data-link"] });
}"""
COLOURS = """(selector) => {
  const probe = document.createElement("i");
  probe.style.setProperty("color", "var(--stale)");
  document.body.append(probe);
  const stale = getComputedStyle(probe).color;
  probe.remove();
  return [...document.querySelectorAll(selector)].map((one) => getComputedStyle(one).color === stale);
}"""


def grey_after_ms(page: Page, stopped_at_ms: float) -> float:
    """How long after the stop the page went grey; every number of it is in the colour of what is not live."""
    page.wait_for_function("() => globalThis.greyAt !== null", polling=50)
    assert all(page.evaluate(COLOURS, "[data-vital] .value"))
    return float(page.evaluate("globalThis.greyAt")) - stopped_at_ms


def watched(page: Page) -> Page:
    expect(page.locator("[data-vital=hr] .value").first).to_have_text("72")
    expect(page.locator("body")).to_have_attribute("data-link", "live")
    assert not all(page.evaluate(COLOURS, "[data-vital] .value"))
    page.evaluate(WATCH_LINK)
    return page


def stop(clinic: Clinic, how: Callable[[], None], *pages: Page) -> None:
    stopped_at_ms = time.time() * 1000
    how()
    for page in pages:
        after_ms = grey_after_ms(page, stopped_at_ms)
        assert after_ms <= GREY_WITHIN_MS, f"{page.url} went grey after {after_ms:.0f} ms"
        expect(page.get_by_test_id("notice-lost")).to_contain_text("No connection to the server")
        expect(page.get_by_test_id("link")).to_contain_text("No connection")


def alive(clinic: Clinic, *pages: Page) -> None:
    """Live again without anybody touching the page, with new values."""
    for rate in (84, 72):
        clinic.monitor("1").says(hr=rate)
        for page in pages:
            expect(page.locator("[data-vital=hr] .value").first).to_have_text(str(rate))
    for page in pages:
        expect(page.locator("body")).to_have_attribute("data-link", "live")
        expect(page.get_by_test_id("notice-lost")).to_be_hidden()


def test_a_frozen_or_killed_server_greys_the_pages_which_come_back_by_themselves(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("1")
    nurse = visit("nurse")
    pages = [watched(nurse.open(path)) for path in ("/", f"/sessions/{session_id}")]
    process = clinic.server.process
    assert process is not None

    try:
        stop(clinic, lambda: os.kill(process.pid, signal.SIGSTOP), *pages)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    alive(clinic, *pages)

    stop(clinic, clinic.server.kill, *pages)
    for page in pages:  # after 10 s it is an alarm of the page's own
        expect(page.get_by_test_id("notice-lost")).to_have_attribute("data-kind", "alarm")
        expect(page.get_by_test_id("notice-lost")).to_contain_text("Watch the bedside monitor")
    if "on" in {page.locator("body").get_attribute("data-sound") for page in pages}:  # the one that sounds, sounds it
        assert "page" in {page.locator("body").get_attribute("data-sounding") for page in pages}
    clinic.server.start()
    alive(clinic, *pages)
    expect(pages[1].get_by_test_id("state")).to_have_text("infusing")
