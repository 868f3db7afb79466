"""What holds for every route there is, found by asking the application and not by remembering."""

import re
from collections.abc import Iterator

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Rule

from monitor.security.roles import MAY, Role
from monitor.web.doors import Door, door_of, open_to_all
from monitor.web.headers import CONTENT_SECURITY_POLICY
from tests.web.clinic import BUILD, ORIGIN, Browser, Clinic

WATCHED = {"/healthz", "/readyz", "/metrics"}
WALL = {"/wall/enrol", "/wall/offline", "/wall-worker.js"}
OPEN = {"/sign-in", "/break-glass", "/sign-in/second-step", "/csp-report", "/api/v1/openapi.json"} | WATCHED | WALL

# At a locked sign-in: what opens it, and what shows numbers and alarms without a name.
WHILE_LOCKED = {
    "/", "/sign-out", "/api/v1/sign-in", "/api/v1/sign-in/lock", "/api/v1/sign-in/unlock", "/api/v1/break-glass",
    "/api/v1/sessions/<int:session_id>/figure",
}  # fmt: skip


def routes(clinic: Clinic) -> Iterator[tuple[Rule, str]]:
    for rule in clinic.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def door(clinic: Clinic, rule: Rule) -> Door:
    found = door_of(clinic.app.view_functions[rule.endpoint])
    assert found is not None, f"{rule.rule} declares no action"
    return found


