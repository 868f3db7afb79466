"""The second step at a browser: asked for after the password, set up before anything else by who must have one."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from monitor.security.codes import step_of
from monitor.security.roles import Role
from monitor.web.headers import PERMISSIONS_POLICY
from tests.web.clinic import ORIGIN, Browser, Clinic, open_clinic

TEMPLATES = Path(__file__).parents[2] / "templates"
_SEED = re.compile(r'data-testid="seed">([A-Z2-7 ]+)<')
_CODES = re.compile(r"<li><code>([a-z0-9-]+)</code>")


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic in which physicians and administrators must have a second step, with the real pages."""
    with open_clinic(tmp_path, templates=TEMPLATES, required={Role.PHYSICIAN, Role.ADMINISTRATOR}) as opened:
        yield opened


def code(clinic: Clinic, seed: str) -> str:
    return pyotp.HOTP(seed).at(step_of(clinic.office.time.clock.now()))


def set_up_app(clinic: Clinic, browser: Browser) -> tuple[str, list[str]]:
    """Through the pages; the seed and the recovery codes."""
    seed = _SEED.search(browser.form("/second-step/app").text)
    assert seed
    bare = seed[1].replace(" ", "")
    codes = browser.form("/second-step/app/code", code=code(clinic, bare))
    assert codes.status_code == 200, codes.text
    browser.fetch_token("/second-step")
    return bare, _CODES.findall(codes.text)


def test_a_physician_without_one_is_led_to_set_it_up_and_can_do_nothing_else(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.PHYSICIAN)
    for path in ("/", "/sessions", "/patients"):
        assert browser.get(path).location == "/second-step", path
    reply = browser.get("/api/v1/chairs")
    assert (reply.status_code, reply.json["error"]) == (403, "not_allowed")
    assert "second step" in reply.json["message"]
    assert "Your role needs more than a password" in browser.get("/second-step").text
    _, codes = set_up_app(clinic, browser)
    assert len(codes) == 10
    assert browser.get("/").status_code == 200


def test_somebody_with_a_one_time_password_chooses_their_own_first(clinic: Clinic) -> None:
    clinic.office.hire("it", Role.ADMINISTRATOR, forced=True)
    browser = clinic.browser()
    assert browser.sign_in("it").location == "/password"
    assert browser.get("/second-step").location == "/password"
    assert browser.form("/password", current="quiet otters fold maps", new="seven grey herons sleeping").location == "/"
    assert browser.get("/").location == "/second-step"


