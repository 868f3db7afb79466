"""Signing in at a browser, and what may not be smuggled past it."""

from pathlib import Path

import pytest
from itsdangerous import URLSafeTimedSerializer

from monitor.security.registry import SocketOwner
from monitor.security.roles import Role
from monitor.security.secrets import fingerprint
from tests.security.clinic import GOOD
from tests.web.clinic import ORIGIN, Clinic, Settings, open_clinic


def test_nobody_sees_a_page_before_signing_in_and_is_sent_there(clinic: Clinic) -> None:
    reply = clinic.browser().get("/sessions?day=2026-03-02")
    assert reply.status_code == 302
    assert reply.location == "/sign-in?next=/sessions?day%3D2026-03-02"


def test_the_right_password_leads_to_where_the_person_wanted_to_go(clinic: Clinic) -> None:
    clinic.office.hire("ana")
    reply = clinic.browser().sign_in("ana", next="/patients?query=k")
    assert (reply.status_code, reply.location) == (302, "/patients?query=k")


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "/a\nb", ""],
)
def test_a_link_cannot_lead_people_to_a_copy_after_signing_in(clinic: Clinic, target: str) -> None:
    clinic.office.hire("ana")
    assert clinic.browser().sign_in("ana", next=target).location == "/"


def test_a_wrong_password_shows_the_page_again_and_never_the_password(clinic: Clinic) -> None:
    clinic.office.hire("ana")
    reply = clinic.browser().sign_in("ana", "my wrong password")
    assert reply.status_code == 401
    assert "The name or the password is wrong." in reply.text
    assert "my wrong password" not in reply.text


def test_after_five_wrong_passwords_the_page_asks_for_patience(clinic: Clinic) -> None:
    clinic.office.hire("ana")
    browser = clinic.browser()
    for _ in range(5):
        assert browser.sign_in("ana", "wrong").status_code == 401
    reply = browser.sign_in("ana", GOOD)
    assert reply.status_code == 429
    assert "try again in 1 s" in reply.text


