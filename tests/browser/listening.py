"""A page whose loudspeaker is listened to: what it says it sounds, and what comes out."""

from collections.abc import Iterator

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import chromium
from tests.browser.clinic import Clinic
from tests.browser.visitor import Visitor

# What reaches the loudspeaker of a page, as the level of the last 40 ms.
TAP = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...rest) {
  if (to === this.context.destination && !(this.context instanceof OfflineAudioContext)) {
    globalThis.tap ??= this.context.createAnalyser();
    connect.call(this, globalThis.tap);
  }
  return connect.call(this, to, ...rest);
};
globalThis.level = () => {
  if (!globalThis.tap) return 0;
  const wave = new Float32Array(globalThis.tap.fftSize);
  globalThis.tap.getFloatTimeDomainData(wave);
  return Math.max(...wave.map(Math.abs));
};
"""
SOUNDS = "() => globalThis.level() > 0.1"
FREE = "--autoplay-policy=no-user-gesture-required"
ASKED = "--autoplay-policy=document-user-activation-required"


def heard(page: Page, kind: str) -> None:
    """It says so, and it comes out."""
    expect(page.locator("body")).to_have_attribute("data-sounding", kind)
    page.wait_for_function(SOUNDS, polling=20)


def quiet(page: Page) -> None:
    """It says so, and nothing comes out any more."""
    expect(page.locator("body")).not_to_have_attribute("data-sounding", "high")
    page.wait_for_function("() => !document.body.dataset.sounding && globalThis.level() < 0.001", polling=20)


def launched(beside: Browser, *arguments: str) -> Iterator[Browser]:
    """A second browser with its own word on what a page may sound without being asked."""
    own = beside.browser_type.launch(executable_path=chromium.find(), args=[*chromium.ARGUMENTS, *arguments])
    chromium.yield_to_servers()
    yield own
    own.close()


def sitting(browser: Browser, clinic: Clinic, name: str = "nurse") -> Visitor:
    """Somebody signed in at a page whose loudspeaker is listened to."""
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(TAP)
    visitor = Visitor(clinic.server, context)
    visitor.sign_in(name).close()
    return visitor
