"""Attacks on pages, API and sockets."""

import base64
import contextlib
import json
import pickle
import re
import socket
import uuid

import pytest
from itsdangerous import URLSafeTimedSerializer
from websocket import WebSocket, WebSocketBadStatusException, WebSocketException, create_connection

from tests.live_page import Person
from tests.security.attack.target import Target, new_patient

FORGED = (
    "monitor=" + base64.urlsafe_b64encode(b'{"_user_id":"1"}').decode(),
    "monitor=" + str(URLSafeTimedSerializer("changeme").dumps({"_user_id": "1"})),
    "monitor=eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "monitor=" + "A" * 3000,
    "monitor=\x00\xff",
)
HOSTILE_NAMES = (
    "<img src=x onerror=alert(1)>",
    "'; DROP TABLE patients; --",
    "{{7*7}}${7*7}",
    "=cmd|' /C calc'!A0",
    "__proto__",
)
_POST = b"POST /sign-in HTTP/1.1\r\nHost: %(host)s\r\n"
_METRICS = b"GET /metrics HTTP/1.1\r\nHost: %(host)s\r\n\r\n"
SMUGGLED = (
    _POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + _METRICS,
    _POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    _POST + b"Content-Length: -1\r\n\r\n",
    _POST + b"Content-Length: 1e3\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: %(host)s\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
)


def forged_cookies(target: Target) -> None:
    for cookie in FORGED:
        status, _ = target.get("/api/v1/patients", Cookie=cookie, Authorization="")
        assert status == (400 if "\x00" in cookie else 401), cookie


def foreign_origins(target: Target) -> None:
    before = target.metric("web_refusals_total")
    for origin in (None, "null", "https://evil.example", target.clinic.server.origin + ".evil.example"):
        with pytest.raises(WebSocketBadStatusException, match="403"):
            _socket(target, origin)
    status, _ = target.api("POST", "/patients", new_patient(), Origin="https://evil.example")
    assert status == 403
    status, _ = target.api("POST", "/patients", new_patient(), **{"Sec-Fetch-Site": "cross-site"})
    assert status == 403
    assert target.metric("web_refusals_total") >= before + 6