def test_the_cookie_is_strict_unreadable_by_scripts_and_holds_no_name(clinic: Clinic) -> None:
    clinic.office.hire("ana")
    cookie = clinic.browser().sign_in("ana").headers["Set-Cookie"]
    assert cookie.startswith("monitor=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_bound_to_this_host(tmp_path: Path) -> None:
    origin = "https://clinic.example"
    with open_clinic(tmp_path, Settings(secure=True, origins=(origin,))) as clinic:
        reply = clinic.app.test_client().get("/sign-in", base_url=origin)
        assert reply.headers["Set-Cookie"].startswith("__Host-monitor=")
        assert "; Secure;" in reply.headers["Set-Cookie"]
        assert reply.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_sign_in_planted_before_is_worth_nothing_afterwards(clinic: Clinic) -> None:
    """Session fixation: the attacker knows the cookie and the CSRF token the victim had before signing in."""
    clinic.office.hire("ana")
    browser = clinic.browser()
    planted_token = browser.fetch_token()
    planted = browser.client.get_cookie("monitor", domain="127.0.0.1")
    assert planted is not None
    browser.sign_in("ana")
    attacker = clinic.browser()
    attacker.client.set_cookie("monitor", planted.value, domain="127.0.0.1")
    assert attacker.get("/").status_code == 302
    browser.token = planted_token
    assert browser.post("/api/v1/patients", hospital_id="1", family_name="a", given_name="b").json["error"] == "csrf"


def forged(value: str, secret: str) -> dict[str, str]:
    """Cookies somebody makes who does not know the server's key, or knows no sign-in."""
    head, _, tail = value.rpartition(".")
    flipped = "A" if tail[0] != "A" else "B"
    claimed = {"_user_id": secret, "_fresh": True}
    signer = URLSafeTimedSerializer(
        "another key, as long as a key must be", salt="cookie-session", signer_kwargs={"key_derivation": "hmac"}
    )
    return {
        "another signature": f"{head}.{flipped}{tail[1:]}",
        "no signature": head,
        "another key": str(signer.dumps(claimed)),
        "plain words": '{"_user_id":"1"}',
        "the name alone": secret,
        "nothing": "",
    }


def test_a_forged_cookie_is_nobody(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.PHYSICIAN)
    cookie = browser.client.get_cookie("monitor", domain="127.0.0.1")
    assert cookie is not None
    with browser.client.session_transaction(base_url=ORIGIN) as kept:
        secret = str(kept["_user_id"])
    for what, value in forged(cookie.value, secret).items():
        forger = clinic.browser()
        forger.client.set_cookie("monitor", value, domain="127.0.0.1")
        assert forger.get("/api/v1/chairs").status_code == 401, what
    assert browser.get("/api/v1/chairs").status_code == 200


def test_a_cookie_of_the_right_key_needs_a_sign_in_that_stands(clinic: Clinic) -> None:
    """Whoever reads the database has the fingerprint of a sign-in only, which opens nothing."""
    browser = clinic.signed_in()
    with browser.client.session_transaction(base_url=ORIGIN) as kept:
        mark = fingerprint(kept["_user_id"])
    for name in (mark, "1", "", "' OR 1=1 --"):
        thief = clinic.browser()
        with thief.client.session_transaction(base_url=ORIGIN) as planted:
            planted["_user_id"] = name
        assert thief.get("/api/v1/chairs").status_code == 401


def test_signing_in_again_gives_another_sign_in(clinic: Clinic) -> None:
    clinic.office.hire("ana")
    browser = clinic.browser()
    browser.sign_in("ana")
    first = browser.client.get_cookie("monitor", domain="127.0.0.1")
    browser.form("/sign-out")
    browser.sign_in("ana")
    second = browser.client.get_cookie("monitor", domain="127.0.0.1")
    assert first is not None
    assert second is not None
    assert first.value != second.value


def test_a_stolen_cookie_is_worth_nothing_after_sign_out_and_live_pages_end(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    cookie = browser.client.get_cookie("monitor", domain="127.0.0.1")
    assert cookie is not None
    with browser.client.session_transaction(base_url=ORIGIN) as kept:
        mark = fingerprint(kept["_user_id"])
    closed: list[str] = []
    clinic.given.sockets.on_end(closed.append)
    clinic.given.sockets.add("sid", SocketOwner(mark, 1, "127.0.0.1"))
    reply = browser.form("/sign-out")
    assert reply.headers["Clear-Site-Data"]
    assert closed == ["sid"]
    thief = clinic.browser()
    thief.client.set_cookie("monitor", cookie.value, domain="127.0.0.1")
    assert thief.get("/api/v1/chairs").status_code == 401


def test_signing_out_needs_the_token_of_the_page(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    browser.token = ""
    assert browser.form("/sign-out").status_code == 400
    assert browser.get("/").status_code == 200


def test_a_one_time_password_opens_only_the_page_that_changes_it(clinic: Clinic) -> None:
    clinic.office.hire("ana", forced=True)
    browser = clinic.browser()
    assert browser.sign_in("ana").location == "/password"
    assert (browser.get("/").status_code, browser.get("/sessions").location) == (302, "/password")
    assert browser.get("/api/v1/chairs").status_code == 403
    assert browser.get("/api/v1/chairs").json["error"] == "not_allowed"
    assert browser.form("/password", current=GOOD, new="seven grey herons sleeping").status_code == 302
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "status"),
    [("wrong", "seven grey herons sleeping", 422), (GOOD, "short", 422), (GOOD, GOOD, 422)],
)
def test_a_password_is_not_changed_by_what_is_wrong_or_weak(
    clinic: Clinic, current: str, new: str, status: int
) -> None:
    browser = clinic.signed_in()
    reply = browser.form("/password", current=current, new=new)
    assert reply.status_code == status
    assert clinic.browser().sign_in("nurse", GOOD).status_code == 302


def test_a_disabled_person_is_out_at_the_next_request(clinic: Clinic) -> None:
    admin, nurse = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in()
    people = {one["name"]: one["id"] for one in admin.get("/api/v1/people").json}
    assert admin.post(f"/api/v1/people/{people['nurse']}/disable").status_code == 200
    assert nurse.get("/api/v1/chairs").status_code == 401


def test_an_administrator_cannot_disable_themselves(clinic: Clinic) -> None:
    admin = clinic.signed_in(Role.ADMINISTRATOR)
    mine = next(one["id"] for one in admin.get("/api/v1/people").json if one["name"] == "administrator")
    assert admin.post(f"/api/v1/people/{mine}/disable").status_code == 422
