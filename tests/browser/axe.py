"""axe-core at a page: what it calls serious, in every theme, with alarms of every look on the page.

Law: the alarms are drawn by the page's own scripts and styles, so that what is judged is what a nurse sees. Drawings of
curves are left out: they are an image with a name, and their numbers stand beside them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")
DRAW = (Path(__file__).parent / "drawn_alarms.js").read_text(encoding="utf-8")
THEME = "(theme) => void (document.documentElement.dataset.theme = theme)"
RUN = """async (rules) => {
  const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const context = { exclude: [[".main-svg"], [".spark"]] };
  const { violations } = await axe.run(context, { resultTypes: ["violations"], ...only });
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => ({ id, impact, at: node.target.join(" "), why: node.failureSummary })));
}"""


def draw_alarms(page: Page) -> None:
    """Put an alarm of every priority on a live page, unanswered and acknowledged."""
    page.evaluate(DRAW)


def complaints(page: Page) -> Iterator[str]:
    """What axe-core calls serious as the page stands; in the two other themes it judges the contrast alone."""
    page.emulate_media(reduced_motion="reduce")  # nothing is judged while it changes
    page.evaluate(AXE_SCRIPT)
    yield from _found(page, "dark", None)
    for theme in ("light", "contrast"):
        yield from _found(page, theme, ["color-contrast"])


def _found(page: Page, theme: str, rules: list[str] | None) -> Iterator[str]:
    page.evaluate(THEME, theme)
    found: list[dict[str, Any]] = page.evaluate(RUN, rules)
    for one in found:
        if one["impact"] in SERIOUS:
            yield f"{theme}: {one['id']} at {one['at']}: {one['why']}"
