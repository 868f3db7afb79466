"""What is told to the other system, on the devices page: calm when off; what stopped asks for a person."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

AT = "2026-03-05T13:00:00+00:00"
STOPPED = {
    "id": 7, "session_id": 3, "kind": "document", "control_id": "D7", "created_at": AT, "bytes": 900,
    "state": "stopped", "outcome": "stopped", "at": AT, "answer_code": "AR", "words": "<b>refused</b> three times",
}  # fmt: skip
LIST = {"on": True, "pending": 2, "stopped": 1, "sent": 40, "oldest_age_s": 300.0, "messages": [STOPPED]}


def test_nothing_is_sent_unless_it_is_switched_on_and_the_page_says_so(visit: Visit) -> None:
    charge_nurse = visit("colleague")
    page = charge_nurse.open("/intake")
    expect(page.get_by_test_id("outbox-state")).to_have_text(
        "Nothing is sent: no other system is named in the settings."
    )
    assert page.get_by_test_id("outgoing-row").count() == 0
    assert charge_nurse.complaints == []


def test_who_may_not_see_it_is_not_shown_it(visit: Visit) -> None:
    nurse = visit("nurse")
    page = nurse.open("/intake")
    expect(page.get_by_role("heading", name="Unknown devices")).to_be_visible()
    expect(page.get_by_test_id("devices-age")).to_contain_text("as of")
    assert page.get_by_test_id("outbox").count() == 0
    assert nurse.complaints == []


def test_a_stopped_message_is_sent_again_with_a_reason_after_it_was_read_back(visit: Visit) -> None:
    asked: list[object] = []
    charge_nurse = visit("colleague")
    page = _with_outbox(charge_nurse.open("/"), charge_nurse.server.origin, asked)
    row = page.get_by_test_id("outgoing-row")
    expect(row).to_contain_text("STOPPED: <b>refused</b> three times")
    expect(page.get_by_test_id("outbox")).to_contain_text("2 waiting · oldest 5 min ago · 1 stopped · 40 sent")
    row.get_by_role("button", name="Send D7 again").click()
    page.fill("dialog[open] [name=why]", "their mapping is mended")
    page.locator("dialog[open] [data-go]").click()
    expect(page.locator("dialog[open] .ask-confirm")).to_contain_text("the same bytes. Reason: their mapping is mended")
    assert asked == []
    page.locator("dialog[open] [data-go]").click()
    expect(page.get_by_test_id("devices-said")).to_have_text("D7 waits to be sent again.")
    assert asked == [{"reason": "their mapping is mended"}]


def _with_outbox(page: Page, origin: str, asked: list[object]) -> Page:
    """The page over an outbox that holds one stopped message."""

    def release(route: Route) -> None:
        asked.append(route.request.post_data_json)
        route.fulfill(status=200, content_type="application/json", body='{"state":"pending"}')

    page.route(
        "**/api/v1/outbox?*", lambda route: route.fulfill(content_type="application/json", body=json.dumps(LIST))
    )
    page.route("**/api/v1/outbox/7/release", release)
    page.goto(f"{origin}/intake")
    return page
