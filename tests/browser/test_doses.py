"""Doses by clicks: a rail that asks why, a second person at the same screen, waste with a witness, a prediction."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from simulators.hl7_writer import Sender
from simulators.hl7_writer.infusion_pump import PumpState, report
from tests.browser.clinic import CHAIRS, Clinic
from tests.browser.conftest import Visit
from tests.browser.test_visit import ask
from tests.server import PASSWORD

pytestmark = pytest.mark.browser


def test_a_leap_of_the_rate_is_asked_for_its_reason_in_the_same_dialog(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("4")
    nurse = visit("nurse")
    page = nurse.open(f"/sessions/{session_id}")
    dose, dialog = page.get_by_test_id("dose"), ask(page, "change_rate")
    dose.get_by_role("button", name="Change rate").click()
    expect(dialog.locator("[name=reason]")).to_be_hidden()
    dialog.locator("[name=rate_ml_per_h]").fill("125")
    dialog.get_by_role("button", name="Next").click()
    dialog.get_by_role("button", name="Record this rate").click()
    expect(dialog.locator(".said")).to_contain_text("rate_ml_per_h 125 mL/h, 60.0 before")
    dialog.locator("[name=reason]").fill("pain, calm, as agreed")
    dialog.get_by_role("button", name="Next").click()
    dialog.get_by_role("button", name="Record this rate").click()
    expect(dialog).to_be_hidden()
    expect(dose).to_contain_text("125.0 mL/h")
    expect(page.get_by_test_id("predicted")).to_contain_text("ng/mL, predicted, not measured (Domino)")
    pump = page.get_by_test_id("pump")
    expect(pump).to_contain_text("No pump is heard")
    at = datetime.now(UTC)
    says = PumpState("Midazolam", 1.0, 80.0, True, 125.0, 125.0, 40.0, 3.0)
    answer = clinic.server.send(report(Sender(CHAIRS["4"]), "PUMP.1", at, says, identity="PUMP7"))[0]
    assert b"MSA|CA|" in answer, answer
    expect(pump.locator("[data-part=said]")).to_have_text(
        re.compile(r"pump\s*Midazolam\s*1 mg/mL\s*80 kg\s*125.0 mL/h\s*3.0 mL")
    )
    expect(pump).to_contain_text("Pump runs, at least since")
    expect(pump).to_contain_text("pump's drug is Midazolam, not ketamine")
    expect(pump).to_have_attribute("data-state", "old", timeout=20_000)  # it spoke once: 10 s later it is grey
    assert [said for said in nurse.complaints if "422" not in said] == []


def test_beyond_the_hard_rail_a_colleague_enters_their_password_at_the_same_screen(
    clinic: Clinic, visit: Visit
) -> None:
    session_id = clinic.infusing("4")
    physician = visit("physician")
    page = physician.open(f"/sessions/{session_id}")
    dose, dialog = page.get_by_test_id("dose"), ask(page, "give_bolus")

    def go() -> None:
        dialog.get_by_role("button", name="Next").click()
        dialog.get_by_role("button", name="Record this bolus").click()

    dose.get_by_role("button", name="Bolus").click()
    dialog.locator("[name=dose_mg]").fill("32")
    go()
    expect(dialog.locator(".said")).to_contain_text("bolus 0.40 mg/kg > 0.35")
    dialog.locator("[name=reason]").fill("breakthrough pain, airway at hand")
    dialog.locator("[name=second_name]").fill("nurse")
    dialog.locator("[name=second_password]").fill("not the password")
    go()
    expect(dialog.locator(".said")).to_contain_text("second person's name or password is wrong")
    dialog.get_by_role("button", name="Back").click()
    expect(dialog.locator("[name=second_password]")).to_have_value("")
    dialog.locator("[name=second_password]").fill(PASSWORD)
    go()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="All events").click()
    expect(page.get_by_test_id("events")).to_contain_text("Bolus 32")

    dose.get_by_role("button", name="Waste").click()
    witness = ask(page, "record_waste")
    witness.locator("[name=waste_mg]").fill("5")
    witness.locator("[name=second_name]").fill("nurse")
    witness.locator("[name=second_password]").fill(PASSWORD)
    witness.get_by_role("button", name="Next").click()
    expect(witness).to_contain_text("5 mg thrown away, seen by nurse.")
    witness.get_by_role("button", name="Record this waste").click()
    expect(page.get_by_test_id("dose-account")).to_contain_text("wasted 5.0 of 40.0 mg prepared")
    assert [said for said in physician.complaints if "422" not in said and "403" not in said] == []


def test_an_order_is_written_in_another_form_and_read_beside_the_guideline(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.book("4")
    clinic.nurse.act(session_id, "check_in")
    clinic.nurse.act(session_id, "record_weight", weight_kg=80.0)
    physician = visit("physician")
    page = physician.open(f"/sessions/{session_id}/prepare")
    page.get_by_test_id("order-form").select_option("rate_mcg_per_kg_min")
    for field, words in (("rate_mcg_per_kg_min", "12.5"), ("over_min", "40"), ("concentration_mg_per_ml", "1")):
        page.fill(f"[name={field}]", words)
    expect(page.get_by_test_id("computed")).to_contain_text("60.0 mL/h")
    expect(page.get_by_test_id("guideline")).to_contain_text("0.75 mg/kg/h (guideline 0.5–2: inside)")
    expect(page.get_by_test_id("guideline")).to_contain_text("40 mg (guideline at least 80: outside)")
    page.locator("[data-act=record_order]").click()
    expect(ask(page, "sign_order")).to_contain_text("12.5 µg/kg/min over 40 min at 1 mg/mL for 80 kg")
    ask(page, "sign_order").get_by_label("Your password").fill(PASSWORD)
    ask(page, "sign_order").get_by_role("button", name="Sign this order").click()
    expect(page.get_by_test_id("step-order")).to_have_attribute("data-done", "true")
    expect(page.get_by_test_id("step-order")).to_contain_text("order 12.5 µg/kg/min over 40 min")
    assert physician.complaints == []
