"""Break-glass at a browser: in without the second step, seen by everybody, unable to sign or edit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.security.roles import Role
from tests.security.clinic import GOOD
from tests.web.clinic import Clinic, open_clinic

TEMPLATES = Path(__file__).parents[2] / "templates"
WORDS = "Read the trail: two alarms seen."


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic in which physicians and administrators must have a second step, with the real pages."""
    with open_clinic(tmp_path, templates=TEMPLATES, required={Role.PHYSICIAN}) as opened:
        yield opened


def test_a_physician_who_cannot_show_the_second_step_is_in_with_a_password_and_a_reason(clinic: Clinic) -> None:
    browser = clinic.with_broken_glass()
    for path in ("/", "/patients", "/sessions", "/api/v1/chairs"):
        assert browser.get(path).status_code == 200, path
    assert 'id="break-glass"' in browser.get("/").text


def test_it_neither_edits_nor_signs_nor_changes_what_its_person_proves(clinic: Clinic) -> None:
    session = clinic.session(clinic.signed_in(Role.NURSE))
    browser = clinic.with_broken_glass()
    second = {"name": "nurse", "password": GOOD}
    signatures = {"sign": {"password": GOOD}, "override": {"password": GOOD, "reason": WORDS, "second_person": second}}
    assert browser.post("/api/v1/patients", hospital_id="P9", family_name="K", given_name="M").status_code == 403
    event = {"event": "note", "request_id": "r1", "expected_version": 0, "text": "seen"}
    assert browser.send("POST", f"/api/v1/sessions/{session}/events", event).status_code == 403
    for what, signature in signatures.items():
        reply = browser.send("POST", f"/api/v1/sessions/{session}/discharge/{what}", signature)
        assert reply.status_code == 403, reply.text
    for path in ("/password", "/second-step"):
        assert browser.get(path).status_code == 403, path
    assert browser.form("/second-step/app", current=GOOD).status_code == 403
    assert browser.form("/password", current=GOOD, new="seven grey herons sleeping").status_code == 403
    assert browser.form("/pin", current=GOOD, pin="739164").status_code == 403


def test_everybody_sees_it_and_a_wall_and_a_locked_page_see_no_name(clinic: Clinic) -> None:
    clinic.with_broken_glass("emergency")
    (seen,) = clinic.signed_in(Role.NURSE).get("/api/v1/break-glass").json
    assert (seen["by"], seen["open"], seen["may_review"]) == ("Emergency RN", True, False)
    assert "chair 4" in seen["reason"]
    browser = clinic.signed_in(Role.CHARGE_NURSE)
    browser.post("/api/v1/sign-in/lock")
    for nameless in (browser, clinic.signed_in(Role.STATION_DISPLAY)):
        (seen,) = nameless.get("/api/v1/break-glass").json
        assert ("Emergency" in seen["by"], seen["reason"], seen["may_review"]) == (False, None, False)


def test_another_person_closes_the_review_on_its_page(clinic: Clinic) -> None:
    clinic.with_broken_glass("emergency")
    browser = clinic.signed_in(Role.CHARGE_NURSE)
    assert "chair 4" in browser.get("/break-glass/review").text
    assert browser.form("/break-glass/review", opening="1", words="short").status_code == 422
    assert browser.form("/break-glass/review", opening="1", words=WORDS).status_code == 302
    assert "Nothing waits" in browser.get("/break-glass/review").text
    assert browser.get("/api/v1/break-glass").json[0]["reviewed"] is True
    (past,) = browser.get("/api/v1/break-glass/reviews").json
    assert (past["by"], past["words"], past["reviewed_by"]) == ("Emergency RN", WORDS, "Charge_Nurse RN")
    assert WORDS in browser.get("/break-glass/review").text
    assert clinic.signed_in(Role.NURSE).get("/api/v1/break-glass/reviews").status_code == 403


def test_a_refusal_keeps_what_was_typed_but_the_password(clinic: Clinic) -> None:
    clinic.office.hire("ana")
    browser = clinic.browser()
    browser.fetch_token("/break-glass")
    reply = browser.form("/break-glass", name="ana", password="wrong password", reason="phone lost again")
    assert "phone lost again" in reply.text
    assert "wrong password" not in reply.text.split("<form")[1]
    assert browser.get("/").status_code == 302
