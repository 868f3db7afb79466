"""A locked page over real sockets: numbers and alarms go on without names, acts wait, the PIN opens it."""

import json
from collections.abc import Iterator

import pytest

from monitor.security.roles import Role
from monitor.web.locking import recheck
from tests.security.clinic import GOOD, START_AT
from tests.web.clinic import Browser, Clinic
from tests.web.test_sockets import Server, ask, running, said

PIN = "739164"
TILE = {
    "chair": "1",
    "bed": "BED1",
    "hospital_says": {"patient": {"id": 5}},
    "admission": None,
    "numbers": {"hr": 71},
    "session": {
        "id": 12,
        "initials": "M.G.",
        "id_digits": "481",
        "state": "infusing",
        "state_since_at": None,
        "elapsed_s": 60,
        "remaining_s": None,
        "ready_at": None,
        "held_reason": "nausea, Maria",
    },
    "alarms": [{"id": "9", "words": "SpO2 84 < 88", "session": 12, "acknowledged": {"by": "Ana Gil RN", "saw": "84"}}],
}


@pytest.fixture
def server(clinic: Clinic) -> Iterator[Server]:
    with running(clinic) as started:
        clinic.given.ward.tiles.append(TILE)  # type: ignore[attr-defined]
        yield started


def locked(server: Server, role: Role = Role.NURSE) -> Browser:
    browser = server.clinic.signed_in(role)
    assert browser.send("PUT", "/api/v1/sign-in/pin", {"password": GOOD, "pin": PIN}).status_code == 200
    assert browser.post("/api/v1/sign-in/lock").json["locked"] is True  # type: ignore[index]
    return browser


def test_a_locked_page_is_sent_numbers_and_alarms_and_no_names(server: Server) -> None:
    ws = server.welcome(locked(server))
    answer = json.dumps(ask(ws, "watch", {"board": "A"}))
    assert '"hr": 71' in answer
    assert "SpO2 84 < 88" in answer
    for secret in ("481", "Ana Gil", "Maria", "BED1", '"patient"'):
        assert secret not in answer, secret


def test_an_open_page_that_is_locked_hears_the_next_alarm_at_once_and_only_without_names(server: Server) -> None:
    browser = server.clinic.signed_in()
    ws = server.welcome(browser)
    ask(ws, "watch", {"board": "A"})
    browser.post("/api/v1/sign-in/lock")
    assert said(ws) == '42["lock",{"locked":true}]'
    server.socketio.emit("tiles", {"seq": 8, "with": "names"}, to="board:A")
    server.socketio.emit("tiles", {"seq": 8, "with": "alarm"}, to="wall:A")
    assert said(ws) == '42["tiles",{"seq":8,"with":"alarm"}]'


def test_the_page_of_a_session_that_is_locked_hears_its_numbers_alone(server: Server) -> None:
    browser = server.clinic.signed_in()
    session = server.clinic.session(browser)
    ws = server.welcome(browser)
    ask(ws, "watch", {"session": session})
    browser.post("/api/v1/sign-in/lock")
    assert said(ws) == '42["lock",{"locked":true}]'
    assert "session" not in ask(ws, "watch", {"session": session})["snapshot"]  # type: ignore[operator]
    server.socketio.emit("values", {"seq": 8}, to=f"session:{session}")
    server.socketio.emit("nameless", {"seq": 9}, to=f"locked:{session}")
    assert said(ws) == '42["nameless",{"seq":9}]'


def test_a_locked_page_may_still_say_that_it_sounds(server: Server) -> None:
    ws = server.welcome(locked(server))
    assert ask(ws, "sounding", {"station": "A", "sound": "on"})["ok"] is True


def test_ten_minutes_without_a_hand_lock_an_open_page_and_a_frame_is_no_hand(server: Server) -> None:
    browser = server.clinic.signed_in()
    ws = server.welcome(browser)
    ask(ws, "watch", {"board": "A"})
    server.clinic.office.time.passed_s += 599
    recheck(server.clinic.given)
    server.socketio.emit("tiles", {"seq": 8}, to="board:A")
    assert said(ws) == '42["tiles",{"seq":8}]'
    server.clinic.office.time.passed_s += 1
    recheck(server.clinic.given)
    assert said(ws) == '42["lock",{"locked":true}]'


