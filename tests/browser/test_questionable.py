"""A number with evidence of an artefact stays on the screen, with a mark and the reason."""

import pytest
from playwright.sync_api import expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_questionable_number_stays_and_is_marked_on_board_and_session(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("3")
    nurse = visit("nurse")
    board, session = nurse.open("/"), nurse.open(f"/sessions/{session_id}")
    tile = board.locator("#chair-3 [data-vital=spo2]")
    number = session.locator("[data-testid=numbers] [data-vital=spo2]")
    expect(tile.locator(".value")).to_have_text("97")

    clinic.monitor("3").says(spo2=78)

    expect(tile).to_have_attribute("data-state", "questionable")
    expect(tile.locator(".value")).to_have_text("78")
    expect(tile.locator(".vital-foot")).to_have_text("? questionable")
    expect(number).to_have_attribute("data-state", "questionable")
    expect(number.locator(".value")).to_have_text("78")
    expect(number.locator(".base")).to_have_text("? sudden step")
    clinic.monitor("3").calm()
    expect(tile).to_have_attribute("data-state", "fresh")
    assert nurse.complaints == []
