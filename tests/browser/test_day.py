"""The day plan in a browser: moved by keys and by hand, refused with the next free time; the second of two is told."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.server import wait_for

pytestmark = pytest.mark.browser


def planned(clinic: Clinic, day: date, chair: str, hour: int) -> int:
    patient = {"hospital_id": f"D-{chair}{hour}", "family_name": "Kowal", "given_name": f"Maria{hour}"}
    patient_id = clinic.nurse.post("/patients", patient)["id"]
    at = datetime.combine(day, time(hour), UTC).isoformat()
    body = {"patient_id": patient_id, "chair_id": clinic.chair_id(chair), "scheduled_for": at}
    return int(clinic.nurse.post("/sessions", body)["id"])


def test_an_appointment_is_moved_by_keys_and_by_hand_and_what_is_taken_is_refused(clinic: Clinic, visit: Visit) -> None:
    day = (datetime.now(UTC) + timedelta(days=2)).date()  # nobody else's, also when midnight comes between
    first, second = planned(clinic, day, "1", 8), planned(clinic, day, "1", 12)
    page = visit("nurse").open(f"/day?day={day}")
    page.locator(f'.visit[data-session="{first}"]').focus()
    for _ in range(12 * 3):  # three hours by five minutes: into the visit after it
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.locator("#move [data-go]").click()
    expect(page.locator("#move .said")).to_contain_text(f"session {second}")
    page.locator("#move-free").click()
    page.locator("#move [data-go]").click()
    expect(page.locator("#walk-said")).to_contain_text("Moved.")
    expect(page.locator(f'.visit[data-session="{first}"] b')).to_have_text(re.compile("14:20"))

    there = page.locator(f'.day-track[data-chair="{clinic.chair_id("2")}"]').bounding_box()
    here = page.locator(f'.visit[data-session="{second}"]').bounding_box()
    assert there is not None
    assert here is not None
    page.mouse.move(here["x"] + 60, here["y"] + 20)
    page.mouse.down()
    page.mouse.move(here["x"] + 60, there["y"] + 20, steps=5)
    page.mouse.up()
    page.locator("#move [data-go]").click()
    wait_for(lambda: clinic.nurse.get(f"/sessions/{second}")["chair"] == "2")


def test_of_two_who_check_somebody_in_the_second_is_told(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.book("3")
    day = datetime.fromisoformat(clinic.nurse.get(f"/sessions/{session_id}")["scheduled_for"]).date()
    page = visit("nurse").open(f"/day?day={day}")  # not today's: midnight may have come between
    page.locator(f'.visit[data-session="{session_id}"]').click()
    clinic.nurse.act(session_id, "check_in")
    page.get_by_test_id("walk-check_in").click()
    expect(page.locator("#walk-said")).to_contain_text("acted first")
    expect(page.locator("#walk-body .chip")).to_have_attribute("data-state", "preparing")
    clinic.free("3")