def test_a_nurse_need_not_have_one_and_may(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    assert browser.get("/").status_code == 200
    set_up_app(clinic, browser)
    assert clinic.browser().sign_in("nurse").location == "/sign-in/second-step"


def test_the_password_leads_to_the_second_step_and_that_to_the_wanted_page(clinic: Clinic) -> None:
    seed, _ = set_up_app(clinic, clinic.signed_in(Role.PHYSICIAN))
    clinic.office.time.passed_s += 30
    browser = clinic.browser()
    assert browser.sign_in("physician", next="/patients?query=k").location == "/sign-in/second-step"
    assert browser.get("/").location == "/sign-in?next=/"
    wrong = browser.form("/sign-in/second-step", proof="000000")
    assert wrong.status_code == 401
    assert "This code is wrong" in wrong.text
    assert browser.form("/sign-in/second-step", proof=code(clinic, seed)).location == "/patients?query=k"
    assert browser.get("/").status_code == 200


def test_a_cookie_from_before_the_second_step_opens_nothing_after_it(clinic: Clinic) -> None:
    """Session fixation, once more: the half sign-in is another cookie and is used up."""
    seed, _ = set_up_app(clinic, clinic.signed_in(Role.PHYSICIAN))
    clinic.office.time.passed_s += 30
    browser, attacker = clinic.browser(), clinic.browser()
    browser.sign_in("physician")
    planted = browser.client.get_cookie("monitor", domain="127.0.0.1")
    assert planted is not None
    browser.form("/sign-in/second-step", proof=code(clinic, seed))
    attacker.client.set_cookie("monitor", planted.value, domain="127.0.0.1")
    assert attacker.get("/").status_code == 302
    clinic.office.time.passed_s += 30
    attacker.token = browser.fetch_token("/password")
    assert attacker.form("/sign-in/second-step", proof=code(clinic, seed)).status_code in (400, 401)


def test_whoever_used_a_recovery_code_is_told_and_shown_what_to_do(clinic: Clinic) -> None:
    _, codes = set_up_app(clinic, clinic.signed_in(Role.PHYSICIAN))
    browser = clinic.browser()
    browser.sign_in("physician")
    assert browser.form("/sign-in/second-step", proof=codes[3]).location == "/second-step"
    page = html.unescape(browser.get("/second-step").text)
    assert "You signed in with a recovery code" in page
    assert "9 of 10 are left" in page
    again = clinic.browser()
    again.sign_in("physician")
    assert again.form("/sign-in/second-step", proof=codes[3]).status_code == 401


def test_the_last_step_of_somebody_who_must_have_one_stays(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.PHYSICIAN)
    set_up_app(clinic, browser)
    reply = browser.form("/second-step/remove", which="app")
    assert reply.status_code == 422
    assert "add another first" in reply.text


def test_a_nurse_takes_hers_away_with_the_password_and_signs_in_without(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    set_up_app(clinic, browser)
    clinic.office.time.passed_s += 301
    assert browser.form("/second-step/remove", which="app", password="wrong").status_code == 422
    assert browser.form("/second-step/remove", which="app", password="quiet otters fold maps").status_code == 302
    assert clinic.browser().sign_in("nurse").location == "/"


def test_whoever_becomes_a_physician_sets_up_a_second_step_before_anything_else(clinic: Clinic) -> None:
    admin, nurse = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in()
    set_up_app(clinic, admin)
    hers = next(one["id"] for one in admin.get("/api/v1/people").json if one["name"] == "nurse")
    assert admin.post(f"/api/v1/people/{hers}/role", role="physician").status_code == 200
    assert nurse.get("/api/v1/chairs").status_code == 401
    again = clinic.browser()
    again.sign_in("nurse")
    assert again.get("/").location == "/second-step"


def test_who_reset_the_second_step_does_not_hand_out_a_password_by_disabling_and_enabling(clinic: Clinic) -> None:
    admin, physician = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in(Role.PHYSICIAN)
    set_up_app(clinic, admin)
    set_up_app(clinic, physician)
    theirs = next(one["id"] for one in admin.get("/api/v1/people").json if one["name"] == "physician")
    for act in ("reset-second-step", "disable"):
        assert admin.post(f"/api/v1/people/{theirs}/{act}").status_code == 200
    assert admin.post(f"/api/v1/people/{theirs}/enable").status_code == 422


def test_an_administrator_resets_it_and_sees_what_is_set_up_and_sets_nothing_up(clinic: Clinic) -> None:
    admin, physician = clinic.signed_in(Role.ADMINISTRATOR), clinic.signed_in(Role.PHYSICIAN)
    set_up_app(clinic, admin)
    set_up_app(clinic, physician)
    people = {one["name"]: one for one in admin.get("/api/v1/people").json}
    told = people["physician"]
    assert (told["app"], told["passkeys"], told["recovery_codes"], told["second_step_needed"]) == (True, 0, 10, True)
    assert admin.post(f"/api/v1/people/{people['administrator']['id']}/reset-second-step").status_code == 422
    assert admin.post(f"/api/v1/people/{told['id']}/reset-second-step").status_code == 200
    assert physician.get("/api/v1/chairs").status_code == 401
    assert admin.post(f"/api/v1/people/{told['id']}/reset").status_code == 422
    again = clinic.browser()
    assert again.sign_in("physician").location == "/"
    assert again.get("/").location == "/second-step"
    signed_in = admin.get(f"/api/v1/people/{told['id']}/sign-ins").json
    seen = {(one["second_step"], one["revoked_at"] is None) for one in signed_in}
    assert (len(signed_in), seen) == (3, {(None, True), ("app", False), (None, False)})


@pytest.mark.parametrize("which", ["", "x", "-1", "99", "1 OR 1=1"])
def test_what_is_not_theirs_is_not_removed(clinic: Clinic, which: str) -> None:
    browser = clinic.signed_in()
    set_up_app(clinic, browser)
    assert browser.form("/second-step/remove", which=which).status_code == 404
    assert clinic.browser().sign_in("nurse").location == "/sign-in/second-step"


def test_seed_and_codes_stand_in_one_answer_and_nowhere_else(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.PHYSICIAN)
    seed, codes = set_up_app(clinic, browser)
    for path in ("/second-step", "/", "/password"):
        page = browser.get(path).text
        assert seed not in page.replace(" ", "")
        assert not any(one in page for one in codes)
    assert browser.get("/second-step/app").status_code == 405


def test_passkeys_are_asked_for_by_our_own_pages_only(clinic: Clinic) -> None:
    assert "publickey-credentials-get=(self)" in PERMISSIONS_POLICY
    page = clinic.signed_in(Role.PHYSICIAN).form("/second-step/passkey").text
    assert '"id": "localhost"' in html.unescape(page)


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "x", '{"id":"x","rawId":"x","type":"y","response":{}}'])
def test_what_no_passkey_answered_is_refused_in_words(clinic: Clinic, answer: str) -> None:
    browser = clinic.signed_in(Role.PHYSICIAN)
    browser.form("/second-step/passkey")
    reply = browser.form("/second-step/passkey/answer", proof=answer, label="key")
    assert reply.status_code == 422
    assert "could not be added" in reply.text
    assert browser.get("/").location == "/second-step"


def test_a_page_of_another_site_starts_no_second_step(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    reply = browser.client.post(
        "/second-step/app",
        base_url=ORIGIN,
        data={"csrf_token": browser.token},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert reply.status_code == 403
