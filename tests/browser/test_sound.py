"""What is heard: the bursts themselves, the highest alarm and no other, pauses, one window a station, SOUND OFF."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.listening import ASKED, FREE, heard, launched, quiet, sitting

pytestmark = pytest.mark.browser

# Renders one burst without a loudspeaker: its pulses (start, length above half of its peak), pitch and loudness.
RENDER = """async (kind) => {
  const { playBurst } = await import("/static/js/burst.js");
  const rate = 8000, context = new OfflineAudioContext(1, rate * 4, rate);
  playBurst(context, context.destination, kind, 0.1);
  const wave = (await context.startRendering()).getChannelData(0);
  const peak = wave.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const window = 40, loud = [];
  for (let at = 0; at + window < wave.length; at += window) {
    let most = 0;
    for (let i = at; i < at + window; i += 1) most = Math.max(most, Math.abs(wave[i]));
    loud.push(most > peak / 2);
  }
  const pulses = [];
  loud.forEach((on, index) => {
    if (on && !loud[index - 1]) pulses.push({ at: index * window / rate, s: 0 });
    if (on) pulses.at(-1).s += window / rate;
  });
  const strength = (hz, at, s) => {
    let re = 0, im = 0;
    const from = Math.round(at * rate), n = Math.round(s * rate);
    for (let i = 0; i < n; i += 1) {
      const hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / n);
      re += hann * wave[from + i] * Math.cos(2 * Math.PI * hz * i / rate);
      im += hann * wave[from + i] * Math.sin(2 * Math.PI * hz * i / rate);
    }
    return 20 * Math.log10(Math.hypot(re, im) / n + 1e-9);
  };
  for (const pulse of pulses) {
    const [s, at] = [pulse.s - 0.03, pulse.at + 0.015];
    const stronger = (best, hz) => (strength(hz, at, s) > strength(best, at, s) + 1 ? hz : best);
    const found = [261.63, 329.63, 523.25].reduce(stronger);
    pulse.hz = found;
    pulse.harmonics = [2, 3, 4, 5].map((n) => strength(found * n, at, s) - strength(found, at, s));
  }
  return { peak, pulses };
}"""
HANG = "(ms) => void setTimeout(() => { const end = performance.now() + ms; while (performance.now() < end); })"

# The words stand no longer than the burst: pressed and read in one breath.
PRESSED = "(play) => { play.click(); return play.closest('dialog').querySelector('.said').textContent; }"
PROVED_LATE = """async () => {
  const { Sounder } = await import("/static/js/sounder.js");
  const sounder = new Sounder();
  await sounder.unlock();
  const end = performance.now() + 1600;
  while (performance.now() < end);
  return sounder.prove("low");
}"""


def kind_of(page: Page) -> str | None:
    return page.locator("body").get_attribute("data-sounding")


@pytest.fixture(scope="module")
def kiosk(browser: Browser) -> Iterator[Browser]:
    """A browser as a station has it: pages may sound without a gesture."""
    yield from launched(browser, FREE)


@pytest.fixture(scope="module")
def strict(browser: Browser) -> Iterator[Browser]:
    """A browser as it comes: no page sounds without a gesture."""
    yield from launched(browser, ASKED)


def test_each_burst_has_its_pulses_pitch_harmonics_and_loudness(visit: Visit) -> None:
    page = visit(None).open("/sign-in")
    made = {kind: page.evaluate(RENDER, kind) for kind in ("high", "medium", "low", "page")}
    assert {kind: len(one["pulses"]) for kind, one in made.items()} == {"high": 10, "medium": 3, "low": 2, "page": 3}
    assert made["high"]["peak"] >= made["medium"]["peak"] >= made["low"]["peak"] > 0.3
    assert made["high"]["peak"] <= 1.0
    for one in made.values():
        for pulse in one["pulses"]:
            assert 150 <= pulse["hz"] <= 1000
            assert all(-15 <= decibel <= 15 for decibel in pulse["harmonics"])
    assert [pulse["hz"] for pulse in made["low"]["pulses"]] == [329.63, 261.63]
    assert [pulse["hz"] for pulse in made["page"]["pulses"]] == [523.25, 261.63, 261.63]
    high = [pulse["at"] for pulse in made["high"]["pulses"]]
    gaps = [round(b - a - 0.15, 2) for a, b in pairwise(high)]
    assert gaps == pytest.approx([0.1, 0.1, 0.35, 0.1, 0.5, 0.1, 0.1, 0.35, 0.1], abs=0.011)
    assert all(0.075 <= pulse["s"] <= 0.2 for pulse in made["high"]["pulses"])
    assert all(0.125 <= pulse["s"] <= 0.25 for pulse in made["medium"]["pulses"] + made["low"]["pulses"])


def test_an_alarm_sounds_is_paused_breaks_through_and_is_quiet_everywhere_when_acknowledged(
    clinic: Clinic, kiosk: Browser
) -> None:
    session_id = clinic.infusing("2")
    monitor = clinic.monitor("2")
    nurse, colleague = sitting(kiosk, clinic), sitting(kiosk, clinic, "colleague")
    board, other = nurse.open("/"), colleague.open(f"/sessions/{session_id}")
    expect(board.get_by_test_id("sound-off")).to_be_hidden()
    expect(board.locator("body")).to_have_attribute("data-sound", "on")
    monitor.inflate(186, 94)
    for page in (board, other):
        heard(page, "high")
    board.get_by_test_id("sound-pause").click()
    for page in (board, other):
        quiet(page)
        expect(page.get_by_test_id("sound-pause")).to_contain_text("1:")
    monitor.says(hr=400)  # implausible: a new alarm breaks through
    for page in (board, other):
        heard(page, "high")
    other.locator("[data-testid=alarms] .strip", has_text="implausible").get_by_role("button").click()
    for page in (board, other):
        quiet(page)
    expect(other.get_by_test_id("chair-sound")).to_contain_text("End sound pause 1:")
    other.get_by_test_id("chair-sound").click()
    for page in (board, other):
        heard(page, "high")
    monitor.calm()
    monitor.inflate(124, 76)
    assert nurse.complaints == colleague.complaints == []
    nurse.context.close()
    colleague.context.close()


def test_sound_is_off_and_says_so_until_a_persons_gesture(clinic: Clinic, strict: Browser) -> None:
    nurse = sitting(strict, clinic)
    board = nurse.open("/")
    expect(board.locator("body")).to_have_attribute("data-link", "live")
    expect(board.get_by_test_id("sound-off")).to_be_visible()
    assert kind_of(board) is None
    board.get_by_test_id("sound-off").click()
    expect(board.get_by_test_id("sound-off")).to_be_hidden()
    expect(board.locator("body")).to_have_attribute("data-sound", "on")
    expect(board.get_by_test_id("sound-state")).not_to_contain_text("off")  # a pause of another test may still run
    nurse.context.close()


def test_one_window_of_a_station_sounds_and_another_takes_over_when_it_closes_or_hangs(
    clinic: Clinic, kiosk: Browser
) -> None:
    nurse = sitting(kiosk, clinic)
    pages = [nurse.open("/"), nurse.open("/")]
    states = "() => document.body.dataset.sound"
    for page in pages:
        page.wait_for_function("() => ['on', 'elsewhere'].includes(document.body.dataset.sound)")
    assert sorted(page.evaluate(states) for page in pages) == ["elsewhere", "on"]
    owner = next(page for page in pages if page.evaluate(states) == "on")
    [spare] = [page for page in pages if page is not owner]
    owner.evaluate(HANG, 3500)
    spare.wait_for_function("() => document.body.dataset.sound === 'on'", timeout=3000, polling=50)
    expect(owner.locator("body")).to_have_attribute("data-sound", "elsewhere")
    spare.close()
    owner.wait_for_function("() => document.body.dataset.sound === 'on'", timeout=3000, polling=50)
    nurse.context.close()


def test_a_page_that_is_late_does_not_call_its_own_sound_silent(clinic: Clinic, kiosk: Browser) -> None:
    page = kiosk.new_page()
    page.goto(f"{clinic.server.origin}/sign-in")
    assert page.evaluate(PROVED_LATE) is True
    page.close()


def test_a_sound_check_is_played_and_its_answer_recorded_by_name(clinic: Clinic, kiosk: Browser) -> None:
    clinic.empty()  # an alarm would cut it short, as it should
    nurse = sitting(kiosk, clinic)
    board = nurse.open("/")
    expect(board.locator("body")).to_have_attribute("data-sound", "on")
    expect(board.locator("body")).not_to_have_attribute("data-sounding", re.compile("."))
    board.get_by_test_id("sound-check").click()
    dialog = board.get_by_test_id("sound-check-dialog")
    said = dialog.locator("[data-check=play]").evaluate(PRESSED)
    assert said == "TEST: the High alarm plays now."
    expect(dialog.get_by_role("button", name="I heard it")).to_be_enabled()
    expect(dialog.locator(".said")).to_be_empty()
    dialog.get_by_role("button", name="I heard it").click()
    expect(dialog).to_be_hidden()
    expect(board.get_by_test_id("sound-check")).to_be_hidden()
    [station] = clinic.nurse.get("/stations")
    assert (station["sound"], station["check"]["by"], station["check"]["heard"]) == ("sounds", "Nurse Test", True)
    assert nurse.complaints == []
    nurse.context.close()