def path_of(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", "1", rule.rule)


def unchecked(clinic: Clinic) -> list[str]:
    """Routes that declare no action, or are open and not on the short list."""
    found = []
    for rule, _ in routes(clinic):
        declared = door_of(clinic.app.view_functions[rule.endpoint])
        known = declared is not None and (declared.action is not None or (rule.rule in OPEN and declared.why_open))
        if rule.endpoint != "static" and not known:
            found.append(rule.rule)
    return found


def test_every_route_declares_its_action_or_is_on_the_short_open_list(clinic: Clinic) -> None:
    assert unchecked(clinic) == []
    assert all(door(clinic, rule).action is None for rule, _ in routes(clinic) if rule.rule in OPEN)


def test_a_route_that_checks_nothing_is_found(clinic: Clinic) -> None:
    clinic.app.add_url_rule("/bare", "bare", lambda: "Maria Kowal")
    clinic.app.add_url_rule("/forgotten", "forgotten", open_to_all("No reason that counts.")(lambda: "Maria Kowal"))
    assert unchecked(clinic) == ["/bare", "/forgotten"]


def test_a_locked_sign_in_is_answered_by_the_routes_of_a_short_list_and_by_no_other(clinic: Clinic) -> None:
    doors = {rule.rule: door(clinic, rule) for rule, _ in routes(clinic) if rule.endpoint != "static"}
    assert {path for path, declared in doors.items() if declared.while_locked} == WHILE_LOCKED
    browser = clinic.signed_in(Role.ADMINISTRATOR)
    browser.post("/api/v1/sign-in/lock")
    for path, declared in doors.items():
        rule = next(rule for rule, method in routes(clinic) if rule.rule == path)
        if declared.action is None or declared.while_locked or "GET" not in (rule.methods or set()):
            continue
        answer = browser.get(path_of(rule))
        assert answer.status_code == (423 if path.startswith("/api/") else 302), path


def test_a_route_that_changes_something_is_never_asked_by_get(clinic: Clinic) -> None:
    for rule, method in routes(clinic):
        if rule.endpoint != "static" and door(clinic, rule).body is not None:
            assert method in ("POST", "PUT"), rule.rule


def test_nobody_gets_anything_without_signing_in(clinic: Clinic) -> None:
    browser = clinic.browser()
    browser.fetch_token()
    for rule, method in routes(clinic):
        if rule.endpoint == "static" or rule.rule in OPEN:
            continue
        reply = browser.send(method, path_of(rule), {}) if method != "GET" else browser.get(path_of(rule))
        expected = 401 if method != "GET" or rule.rule.startswith("/api/") else 302
        assert reply.status_code == expected, f"{method} {rule.rule}"


@pytest.mark.parametrize("role", list(Role))
def test_the_table_of_roles_is_what_the_server_does(clinic: Clinic, role: Role) -> None:
    browser = clinic.signed_in(role)
    for rule, method in routes(clinic):
        if rule.endpoint in ("static", "pages.sign_out") or rule.rule in (*OPEN, "/api/v1/sign-in/lock"):
            continue
        action = door(clinic, rule).action
        assert action is not None
        reply = browser.send(method, path_of(rule), {}) if method != "GET" else browser.get(path_of(rule))
        assert (reply.status_code == 403) == (role not in MAY[action]), (
            f"{role} {method} {rule.rule} {reply.status_code}"
        )
        assert reply.status_code < 500, f"{method} {rule.rule}: {reply.text}"


def test_every_write_without_the_pages_token_is_refused(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.PHYSICIAN)
    browser.token = "wrong"
    for rule, method in routes(clinic):
        if method == "GET" or rule.endpoint == "pages.csp_report":
            continue
        reply = browser.send(method, path_of(rule), {})
        assert reply.status_code == 400, f"{method} {rule.rule}"


def every_answer(clinic: Clinic, browser: Browser) -> Iterator[tuple[str, dict[str, str]]]:
    for rule, method in routes(clinic):
        if rule.endpoint == "pages.sign_out":
            continue
        reply = browser.send(method, path_of(rule), {}) if method != "GET" else browser.get(path_of(rule))
        yield f"{method} {rule.rule}", dict(reply.headers)
    for path in ("/nothing", "/api/v1/nothing", "/static/nothing.js", "/sessions/99999999", "/api/v1/sessions/1/x"):
        yield path, dict(browser.get(path).headers)
    yield "wrong method", dict(browser.send("DELETE", "/api/v1/patients", {}).headers)
    yield "foreign host", dict(browser.client.get("/", base_url="http://evil.example").headers)


@pytest.mark.parametrize("signed_in", [True, False])
def test_every_answer_carries_the_security_headers_and_is_not_kept(clinic: Clinic, signed_in: bool) -> None:
    browser = clinic.signed_in() if signed_in else clinic.browser()
    for where, headers in every_answer(clinic, browser):
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, where
        assert headers["X-Content-Type-Options"] == "nosniff", where
        assert headers["Referrer-Policy"] == "no-referrer", where
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", where
        assert "screen-wake-lock=(self)" in headers["Permissions-Policy"], where
        assert headers["Cache-Control"] == "no-store", where
        assert "Strict-Transport-Security" not in headers, where
        assert "Server" not in headers, where
        assert "Access-Control-Allow-Origin" not in headers, where


def test_the_content_policy_allows_nothing_inline_and_nobody_elses() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; ")
    for rule in (
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert rule in CONTENT_SECURITY_POLICY


def test_a_static_file_is_kept_only_when_asked_for_by_this_build(clinic: Clinic) -> None:
    browser = clinic.browser()
    assert "immutable" in browser.get(f"/static/css/base.css?v={BUILD}").headers["Cache-Control"]
    assert browser.get("/static/css/base.css").headers["Cache-Control"] == "no-cache"
    assert browser.get("/static/css/base.css?v=b0").headers["Cache-Control"] == "no-cache"
    assert f"/static/css/base.css?v={BUILD}" in browser.get("/sign-in").text


def test_a_fault_is_told_without_a_traceback_or_what_it_said(
    clinic: Clinic, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> dict[str, object]:
        raise ValueError("Maria Kowal ZZPHI-CANARY")

    monkeypatch.setattr(clinic.picture, "session", broken)
    browser = clinic.signed_in()
    session_id = clinic.session(browser)
    for path in (f"/sessions/{session_id}", f"/api/v1/sessions/{session_id}"):
        reply = browser.get(path)
        assert reply.status_code == 500
        assert "tell IT the reference" in reply.text
        assert "Traceback" not in reply.text
        assert "CANARY" not in reply.text
    assert "ValueError" in caplog.text
    assert "CANARY" not in caplog.text


@pytest.mark.parametrize("path", ["/nothing", "/sessions/99", "/sessions/x", "/?station=none"])
def test_a_page_that_is_not_there_is_told_as_a_page(clinic: Clinic, path: str) -> None:
    reply = clinic.signed_in().get(path)
    assert reply.status_code == 404
    assert reply.mimetype == "text/html"
    assert "Not found" in reply.text


def test_an_error_of_the_api_is_json_with_a_code_and_a_sentence(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    for path in ("/api/v1/nothing", "/api/v1/sessions/99", "/api/v1/patients?unknown=1"):
        reply = browser.get(path)
        assert reply.status_code in (400, 404)
        assert set(reply.json) >= {"error", "message"}
        assert reply.json["message"].endswith(".")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:9", "127.0.0.1.evil.example:8000", ""])
def test_a_foreign_host_header_is_refused(clinic: Clinic, host: str) -> None:
    reply = clinic.app.test_client().get("/sign-in", base_url=ORIGIN, headers={"Host": host})
    assert reply.status_code == 421


def test_forwarded_headers_are_not_believed(clinic: Clinic) -> None:
    reply = clinic.browser().get("/", **{"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert "evil" not in reply.location


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        (ORIGIN, "same-origin", 201),
        (ORIGIN, None, 201),
        (None, None, 201),
        ("null", "same-origin", 201),
        ("null", None, 403),
        ("null", "cross-site", 403),
        ("https://evil.example", None, 403),
        ("https://evil.example", "same-origin", 403),
        (None, "cross-site", 403),
        (None, "same-site", 403),
        (ORIGIN, "cross-site", 403),
    ],
)
def test_a_page_of_another_site_cannot_act_in_a_persons_name(
    clinic: Clinic, origin: str | None, site: str | None, status: int
) -> None:
    browser = clinic.signed_in()
    headers = {"X-CSRFToken": browser.token, "Origin": origin, "Sec-Fetch-Site": site}
    reply = browser.client.post(
        "/api/v1/patients",
        base_url=ORIGIN,
        json={"hospital_id": "1", "family_name": "a", "given_name": "b"},
        headers={name: value for name, value in headers.items() if value is not None},
    )
    assert reply.status_code == status


def test_a_request_larger_than_64_kib_is_refused(clinic: Clinic) -> None:
    reply = clinic.signed_in().post("/api/v1/patients", hospital_id="x" * 70_000)
    assert reply.status_code == 413


def test_a_number_that_no_row_can_have_is_an_address_of_nothing(clinic: Clinic) -> None:
    asked = 0
    for rule, method in routes(clinic):
        if "<int:" in rule.rule:
            asked += 1
            beyond = re.sub(r"<(?:\w+:)?(\w+)>", str(2**63), rule.rule)
            with pytest.raises((NotFound, MethodNotAllowed)):
                clinic.app.url_map.bind("127.0.0.1").match(beyond, method)
    assert asked > 40
