"""A recorded afternoon played again: the same alarms at the same times, marked REPLAY, without sound or acts."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from monitor.clock import system_clock
from monitor.security import records
from monitor.security.passwords import hash_now
from monitor.store.queries import alarms
from monitor.store.rows import Batch
from tests.browser.visitor import Visitor
from tests.recorder.house import open_house
from tests.recorder.test_replaying import an_afternoon
from tests.server import PASSWORD, Server

pytestmark = pytest.mark.browser
Raised = list[tuple[str, datetime]]


def record_an_afternoon(folder: Path) -> tuple[int, Raised]:
    """A session that is over, and when each of its alarms was raised, by its words."""
    with open_house(folder) as house:
        session_id = an_afternoon(house)
        house.act(session_id, "transfer", reason="another ward", service="ward", how="on_foot")
        hashed, at = hash_now(PASSWORD), system_clock().now()
        person_id = house.nurse.person_id
        house.store.write(
            Batch(acts=(lambda connection: records.choose_password(connection, person_id, hashed, at, "nurse"),))
        )
        stored = house.store.read(alarms, session_id)
    raised = [(event.words, event.at) for one in stored for event in one.events if event.event == "raised"]
    return session_id, sorted(raised, key=lambda one: one[1])


@pytest.fixture(scope="module")
def afternoon(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, int, Raised]]:
    folder = tmp_path_factory.mktemp("replay")
    session_id, raised = record_an_afternoon(folder)
    server = Server(folder, {"MONITOR_DATABASE_URL": f"sqlite:///{folder / 'record.db'}"}).start()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visitor = Visitor(server, context)
    visitor.sign_in("nurse").close()
    yield visitor, session_id, raised
    context.close()
    server.stop()


def clock_of(page: Page) -> str:
    return page.get_by_test_id("replay-clock").inner_text()


def test_every_stored_alarm_is_shown_from_the_second_it_was_raised_and_nothing_can_be_done_to_it(
    afternoon: tuple[Visitor, int, Raised],
) -> None:
    visitor, session_id, raised = afternoon
    page = visitor.open(f"/sessions/{session_id}/replay")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    expect(page.get_by_test_id("replay-mark")).to_contain_text("REPLAY")
    expect(page.locator("#fallen button")).to_have_count(len(raised))
    shown = page.locator("#fallen button time").all_inner_texts()
    assert shown == [f"{at:%H:%M:%S}" for _, at in raised]
    for words, at in raised:
        page.get_by_test_id("next-alarm").click() if clock_of(page) < f"{at:%H:%M:%S}" else None
        expect(page.get_by_test_id("replay-clock")).to_have_text(f"{at:%H:%M:%S}")
        expect(page.get_by_test_id("alarms")).to_contain_text(words)
    assert page.locator("#alarms button:visible").count() == 0
    (first_words, first_at) = raised[0]
    page.locator("#fallen button").first.click()
    page.locator("#back").click()
    expect(page.get_by_test_id("alarms")).not_to_contain_text(first_words)
    assert clock_of(page) < f"{first_at:%H:%M:%S}"
    page.get_by_role("button", name="60×").click()
    page.locator("body").press("k")
    expect(page.get_by_test_id("alarms")).to_contain_text(first_words)
    page.locator("body").press("k")
    stopped = clock_of(page)
    page.wait_for_timeout(600)
    assert clock_of(page) == stopped
    assert [one for one in asked if not one.startswith("GET") and "/sessions/" in one] == []
    assert not any("socket.io" in one or "/sounds/" in one for one in asked)
    assert visitor.complaints == []
    page.close()


def test_what_if_under_its_own_policy_every_alarm_stands_in_both_columns(
    afternoon: tuple[Visitor, int, Raised],
) -> None:
    visitor, session_id, raised = afternoon
    page = visitor.open(f"/sessions/{session_id}/what-if")
    page.get_by_role("button", name="Judge again").click()
    expect(page.get_by_test_id("pair")).to_have_count(len(raised))
    expect(page.get_by_test_id("counts")).to_contain_text(f"In both, alike: {len(raised)}")
    expect(page.get_by_test_id("unfaithful")).to_have_count(0)
    times = page.locator("[data-testid=pair] td:first-child").all_inner_texts()
    assert all(one <= other for one, other in pairwise(times))
    assert visitor.complaints == []
    page.close()
