"""A visit by clicks: planned, prepared, started, held, resumed, ended, and discharged by a signature."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.prepared import screen_and_prepare, take_chair
from tests.server import PASSWORD

pytestmark = pytest.mark.browser
SUMMED = ("Aldrete", "MPADSS")


def step(page: Page, name: str) -> object:
    return page.get_by_test_id(f"step-{name}")


def done(page: Page, name: str) -> None:
    expect(page.get_by_test_id(f"step-{name}")).to_have_attribute("data-done", "true")


def ask(page: Page, name: str) -> object:
    return page.locator(f"dialog[data-ask={name}]")


def test_nurse_and_physician_prepare_start_hold_resume_and_end_by_clicking(clinic: Clinic, visit: Visit) -> None:
    clinic.free("5")
    nurse, physician = visit("nurse"), visit("physician")
    page = nurse.open("/patients")
    for field, words in (("hospital_id", "B-9001"), ("family_name", "Sand"), ("given_name", "Ewa")):
        page.fill(f"#{field}", words)
    page.fill("#birth_date", "1967-04-09")
    page.get_by_role("button", name="Add the patient").click()
    expect(page.get_by_role("heading", name="Sand, Ewa")).to_be_visible()

    page.goto(f"{clinic.server.origin}/sessions")
    page.select_option("#patient", label="Sand, Ewa (B-9001, 1967-04-09)")
    page.select_option("#chair", label="5 · monitor BED5")
    page.fill("#at", "23:30")
    page.get_by_role("button", name="Plan the session").click()
    row = page.get_by_test_id("session-row").filter(has_text="Sand")
    row.get_by_role("button", name="Check in").click()
    expect(row).to_have_attribute("data-state", "preparing")
    session_id = int(row.get_attribute("data-session") or 0)
    clinic.measure_baseline("5")
    take_chair(clinic.nurse, session_id)

    row.get_by_role("link", name="Prepare").click()
    expect(page.get_by_test_id("missing").locator("li")).to_have_count(16)
    expect(page.get_by_role("button", name="Start infusion")).to_be_disabled()
    page.fill("[name=weight_kg]", "80")
    page.locator("[data-act=record_weight]").click()
    expect(ask(page, "confirm")).to_contain_text("Weight 80 kg.")
    ask(page, "confirm").get_by_role("button", name="Record").click()
    done(page, "weight")
    page.get_by_role("button", name="Confirm consent").click()
    done(page, "consent")
    expect(page.locator("[data-act=record_order]")).to_be_disabled()  # a nurse prescribes nothing

    doctor = physician.open(f"/sessions/{session_id}/prepare")
    for field, words in (("dose_mg_per_kg", "0,5"), ("over_min", "40"), ("concentration_mg_per_ml", "1")):
        doctor.fill(f"[name={field}]", words)
    expect(doctor.get_by_test_id("computed")).to_contain_text("60.0 mL/h")
    doctor.locator("[data-act=record_order]").click()
    expect(ask(doctor, "sign_order")).to_contain_text("40.0 mg, 40.0 mL, 60.0 mL/h")
    ask(doctor, "sign_order").get_by_label("Your password").fill(PASSWORD)
    ask(doctor, "sign_order").get_by_role("button", name="Sign this order").click()
    done(doctor, "order")
    done(page, "order")  # without a reload

    page.get_by_role("button", name="Capture baseline now").click()
    done(page, "baseline")
    expect(page.get_by_test_id("baseline")).to_contain_text("124/76")
    screen_and_prepare(clinic.nurse, session_id)
    checker = visit("colleague").open(f"/sessions/{session_id}/prepare")
    checker.get_by_role("button", name="I have checked it").click()
    done(page, "second_check")
    doctor.get_by_role("button", name="Clear for infusion").click()
    done(page, "physician_clearance")

    page.get_by_role("button", name="Start infusion").click()
    ask(page, "start").locator("[name=rate_ml_per_h]").fill("60")
    ask(page, "start").get_by_role("button", name="Next").click()
    expect(ask(page, "start")).to_contain_text("60.0 mL/h, that is 0.75 mg/kg/h: 40.0 mg in 40 min")
    ask(page, "start").get_by_role("button", name="Record the start").click()
    expect(page.get_by_test_id("state")).to_have_text("infusing")

    page.get_by_role("link", name="Live session").click()
    state = page.get_by_test_id("state")
    dose = page.get_by_test_id("dose")
    expect(dose).to_contain_text("60.0 mL/h")
    dose.get_by_role("button", name="Hold", exact=True).click()
    ask(page, "hold").get_by_role("button", name="Hold now").click()
    expect(ask(page, "hold")).to_contain_text("Choose or write a reason.")
    ask(page, "hold").get_by_role("radio", name="Nausea or vomiting").check()
    ask(page, "hold").get_by_role("button", name="Hold now").click()
    expect(state).to_have_text("held")
    expect(dose.get_by_role("button", name="Change rate")).to_be_disabled()

    dose.get_by_role("button", name="Resume").click()
    ask(page, "resume").locator("[name=rate_ml_per_h]").fill("45")
    ask(page, "resume").get_by_role("button", name="Next").click()
    expect(ask(page, "resume")).to_contain_text("0.0 → 45.0 mL/h")
    ask(page, "resume").get_by_role("button", name="Resume").click()
    expect(state).to_have_text("infusing")
    expect(dose).to_contain_text("45.0 mL/h")

    page.get_by_test_id("symptoms").get_by_role("button", name="Nausea").click()
    page.locator("#grade").get_by_role("button", name=re.compile("^1")).click()
    expect(page.locator("#symptom-said")).to_contain_text("Nausea grade 1 charted")

    dose.get_by_role("button", name="End").click()
    ask(page, "end_infusion").get_by_role("radio", name="Dose complete").check()
    ask(page, "end_infusion").get_by_role("button", name="Next").click()
    ask(page, "end_infusion").get_by_role("button", name="End the infusion").click()
    expect(state).to_have_text("observing")
    events = page.get_by_test_id("events")
    events.get_by_role("button", name="All events").click()
    for event in ("start", "hold", "resume", "end_infusion", "symptom"):
        expect(events.locator(f"[data-event={event}]")).to_have_count(1)
    assert nurse.complaints + physician.complaints == []


def test_who_looked_says_that_a_patient_of_a_like_name_is_somebody_else(clinic: Clinic, visit: Visit) -> None:
    known = {"hospital_id": "T-1", "family_name": "Twin", "given_name": "Ada", "birth_date": "1970-07-07"}
    clinic.nurse.post("/patients", {**known, "is_somebody_else": True})
    nurse = visit("nurse")
    page = nurse.open("/patients")
    box = page.get_by_test_id("somebody-else")
    for field, words in {**known, "hospital_id": "T-2"}.items():
        page.fill(f"#{field}", words)
    expect(box).to_be_hidden()
    page.get_by_role("button", name="Add the patient").click()
    expect(page.get_by_test_id("new-patient-said")).to_contain_text("Twin, Ada (T-1)")
    box.get_by_role("checkbox").check()
    page.fill("#given_name", "Adam")  # what was answered was asked of another name
    expect(box).to_be_hidden()
    page.get_by_role("button", name="Add the patient").click()
    box.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add the patient").click()
    expect(page.get_by_role("heading", name="Twin, Adam")).to_be_visible()
    nurse.complaints.clear()  # the browser tells of the two 409 that were asked for


def test_midnight_hides_nobody_who_is_still_in_the_clinic(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.book("4", "Nightingale", planned_days_ago=1)
    page = visit("nurse").open("/sessions")
    row = page.locator(f"[data-session='{session_id}']")
    expect(page.get_by_test_id("sessions")).to_be_visible()
    expect(row).to_have_count(0)  # expected yesterday, and never came
    clinic.nurse.act(session_id, "check_in")
    page.reload()
    expect(row).to_contain_text("Nightingale")
    expect(row).to_have_attribute("data-state", "preparing")
    clinic.nurse.act(session_id, "cancel", reason="not today")


def test_a_discharge_is_scored_confirmed_refused_while_open_and_signed_by_override(
    clinic: Clinic, visit: Visit
) -> None:
    session_id = clinic.observing("5")
    nurse = visit("nurse", 1024, 768)
    page = nurse.open(f"/sessions/{session_id}/discharge")
    scores = page.get_by_test_id("scores")
    for name in SUMMED:
        scores.get_by_role("button", name=f"Score {name}").click()
        page.locator("dialog[open]").get_by_role("button", name="All 2: save 10").click()
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(scores.locator(f"[data-score-row={name.lower()}] [data-score-total]")).to_have_text("10")
    scores.get_by_role("button", name="Score Gait").click()
    page.locator("dialog[open]").get_by_role("radio", name="2 steady, unaided or as before").click()
    expect(scores.locator("[data-score-row=gait] [data-score-total]")).to_have_text("2")

    confirm = page.get_by_test_id("confirmations")
    confirm.get_by_text("Written instructions given").click()
    expect(confirm.locator("[data-confirm=instructions_given]")).to_be_checked()
    confirm.get_by_text("Escort present").click()
    ask(page, "escort").locator("[name=escort]").fill("Jan Kowal")
    ask(page, "escort").get_by_role("button", name="Confirm").click()
    expect(confirm).to_contain_text("Jan Kowal")

    sign = page.get_by_test_id("sign")
    expect(sign).to_contain_text("criteria are still open")
    expect(sign.get_by_role("button", name="Sign discharge")).to_be_disabled()
    expect(sign.get_by_role("button", name="Override")).to_be_disabled()  # a nurse overrides nothing
    refused = page.evaluate(
        """async ([path, body]) => {
          const reply = await (await import("/static/js/acts.js")).postOnce(path, body);
          return [reply.status, reply.body.missing];
        }""",
        [f"sessions/{session_id}/discharge/sign", {"password": PASSWORD, "meaning": "discharge approved"}],
    )
    assert refused[0] == 422
    assert refused[1]
    nurse.complaints.clear()  # the browser tells of the 422 that was asked for

    physician = visit("physician", 1024, 768)
    doctor = physician.open(f"/sessions/{session_id}/discharge")
    doctor.get_by_test_id("sign").get_by_role("button", name="Override").click()
    override = ask(doctor, "override")
    override.locator("[name=reason]").fill("Lives next door, her sister is a nurse and stays with her")
    override.locator("[name=password]").fill(PASSWORD)
    override.locator("[name=second_name]").fill("nurse")
    override.locator("[name=second_password]").fill(PASSWORD)
    override.get_by_role("button", name="Sign the override").click()

    for seen in (doctor, page):
        expect(seen.get_by_test_id("state")).to_have_text("discharged")
        expect(seen.get_by_test_id("signed")).to_contain_text("Physician Test")
        expect(seen.get_by_test_id("sign").get_by_role("button", name="Sign discharge")).to_be_hidden()
    assert nurse.complaints + physician.complaints == []


def test_a_finished_session_is_shown_calmly_with_its_signature_and_no_acts(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.observing("4")
    signed = {
        "password": PASSWORD,
        "meaning": "discharge approved",
        "reason": "Her family waits for her",
        "second_person": {"name": "nurse", "password": PASSWORD},
    }
    physician = visit("physician")
    page = physician.open(f"/sessions/{session_id}/discharge")
    page.evaluate(
        """async ([path, body]) => {
          const reply = await (await import("/static/js/acts.js")).postOnce(path, body);
          if (!reply.ok) throw new Error(JSON.stringify(reply));
        }""",
        [f"sessions/{session_id}/discharge/override", signed],
    )
    nurse = visit("nurse")
    discharge = nurse.open(f"/sessions/{session_id}/discharge")
    record = discharge.get_by_test_id("signed")
    expect(record).to_contain_text("Physician Test")
    expect(record).to_contain_text("Fit to leave by physician override")
    expect(record).to_contain_text(re.compile(r"\d{1,2} \w+ \d{4}.*\d\d:\d\d:\d\d"))
    expect(discharge.get_by_test_id("scores").get_by_role("button").first).to_be_hidden()
    expect(discharge.get_by_role("link", name="Sheet to take home")).to_be_visible()
    sheet = nurse.open(f"/sessions/{session_id}/sheet?language=es").get_by_test_id("sheet")
    expect(sheet).to_contain_text("Physician Test")
    expect(sheet).to_contain_text("No conduzca")

    live = nurse.open(f"/sessions/{session_id}")
    expect(live.get_by_test_id("state")).to_have_text("discharged")
    expect(live.locator("[data-vital=hr] .value").first).to_have_text("–")
    for act in ("hold", "change_rate", "give_bolus", "end_infusion"):
        expect(live.locator(f".dose [data-act={act}]")).to_be_hidden()
    expect(live.get_by_test_id("symptoms")).to_be_hidden()
    assert nurse.complaints + physician.complaints == []
