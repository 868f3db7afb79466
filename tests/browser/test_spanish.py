"""The pages in Spanish, as a nurse sees them on a phone: no English text is left, and an alarm names its vital too.

Law: the words looked for are those of the catalogues; what is Spanish for something else is no English.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from monitor.web.languages import PAGES, PHRASES, catalogue
from monitor.web.phrases import HOLE, said_in
from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.test_every_page import settled
from tests.web.test_phrases import SAID

pytestmark = pytest.mark.browser


def english() -> frozenset[str]:
    """Texts without holes whose Spanish is another word, written small."""
    texts = [one for domain in (PAGES, PHRASES) for one in catalogue("es", domain) or () if one.id and one.string]
    spanish = {str(one.string).casefold() for one in texts}
    plain = {str(one.id).casefold() for one in texts if not {"{", "%"} & set(str(one.id))}
    return frozenset(plain - spanish)


def left_in(page: Page) -> list[str]:
    lines = page.evaluate("document.body.innerText").split("\n")
    return sorted({line.strip() for line in lines} & {line for line in lines if line.strip().casefold() in ENGLISH})


def said_by(page: Page, sentences: list[str]) -> list[str]:
    """What the page itself makes of sentences of the server."""
    script = "async (all) => { const { spoken } = await import('/static/js/phrases.js'); return all.map(spoken); }"
    return list(page.evaluate(script, sentences))


ENGLISH = english()
# Every phrase with a number in each of its holes.
SENTENCES = [HOLE.sub("7.5", str(one.id)) for one in catalogue("es", PHRASES) or () if one.id] + list(SAID)


@pytest.fixture
def running(clinic: Clinic) -> Iterator[int]:
    session_id = clinic.infusing("4")
    clinic.monitor("4").says(rr=0.0)  # rings after its delay, while the pages are read
    yield session_id
    clinic.monitor("4").calm()
    clinic.free("4")


def test_a_nurse_who_chooses_spanish_reads_spanish_everywhere(clinic: Clinic, visit: Visit, running: int) -> None:
    nurse = visit("nurse", 390, 844)
    page = nurse.open("/")
    page.get_by_test_id("person").click()
    page.get_by_test_id("language").get_by_role("button", name="Español").click()
    try:
        expect(page.locator("html")).to_have_attribute("lang", "es")
        left = {}
        for path in (
            "/",
            f"/sessions/{running}",
            f"/sessions/{running}/discharge",
            "/sessions",
            "/day",
            "/intake",
            "/password",
        ):
            page.goto(f"{clinic.server.origin}{path}")
            settled(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
            left[path] = left_in(page)
        assert {path: found for path, found in left.items() if found} == {}
        page.goto(clinic.server.origin)
        expect(page.locator("#chair-4")).to_contain_text(
            re.compile("FR 0 ≤ 8|[Aa]pnea")
        )  # the slower the machine, the worse
        assert said_by(page, SENTENCES) == [said_in("es", one) for one in SENTENCES]
    finally:
        page.goto(clinic.server.origin)
        page.get_by_test_id("person").click()
        page.get_by_test_id("language").get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
