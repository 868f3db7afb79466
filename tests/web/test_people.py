"""What an administrator may do about a person, and what it ends."""

from monitor.security.roles import Role
from tests.web.clinic import Browser, Clinic


def id_of(admin: Browser, name: str) -> int:
    return int(next(one["id"] for one in admin.get("/api/v1/people").json if one["name"] == name))


def noted(admin: Browser, action: str) -> list[dict[str, object]]:
    return [one["facts"] for one in admin.get(f"/api/v1/audit?action={action}").json]


def test_another_role_counts_from_the_next_sign_in_and_those_from_before_are_over(clinic: Clinic) -> None:
    admin, nurse = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in()
    person_id = id_of(admin, "nurse")
    assert admin.post(f"/api/v1/people/{person_id}/role", role="charge_nurse").status_code == 200
    assert nurse.get("/api/v1/chairs").status_code == 401
    again = clinic.browser()
    again.sign_in("nurse")
    assert again.get("/api/v1/people").status_code == 200
    assert noted(admin, "role_changed") == [{"before": "nurse", "role": "charge_nurse"}]


def test_nobody_changes_their_own_role_or_makes_a_person_a_display_or_a_program(clinic: Clinic) -> None:
    admin = clinic.signed_in(Role.ADMINISTRATOR)
    clinic.office.hire("ana")
    mine, hers = id_of(admin, "administrator"), id_of(admin, "ana")
    for person_id, role in [(mine, "nurse"), (hers, "station_display"), (hers, "integration"), (hers, "nurse")]:
        assert admin.post(f"/api/v1/people/{person_id}/role", role=role).status_code == 422
    assert noted(admin, "role_changed") == []


def test_somebody_disabled_comes_back_with_a_one_time_password_and_nothing_from_before(clinic: Clinic) -> None:
    admin, nurse = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in()
    person_id = id_of(admin, "nurse")
    assert admin.post(f"/api/v1/people/{person_id}/enable").status_code == 422  # she is not disabled
    admin.post(f"/api/v1/people/{person_id}/disable")
    given = admin.post(f"/api/v1/people/{person_id}/enable").json["one_time_password"]
    assert nurse.get("/api/v1/chairs").status_code == 401
    assert clinic.browser().sign_in("nurse").status_code == 401
    back = clinic.browser()
    assert back.sign_in("nurse", given).status_code == 302
    assert back.get("/").location == "/password"
    assert len(noted(admin, "person_enabled")) == 1


def test_a_program_that_was_disabled_stays_so_because_its_token_would_hold_again(clinic: Clinic) -> None:
    admin = clinic.signed_in(Role.ADMINISTRATOR)
    assert admin.post("/api/v1/tokens", name="lab", role="nurse").status_code == 201
    program = id_of(admin, "program lab")
    assert admin.post(f"/api/v1/people/{program}/disable").status_code == 200
    assert admin.post(f"/api/v1/people/{program}/enable").status_code == 404
    assert admin.post(f"/api/v1/people/{program}/role", role="physician").status_code == 404


def test_a_nurse_changes_nobodys_role_and_enables_nobody(clinic: Clinic) -> None:
    admin, nurse = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in()
    mine = id_of(admin, "nurse")
    assert nurse.post(f"/api/v1/people/{mine}/role", role="physician").status_code == 403
    assert nurse.post(f"/api/v1/people/{mine}/enable").status_code == 403