def test_the_pin_opens_it_and_the_names_come_back(server: Server) -> None:
    browser = locked(server)
    ws = server.welcome(browser)
    ask(ws, "watch", {"board": "A"})
    assert browser.post("/api/v1/sign-in/unlock", pin="739165").status_code == 422
    assert browser.post("/api/v1/sign-in/unlock", pin=PIN).status_code == 200
    assert said(ws) == '42["lock",{"locked":false}]'
    assert "Ana Gil" in json.dumps(ask(ws, "watch", {"board": "A"}))
    server.socketio.emit("tiles", {"seq": 9}, to="wall:A")
    server.socketio.emit("tiles", {"seq": 10}, to="board:A")
    assert said(ws) == '42["tiles",{"seq":10}]'


def test_while_it_is_locked_nothing_is_read_and_nothing_is_done(server: Server) -> None:
    browser = server.clinic.signed_in(Role.PHYSICIAN)
    session = server.clinic.session(browser)
    browser.post("/api/v1/sign-in/lock")
    for path in (f"/api/v1/sessions/{session}", "/api/v1/patients", f"/api/v1/sessions/{session}/alarms"):
        assert browser.get(path).status_code == 423, path
    refused = browser.post(f"/api/v1/sessions/{session}/alarms/1/acknowledge", priority="high", value=84)
    assert (refused.status_code, refused.json["error"]) == (423, "locked")  # type: ignore[index]
    assert "Unlock it to go on" in refused.json["message"]  # type: ignore[index]
    assert browser.post("/api/v1/sign-in/activity").status_code == 423
    for path in (f"/sessions/{session}", "/patients", "/password"):
        assert browser.get(path).headers["Location"].startswith("/?next="), path
    assert browser.get("/").status_code == 200
    assert "Physician" not in browser.get("/").text.replace("physician", "")


def test_the_curves_of_a_locked_page_are_fetched_without_a_word_and_nobody_is_noted_to_have_read(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = server.clinic.signed_in()
    session = server.clinic.session(browser)
    drawn: list[str] = []

    def figure(_: str, snapshot: object, *__: object) -> dict[str, object]:
        drawn.append(json.dumps(snapshot, default=str))
        return {}

    monkeypatch.setattr("monitor.web.api.sessions.figure_in", figure)
    noted: list[str] = []
    monkeypatch.setattr(server.clinic.given.reads, "note", lambda _, about: noted.append(about))
    browser.post("/api/v1/sign-in/lock")
    assert browser.get(f"/api/v1/sessions/{session}/figure").status_code == 200
    assert '"events": []' in drawn[0]
    assert "M.K." not in drawn[0]
    assert noted == []
    browser.post("/api/v1/sign-in/unlock", password=GOOD)
    assert browser.get(f"/api/v1/sessions/{session}/figure").status_code == 200
    assert "M.K." in drawn[1]
    assert noted == [f"session {session}"]


def test_a_pin_is_no_sign_in_and_opens_no_other_browser(server: Server) -> None:
    locked(server)
    stranger = server.clinic.browser()
    stranger.fetch_token()
    assert stranger.post("/api/v1/sign-in/unlock", pin=PIN).status_code == 401
    assert stranger.sign_in("nurse", PIN).status_code == 401


def test_somebody_else_signs_in_at_a_locked_page_and_ends_the_sign_in_that_was_there(server: Server) -> None:
    browser = locked(server)
    ws = server.welcome(browser)
    server.clinic.signed_in(Role.PHYSICIAN, "eva")
    before = browser.client.get_cookie("monitor", domain="127.0.0.1")
    assert browser.get("/sign-in").status_code == 200
    browser.fetch_token()
    assert browser.sign_in("eva").status_code == 302
    assert said(ws) in ("41", "")
    assert before is not None
    browser.client.set_cookie("monitor", before.value, domain="127.0.0.1")
    assert browser.get("/api/v1/sign-in").status_code == 401, "the one that was locked has ended"


def test_a_token_never_locks(clinic: Clinic) -> None:
    token = clinic.token(Role.NURSE)
    clinic.office.time.passed_s += 3600
    assert clinic.browser().get("/api/v1/patients", Authorization=f"Bearer {token}").status_code == 200
    assert clinic.given.now() > START_AT
