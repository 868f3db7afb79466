"""Who a patient is: registered once, corrected beside what was written, merged by whoever names both identifiers."""

from pathlib import Path

from monitor.security.roles import Role
from monitor.web.patient_pages import A_PAGE
from tests.web.clinic import Browser, Clinic, Settings, open_clinic

TEMPLATES = Path(__file__).parents[2] / "templates"

MARIA = {"hospital_id": "P-1", "family_name": "Muñoz", "given_name": "Maria", "birth_date": "1961-05-04"}


def added(browser: Browser, **changes: object):
    return browser.post("/api/v1/patients", **{**MARIA, **changes})


def test_a_like_name_born_on_the_same_day_is_named_before_a_second_entry_is_made(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    first = added(browser).json["id"]
    again = added(browser, hospital_id="P-2", family_name="Munos")
    assert (again.status_code, again.json["error"]) == (409, "conflict")
    assert again.json["current"] == {"possible_duplicates": [{"id": first, "hospital_id": "P-1"}]}
    assert added(browser, hospital_id="P-2", family_name="Munos", is_somebody_else=True).status_code == 201
    assert added(browser, hospital_id="P-3", family_name="Schmidt", given_name="Jan").status_code == 201
    assert added(browser, hospital_id="P-4", birth_date="1962-05-04").status_code == 201


def test_a_patient_comes_with_what_is_known_of_them_in_one_act_or_not_at_all(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    told = {
        "profile": {"diagnosis": "sarcoma", "pain_mechanism": "neuropathic", "oncologist": "Dr. Lind"},
        "allergies": [{"substance": "latex", "reaction": "rash"}, {"substance": "penicillin"}],
    }
    twice = [{"substance": "latex"}, {"substance": "Latex"}]
    assert added(browser, **{**told, "allergies": twice}).status_code == 422
    assert browser.get("/api/v1/patients").json == [], "nobody stands there without what was typed beside the name"
    made = added(browser, request_id="r-1", **told)
    assert (made.status_code, added(browser, request_id="r-1", **told).json) == (201, made.json)
    path = f"/api/v1/patients/{made.json['id']}"
    known = browser.get(f"{path}/profile").json
    assert (known["version"], known["diagnosis"], known["oncologist"]) == (1, "sarcoma", "Dr. Lind")
    assert browser.get(f"{path}/allergies").json["words"] == "latex (rash); penicillin"
    again = added(browser, request_id="r-2", **told)
    assert (again.status_code, again.json["current"]) == (409, {"patient_id": made.json["id"]})
    asked = added(browser, hospital_id="P-5", family_name="Lang", allergies=[]).json["id"]
    assert browser.get(f"/api/v1/patients/{asked}/allergies").json["status"] == "none_known"


def test_the_list_of_patients_has_pages_also_of_a_search(tmp_path: Path) -> None:
    with open_clinic(tmp_path, Settings(), TEMPLATES) as clinic:
        browser = clinic.signed_in()
        for number in range(A_PAGE + 1):
            added(
                browser, hospital_id=f"Q-{number}", family_name=f"Muñoz{number:02}", birth_date=f"{1900 + number}-01-01"
            )
        for first in (browser.get("/patients"), browser.form("/patients", query="munoz")):
            assert first.text.count('data-testid="patient-row"') == A_PAGE
        for last in (browser.form("/patients", query="munoz", page="2"), browser.form("/patients", page="99")):
            assert f"Muñoz{A_PAGE}" in last.text
            assert last.text.count('data-testid="patient-row"') == 1


def test_a_search_has_pages_and_says_how_many_there_are(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    for number in range(3):
        added(browser, hospital_id=f"Q-{number}", given_name=f"Zoe{number}", birth_date=f"196{number}-01-01")
    page = browser.get("/api/v1/patients?query=munoz&limit=2&offset=2")
    assert (page.headers["X-Total-Count"], [one["given_name"] for one in page.json]) == ("3", ["Zoe2"])


def test_a_correction_needs_a_reason_and_the_version_that_stands(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    patient_id = added(browser).json["id"]
    path = f"/api/v1/patients/{patient_id}/revisions"
    body = {"request_id": "c-1", "expected_version": 1, "family_name": "Becker", "reason": "married"}
    assert browser.post(path, **{**body, "reason": " "}).status_code == 400
    corrected = browser.post(path, **body)
    assert (corrected.status_code, corrected.json["family_name"], corrected.json["hospital_id"]) == (
        201,
        "Becker",
        "P-1",
    )
    assert browser.post(path, **body).json == corrected.json
    late = browser.post(path, **{**body, "request_id": "c-2", "family_name": "Meyer"})
    assert (late.status_code, late.json["current"]) == (409, {"version": 2})
    told = [(one["family_name"], one["reason"]) for one in browser.get(path).json]
    assert told == [("Muñoz", ""), ("Becker", "married")]


def test_a_profile_is_written_whole_beside_what_was_written_before(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    path = f"/api/v1/patients/{added(browser).json['id']}/profile"
    assert browser.get(path).json["version"] == 0
    body = {"request_id": "p-1", "expected_version": 0, "diagnosis": "sarcoma", "ecog": 2, "language": "es"}
    written = browser.post(path, **body)
    assert (written.status_code, written.json["version"], written.json["ecog"]) == (201, 1, 2)
    assert browser.post(path, **{**body, "request_id": "p-2"}).json["current"] == {"version": 1}
    assert browser.post(path, **{**body, "request_id": "p-3", "expected_version": 1, "ecog": 5}).status_code == 400


def test_a_merge_needs_both_identifiers_and_a_role_that_may(clinic: Clinic) -> None:
    nurse, charge = clinic.signed_in(), clinic.signed_in(Role.CHARGE_NURSE)
    kept = added(nurse).json["id"]
    duplicate = added(nurse, hospital_id="P-2", family_name="Munos", is_somebody_else=True).json["id"]
    path = f"/api/v1/patients/{kept}/merge"
    body = {
        "request_id": "m-1", "duplicate_id": duplicate, "hospital_id": "P-2", "family_name": "Munos",
        "reason": "typed twice",
    }  # fmt: skip
    assert nurse.post(path, **body).status_code == 403
    wrong = charge.post(path, **{**body, "family_name": "Muñoz"})
    assert (wrong.status_code, wrong.json["missing"]) == (422, ["hospital_id", "family_name"])
    assert charge.post(path, **body).json["id"] == kept
    assert charge.post(path, **{**body, "request_id": "m-2"}).status_code == 409
    assert [one["id"] for one in charge.get("/api/v1/patients?query=munos").json] == [kept]
