"""Reads what a page paints, four times a second, and judges it by what the monitor really said and when.

Law: what counts is the colour on the screen, not what the page believes of itself; the monitor says another heart rate
with every message, so that a painted number tells when it was measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

OLD_AFTER_S = 10.0
SILENT_AFTER_S = 3.0
LOOK_S = 0.75  # a tick of the page, a look of ours and a slow machine
DASH = "–"
SAMPLE = """([place, sleeps]) => {
  const probe = document.createElement("i");
  probe.style.setProperty("color", "var(--stale)");
  document.body.append(probe);
  globalThis.painted = [];
  globalThis.greyAt = null;
  new MutationObserver(() => {
    if (document.body.dataset.link === "live") globalThis.greyAt = null;
    else globalThis.greyAt ??= Date.now() / 1000;
  }).observe(document.body, { attributeFilter: ["data-link"] });
  let lookedAt = performance.now();
  let wokeAt = -Infinity;
  setInterval(() => {
    const now = performance.now();
    if (sleeps && now - lookedAt > 1000) wokeAt = now;
    lookedAt = now;
    if (now - wokeAt < 300) return;
    const stale = getComputedStyle(probe).color;
    for (const cell of document.querySelectorAll(`${place} [data-vital]`)) {
      const value = cell.querySelector(".value");
      if (!value) continue;
      const age = cell.querySelector(".age, .vital-foot");
      const live = getComputedStyle(value).color !== stale;
      const words = [cell.dataset.vital, value.textContent, live, age?.textContent ?? "", document.body.dataset.link];
      globalThis.painted.push([Date.now() / 1000, ...words]);
    }
  }, 250);
}"""


@dataclass(frozen=True)
class Painted:
    """One number on a screen at one moment (seconds of this machine's clock)."""

    at: float
    vital: str
    text: str
    live: bool
    age: str
    link: str


@dataclass(frozen=True)
class Fault:
    """A time in which nothing reached the page."""

    began_at: float
    ended_at: float


def look_at(page: Page, place: str, *, sleeps: bool = False) -> None:
    """Begin to read what stands in a part of the page, and to note when the page stops calling itself live.

    A page that `sleeps` is read again 0.3 s of its own running after it woke: a tick of it must have run first.
    """
    page.evaluate(SAMPLE, [place, sleeps])


def seen(page: Page) -> list[Painted]:
    """What was read since the last call."""
    read: list[Any] = page.evaluate("globalThis.painted.splice(0)")
    return [Painted(*one) for one in read]


def grey_at(page: Page) -> float:
    """When it stopped calling itself live (seconds of this machine's clock); waits until it has."""
    page.wait_for_function("() => globalThis.greyAt !== null", polling=50)
    return float(page.evaluate("globalThis.greyAt"))


def wrongs(painted: Sequence[Painted], said: Sequence[tuple[float, float]], faults: Sequence[Fault]) -> list[str]:
    """Each number that stood there as a live one and was not; `said`: when the monitor said which heart rate."""
    found = []
    for one in painted:
        if one.text == DASH:
            continue
        if not one.live:
            if one.link == "live" and not one.age:
                found.append(f"{one}: greyed without its age")
            continue
        if any(fault.began_at + SILENT_AFTER_S + LOOK_S < one.at < fault.ended_at for fault in faults):
            found.append(f"{one}: live while nothing came")
        if one.vital == "hr":
            measured = [at for at, rate in said if f"{rate:.0f}" == one.text and at <= one.at + 0.1]
            if not measured or one.at - max(measured) > OLD_AFTER_S + LOOK_S:
                found.append(f"{one}: older than it may be")
    return found
