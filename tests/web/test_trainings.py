"""Trainings are recorded by somebody else, withdrawn with a reason, and warned of before they end."""

from datetime import date, timedelta

from monitor.security.roles import Role
from tests.security.clinic import START_AT
from tests.web.clinic import Browser, Clinic

TODAY = START_AT.date()


def id_of(office: Browser, name: str) -> int:
    return int(next(one["id"] for one in office.get("/api/v1/people").json if one["name"] == name))


def record(office: Browser, person_id: int, course: str, last: date, request_id: str = "t-1"):
    days = {"valid_from": str(last - timedelta(days=700)), "expires_on": str(last)}
    return office.post(f"/api/v1/people/{person_id}/trainings", request_id=request_id, course=course, **days)


def standing(office: Browser, name: str) -> dict[str, object]:
    return next(one for one in office.get("/api/v1/trainings").json["people"] if one["name"].startswith(name))


def test_a_training_is_recorded_once_audited_and_stands_in_the_list(clinic: Clinic) -> None:
    office, nurse = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in()
    person_id = id_of(office, "nurse")
    made = record(office, person_id, "acls", TODAY + timedelta(days=400))
    assert made.status_code == 201
    assert record(office, person_id, "acls", TODAY + timedelta(days=400)).json == made.json  # the same request
    stands = nurse.get("/api/v1/trainings/mine").json
    assert [one["course"] for one in stands["trainings"]] == ["acls"]
    assert [one["words"] for one in stands["lacks"]] == ["Moderate sedation: not recorded"]
    noted = office.get("/api/v1/audit?action=training_recorded").json
    assert [one["about"] for one in noted] == [f"person {person_id}"]


def test_nobody_records_their_own_and_a_nurse_records_nobodys(clinic: Clinic) -> None:
    office = clinic.signed_in(Role.CHARGE_NURSE)
    refused = record(office, id_of(office, "charge_nurse"), "acls", TODAY)
    assert (refused.status_code, refused.json["message"]) == (422, "Somebody else must record your training.")
    assert record(clinic.signed_in(), 1, "acls", TODAY).status_code == 403


def test_what_cannot_be_is_refused_with_a_sentence(clinic: Clinic) -> None:
    office, _ = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in()
    person_id = id_of(office, "nurse")
    assert record(office, person_id, "juggling", TODAY).json["missing"] == ["course"]
    for first, last, at in [("2026-03-02", "2026-03-01", "expires_on"), ("2026-01-01", "2062-01-01", "expires_on"),
                            ("2062-01-01", "2063-01-01", "valid_from")]:  # fmt: skip
        days = {"request_id": first, "course": "acls", "valid_from": first, "expires_on": last}
        assert office.post(f"/api/v1/people/{person_id}/trainings", **days).json["missing"] == [at]
    assert record(office, 999, "acls", TODAY).status_code == 404
    assert standing(office, "Nurse")["trainings"] == []


def test_a_withdrawn_training_counts_no_more_and_stays_with_its_reason(clinic: Clinic) -> None:
    office, _ = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in()
    made = record(office, id_of(office, "nurse"), "acls", TODAY + timedelta(days=400)).json["id"]
    assert office.post(f"/api/v1/trainings/{made}/withdraw", reason="  ").status_code in (400, 422)
    assert office.post(f"/api/v1/trainings/{made}/withdraw", reason="another nurse's certificate").status_code == 200
    assert office.post(f"/api/v1/trainings/{made}/withdraw", reason="again").status_code == 409
    stands = standing(office, "Nurse")
    assert [one["withdrawn_why"] for one in stands["trainings"]] == ["another nurse's certificate"]
    assert "acls" in [one["course"] for one in stands["lacks"]]


def test_an_end_in_thirty_days_is_said_quietly_to_its_owner_and_listed_for_the_office(clinic: Clinic) -> None:
    office, nurse = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in()
    person_id = id_of(office, "nurse")
    record(office, person_id, "acls", TODAY + timedelta(days=30), "a")
    record(office, person_id, "moderate_sedation", TODAY + timedelta(days=31), "b")
    assert [one["days_left"] for one in standing(office, "Nurse")["ending"]] == [30]
    said = "<p>Advanced cardiac life support (ACLS): last day 2026-04-01, 30 days left</p>"
    assert nurse.get("/trainings").text.count(said) == 2  # beside the name, and on the page
    record(office, person_id, "acls", TODAY + timedelta(days=700), "c")
    assert standing(office, "Nurse")["ending"] == []
    assert "days left" not in nurse.get("/trainings").text