def posts_without_the_pages_token(target: Target) -> None:
    before = target.patients()
    for token in ("", "wrong", "null"):
        assert target.api("POST", "/patients", new_patient(), **{"X-CSRFToken": token})[0] == 400
        status, _ = target.clinic.nurse._ask(
            "POST", "/sign-out", "", {"X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}
        )
        assert status == 400
    assert target.api("POST", "/patients", new_patient(), **{"Content-Type": "text/plain"})[0] == 415
    assert target.patients() == before


def oversized_frames(target: Target) -> None:
    for _ in range(3 * target.times):
        ws = _socket(target, target.clinic.server.origin)
        ws.recv()
        with contextlib.suppress(WebSocketException, OSError):
            ws.send("40" + json.dumps({"csrf": "x" * 1_000_000}))
        assert _is_closed(ws)
    assert target.api("POST", "/patients", new_patient(family_name="x" * 100_000))[0] == 413
    assert target.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n")[9:12] == b"400"


def attachments(target: Target) -> None:
    ws = _socket(target, target.clinic.server.origin)
    ws.recv()
    ws.send("40" + json.dumps({"csrf": target.clinic.nurse.csrf, "build": ""}))
    assert ws.recv().startswith("40")
    for _ in range(20 * target.times):
        with contextlib.suppress(WebSocketException, OSError):
            ws.send('451-["watch",{"_placeholder":true,"num":0}]')
            ws.send_binary(b"x" * 60_000)
    ws.close()


def pickles(target: Target) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (exec, ("raise SystemExit",))

    bomb = pickle.dumps(Bomb())
    assert target.raw(_post(target, "/api/v1/patients", bomb, b"application/x-python-pickle"))[9:12] in (b"401", b"400")
    ws = _socket(target, target.clinic.server.origin)
    ws.recv()
    ws.send_binary(bomb)
    ws.close()


def injected_sql(target: Target) -> None:
    before = target.patients()
    for words in (
        "' OR '1'='1",
        "%27%20OR%201=1--",
        "1;DROP TABLE patients",
        "\x00",
        "' UNION SELECT * FROM people --",
    ):
        status, text = target.clinic.nurse._ask("GET", "/api/v1/patients?query=" + _quoted(words))
        assert status in (200, 400), (words, status)
        assert "argon2" not in text
        assert status == 400 or json.loads(text) == []
    assert target.get("/api/v1/sessions/1%20OR%201=1")[0] == 404
    assert target.patients() == before


def hostile_names_stay_text(target: Target) -> None:
    chair = target.clinic.chair("CH2")["id"]
    for name in HOSTILE_NAMES:
        status, text = target.api(
            "POST", "/patients", new_patient(hospital_id=f"H-{uuid.uuid4().hex[:8]}", family_name=name)
        )
        assert status == 201, text
        patient = json.loads(text)
        assert patient["family_name"] == name
        session = target.clinic.nurse.post("/sessions", {"patient_id": patient["id"], "chair_id": chair})
        for path in ("/day", f"/sessions/{session['id']}", f"/patients/{patient['id']}", "/"):
            _, page = target.get(path)
            assert "<img src=x" not in page
            assert "49" not in re.findall(r"\{\{7\*7\}\}|\$\{49\}", page)
        target.clinic.nurse.act(session["id"], "cancel", reason="seen")  # a chair is promised once at a time


def path_traversal(target: Target) -> None:
    for path in (
        "/static/../../config.py",
        "/static/..%2f..%2fconfig.py",
        "/static/%2e%2e/%2e%2e/run.py",
        "/static/....//....//config.py",
        "/static//etc/passwd",
        "/static/..\\..\\config.py",
        "/static/%00/base.css",
    ):
        answer = target.raw(
            b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (path.encode(), _host(target))
        )
        assert answer[9:12] in (b"404", b"400", b"308"), (path, answer[:200])
        assert b"MONITOR_" not in answer


def mass_assignment_and_prototypes(target: Target) -> None:
    before = target.patients()
    for more in ({"id": 1}, {"role": "administrator"}, {"__proto__": {"admin": True}}, {"constructor": {}}, {"by": 1}):
        assert target.api("POST", "/patients", new_patient(**more))[0] == 400, more
    for text in ('{"hospital_id": NaN}', "[" * 5000, '{"a":' * 2000, "\x00", '{"hospital_id": 1e999}'):
        assert target.api("POST", "/patients", text)[0] == 400, text[:20]
    assert target.patients() == before


def smuggled_requests(target: Target) -> None:
    for request in SMUGGLED:
        answer = target.raw(request.replace(b"%(host)s", _host(target)), within_s=1)
        assert not re.search(rb"HTTP/1\.[01] 200", answer), request[:120]
        assert b"mllp_frames" not in answer


def a_request_id_of_somebody_else(target: Target) -> None:
    """Another person's request id is another request: it neither repeats nor reveals what theirs did."""
    asked = {"request_id": str(uuid.uuid4()), "hospital_id": f"R-{uuid.uuid4().hex[:8]}"}
    names = {"family_name": "Kowal", "given_name": "Maria"}
    first = target.clinic.nurse.post("/patients", {**asked, **names})
    assert target.clinic.nurse.post("/patients", {**asked, **names})["id"] == first["id"]
    other = {**asked, "hospital_id": f"S-{uuid.uuid4().hex[:8]}", "family_name": "Nowak", "given_name": "Ewa"}
    status, told = target.clinic.nurse.ask("POST", "/patients", other)
    assert status == 409, told
    status, told = Person(target.clinic.server, "colleague").sign_in().ask("POST", "/patients", other)
    assert status == 201, told
    assert told["id"] != first["id"]


def worst_cases_of_patterns(target: Target) -> None:
    for text in ("a" * 60_000, "2026-" * 12_000, "+" * 60_000, " " * 60_000, "T00:00" * 10_000):
        status, _ = target.api("POST", "/patients", json.dumps({"hospital_id": text}))
        assert status in (400, 413)
        assert target.get("/api/v1/patients?query=" + _quoted(text[:2000]))[0] in (200, 400)


def half_open_connections(target: Target, count: int = 600) -> None:
    """One address holds half-sent requests; its own are refused beyond the limit, another's are answered."""
    before = target.metric("http_connections_refused_total")
    held: list[socket.socket] = []
    try:
        for _ in range(count * target.times):
            one = socket.create_connection(("127.0.0.1", target.port), 5, ("127.0.0.66", 0))
            held.append(one)
            with contextlib.suppress(OSError):
                one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        request = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        assert target.raw(request, "127.0.0.67").startswith(b"HTTP/1.1 200")
        assert target.metric("http_connections_refused_total") > before
    finally:
        for one in held:
            one.close()


def _socket(target: Target, origin: str | None) -> WebSocket:
    return create_connection(
        f"ws://127.0.0.1:{target.port}/socket.io/?EIO=4&transport=websocket",
        timeout=10,
        origin=origin,
        suppress_origin=origin is None,
        cookie=target.clinic.nurse.cookie,
    )


def _is_closed(ws: WebSocket) -> bool:
    try:
        while (word := ws.recv()) != "":
            if str(word).startswith("44"):
                return True
    except TimeoutError:
        return False
    except (WebSocketException, OSError):
        return True
    return True


def _host(target: Target) -> bytes:
    return b"127.0.0.1:%d" % target.port


def _post(target: Target, path: str, body: bytes, kind: bytes) -> bytes:
    head = b"POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return head % (path.encode(), _host(target), kind, len(body)) + body


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


ATTACKS = (
    *(forged_cookies, foreign_origins, posts_without_the_pages_token, oversized_frames, attachments, pickles),
    *(injected_sql, hostile_names_stay_text, path_traversal, mass_assignment_and_prototypes, smuggled_requests),
    *(a_request_id_of_somebody_else, worst_cases_of_patterns, half_open_connections),
)
