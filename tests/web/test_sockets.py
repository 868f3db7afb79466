"""The live connection over a real socket: who gets in, what they may ask, and when they are shown the door."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pytest
from flask_socketio import SocketIO
from websocket import (
    WebSocket,
    WebSocketBadStatusException,
    WebSocketException,
    WebSocketTimeoutException,
    create_connection,
)
from werkzeug.serving import make_server

from monitor.security import records
from monitor.security.records import By
from monitor.security.roles import Role
from monitor.web.locking import recheck
from monitor.web.packets import Capped, TextOnly
from monitor.web.sockets import build_socketio
from monitor.web.unread import LOOKS, Unread
from tests.security.clinic import START_AT
from tests.server import wait_for
from tests.web.clinic import ORIGIN, Browser, Clinic


@dataclass
class Server:
    clinic: Clinic
    socketio: SocketIO
    port: int

    def open(self, browser: Browser | None, origin: str | None = ORIGIN) -> WebSocket:
        """The websocket handshake, as far as it goes."""
        cookie = None if browser is None else browser.client.get_cookie("monitor", domain="127.0.0.1")
        return create_connection(
            f"ws://127.0.0.1:{self.port}/socket.io/?EIO=4&transport=websocket",
            timeout=15,
            host="127.0.0.1:8000",
            origin=origin,
            suppress_origin=origin is None,
            cookie=None if cookie is None else f"monitor={cookie.value}",
        )

    def connect(self, browser: Browser, auth: object = None) -> tuple[WebSocket, str]:
        """A Socket.IO connection and the server's first word: `40…` welcome, `44…` refused."""
        ws = self.open(browser)
        assert ws.recv().startswith("0")
        ws.send("40" + json.dumps(auth if auth is not None else {"csrf": browser.token, "build": "b1"}))
        return ws, said(ws)

    def welcome(self, browser: Browser) -> WebSocket:
        ws, word = self.connect(browser)
        assert word.startswith("40"), word
        return ws


def said(ws: WebSocket) -> str:
    """The next thing the server says, pings answered."""
    while True:
        word = ws.recv()
        if word != "2":
            return str(word)
        ws.send("3")


def ask(ws: WebSocket, *arguments: object) -> dict[str, object]:
    ws.send("421" + json.dumps(list(arguments)))
    word = said(ws)
    assert word.startswith("431"), word
    answer: dict[str, object] = json.loads(word[3:])[0]
    return answer


def is_closed(ws: WebSocket) -> bool:
    """Whether the server said goodbye (Socket.IO's 41) or hung up; a silence until the time-out is neither."""
    try:
        return said(ws) in ("41", "")
    except WebSocketTimeoutException:
        return False
    except (WebSocketException, OSError):
        return True


@contextmanager
def running(clinic: Clinic) -> Iterator[Server]:
    socketio = build_socketio(clinic.app, clinic.given)
    server = make_server("127.0.0.1", 0, clinic.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Server(clinic, socketio, server.server_port)
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def server(clinic: Clinic) -> Iterator[Server]:
    with running(clinic) as started:
        yield started


def test_whoever_is_signed_in_at_our_own_page_watches_the_board(server: Server) -> None:
    ws = server.welcome(server.clinic.signed_in())
    answer = ask(ws, "watch", {"board": "A"})
    board = {"seq": 7, "station": {"name": "A", "chairs": 1}, "tiles": []}
    assert answer == {"ok": True, "snapshot": board, "sent_at": server.clinic.given.now().isoformat()}
    server.socketio.emit("tiles", {"seq": 8}, to="board:A")
    assert said(ws) == '42["tiles",{"seq":8}]'


def test_a_page_hears_the_one_session_it_watches_now_and_the_board_beside_it(server: Server) -> None:
    browser = server.clinic.signed_in()
    first, second = server.clinic.session(browser), server.clinic.session(browser)
    ws = server.welcome(browser)
    for watched in ({"board": "A"}, {"session": first}, {"session": second}):
        assert ask(ws, "watch", watched)["ok"]
    server.socketio.emit("values", {"seq": 8}, to=f"session:{first}")
    server.socketio.emit("values", {"seq": 9}, to=f"session:{second}")
    assert said(ws) == '42["values",{"seq":9}]'
    server.socketio.emit("tiles", {"seq": 10}, to="board:A")
    assert said(ws) == '42["tiles",{"seq":10}]'


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", ORIGIN + ".evil.example", "http://127.0.0.1"])
def test_a_page_of_another_site_does_not_get_in(server: Server, origin: str | None) -> None:
    with pytest.raises(WebSocketBadStatusException, match="403"):
        server.open(server.clinic.signed_in(), origin=origin)


def test_nobody_gets_in_without_a_sign_in(server: Server) -> None:
    with pytest.raises(WebSocketBadStatusException, match="403"):
        server.open(None)


def test_a_signed_out_browser_does_not_get_in_again(server: Server) -> None:
    browser = server.clinic.signed_in()
    cookie = browser.client.get_cookie("monitor", domain="127.0.0.1")
    browser.form("/sign-out")
    assert cookie is not None
    browser.client.set_cookie("monitor", cookie.value, domain="127.0.0.1")
    with pytest.raises(WebSocketBadStatusException, match="403"):
        server.open(browser)


@pytest.mark.parametrize(
    "auth", [{}, {"csrf": ""}, {"csrf": "wrong"}, {"csrf": 1}, {"csrf": "x", "room": "board:A"}, [], "csrf", 1]
)
def test_a_page_without_its_token_is_refused_in_words(server: Server, auth: object) -> None:
    _, word = server.connect(server.clinic.signed_in(), auth)
    assert word.startswith("44")
    assert "load it again" in word


def test_somebody_with_a_one_time_password_watches_nothing(server: Server) -> None:
    server.clinic.office.hire("eva", forced=True)
    browser = server.clinic.browser()
    browser.sign_in("eva")
    _, word = server.connect(browser)
    assert word.startswith("44")


def test_only_websockets_are_spoken_and_the_answer_has_our_headers(server: Server) -> None:
    browser = server.clinic.signed_in()
    reply = browser.get("/socket.io/?EIO=4&transport=polling", Origin=ORIGIN)
    assert reply.status_code == 400
    for answer in (reply, server.clinic.browser().get("/socket.io/?EIO=4&transport=websocket")):
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers or answer is reply


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"board": 1},
        {"board": "A", "session": 1},
        {"board": "A", "room": "session:1"},
        {"room": "session:1"},
        {"session": "1"},
        {"session": 0},
        {"session": True},
        [],
        None,
        "A",
    ],
)
def test_what_is_not_a_watch_is_refused_and_joins_no_room(server: Server, asked: object) -> None:
    ws = server.welcome(server.clinic.signed_in())
    assert ask(ws, "watch", asked)["error"] == "invalid"
    assert not {room for room in rooms(server) if room is not None and ":" in room}


def rooms(server: Server) -> set[str | None]:
    return set(server.socketio.server.manager.rooms.get("/", {}))


def test_a_session_nobody_knows_is_told_and_its_room_left(server: Server) -> None:
    ws = server.welcome(server.clinic.signed_in())
    assert ask(ws, "watch", {"session": 99})["error"] == "not_found"
    assert "session:99" not in rooms(server)


def test_a_wall_display_watches_the_board_and_no_session(server: Server) -> None:
    session_id = server.clinic.session(server.clinic.signed_in())
    ws = server.welcome(server.clinic.signed_in(Role.STATION_DISPLAY))
    assert ask(ws, "watch", {"board": "A"})["ok"]
    assert ask(ws, "watch", {"session": session_id})["error"] == "not_allowed"


def test_a_hundred_questions_a_minute_are_heard_and_the_next_is_not(server: Server) -> None:
    ws = server.welcome(server.clinic.signed_in())
    answers = [ask(ws, "watch", {"board": "A"}) for _ in range(101)]
    assert all(answer["ok"] for answer in answers[:100])
    assert answers[100]["error"] == "too_many"
    server.clinic.office.time.passed_s += 60
    assert ask(ws, "watch", {"board": "A"})["ok"]


def test_signing_out_closes_the_live_pages_of_this_browser_only(server: Server) -> None:
    here, there = server.clinic.signed_in(), server.clinic.signed_in()
    mine, other = server.welcome(here), server.welcome(there)
    ask(mine, "watch", {"board": "A"})
    here.form("/sign-out")
    assert is_closed(mine)
    server.socketio.emit("tiles", {"seq": 8}, to="board:A")
    mine.send("40" + json.dumps({"csrf": here.token}))
    assert said(mine).startswith("44")
    assert ask(other, "watch", {"board": "A"})["ok"]


def test_disabling_somebody_elsewhere_closes_their_live_pages_at_the_next_look(server: Server) -> None:
    ws = server.welcome(server.clinic.signed_in())
    assert recheck(server.clinic.given) == 0
    server.clinic.office.transact(lambda connection: records.disable_named(connection, By("test"), START_AT, "nurse"))
    assert ask(ws, "watch", {"board": "A"})["error"] == "sign_in_needed"
    assert recheck(server.clinic.given) == 1
    assert is_closed(ws)


def test_another_role_closes_live_pages_here_at_once_and_elsewhere_at_the_next_look(server: Server) -> None:
    admin, nurse = server.clinic.signed_in(Role.ADMINISTRATOR), server.clinic.signed_in()
    ws = server.welcome(nurse)
    person_id = next(one["id"] for one in admin.get("/api/v1/people").json if one["name"] == "nurse")
    assert admin.post(f"/api/v1/people/{person_id}/role", role="pharmacist").status_code == 200
    assert is_closed(ws)
    again = server.clinic.browser()
    again.sign_in("nurse")
    again.get("/")
    elsewhere = server.welcome(again)
    office = server.clinic.office
    office.transact(lambda connection: records.change_role(connection, By("test"), START_AT, person_id, Role.NURSE))
    assert recheck(server.clinic.given) == 1
    assert is_closed(elsewhere)


def test_a_sign_in_that_has_aged_out_closes_its_live_pages(server: Server) -> None:
    ws = server.welcome(server.clinic.signed_in())
    server.clinic.office.time.passed_s += 12 * 3600
    assert recheck(server.clinic.given) == 1
    assert is_closed(ws)


def test_the_fifth_live_page_of_one_sign_in_is_refused_in_words(server: Server) -> None:
    browser = server.clinic.signed_in()
    kept = [server.welcome(browser) for _ in range(4)]
    _, word = server.connect(browser)
    assert word.startswith("44")
    assert "At most 4" in word
    kept[0].close()


@pytest.mark.parametrize("packet", ['451-["watch",{"_placeholder":true,"num":0}]', "461-1[]"])
def test_a_binary_packet_is_refused_and_nothing_piles_up(server: Server, packet: str) -> None:
    ws = server.welcome(server.clinic.signed_in())
    ws.send(packet)
    ws.send_binary(b"x" * 60_000)
    assert ask(ws, "watch", {"board": "A"})["ok"]
    assert server.socketio.server._binary_packet == {}


@pytest.mark.parametrize("packet", ["42[", "4\x00", "42" + "[" * 20_000, '42{"a":NaN}', "4" + "9" * 40, '42["watch"'])
def test_a_broken_packet_is_counted_and_writes_no_line(
    server: Server, packet: str, caplog: pytest.LogCaptureFixture
) -> None:
    ws = server.welcome(server.clinic.signed_in())
    ws.send(packet)
    assert ask(ws, "watch", {"board": "A"})["ok"]
    assert "Traceback" not in caplog.text


def test_a_fault_of_a_handler_is_logged_by_its_place_and_not_by_what_it_said(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> dict[str, object]:
        raise LookupError("Maria Kowal ZZPHI-CANARY")

    monkeypatch.setattr(server.clinic.picture, "board", broken)
    ws = server.welcome(server.clinic.signed_in())
    assert ask(ws, "watch", {"board": "A"})["error"] == "fault"
    assert "LookupError at" in caplog.text
    assert "CANARY" not in caplog.text


def test_a_message_beyond_64_kib_closes_the_connection(server: Server) -> None:
    ws = server.welcome(server.clinic.signed_in())
    ws.send("42" + json.dumps(["watch", {"board": "x" * 70_000}]))
    assert is_closed(ws)


def test_the_limit_is_handed_down_where_the_library_forgets_it(server: Server) -> None:
    """Fails when engineio renames what we reach into; look at RELIABILITY finding 11 again then."""
    engine = server.socketio.server.eio
    assert engine._async["websocket"] is Capped
    capped = Capped(lambda ws: None, engine)
    assert capped.server_args["max_message_size"] == 65_536
    assert server.socketio.server.packet_class is TextOnly


def unchecked(server: Server) -> list[str]:
    """Events whose handler declares no action."""
    handlers = server.socketio.server.handlers["/"]
    return [name for name, handler in handlers.items() if getattr(handler, "action", None) is None]


def test_every_event_that_is_heard_declares_its_action(server: Server) -> None:
    assert set(server.socketio.server.handlers["/"]) >= {"connect", "disconnect", "watch", "sounding"}
    assert unchecked(server) == []


def test_an_event_that_checks_nothing_is_found(server: Server) -> None:
    server.socketio.on_event("bare", lambda: "Maria Kowal")
    assert unchecked(server) == ["bare"]


def test_an_event_nobody_handles_changes_nothing(server: Server) -> None:
    ws = server.welcome(server.clinic.signed_in())
    ws.send('42["join",{"room":"session:1"}]')
    assert ask(ws, "watch", {"board": "A"})["ok"]
    assert "session:1" not in rooms(server)


def test_a_page_says_that_it_sounds_for_its_station(server: Server) -> None:
    ws = server.welcome(server.clinic.signed_in())
    assert ask(ws, "sounding", {"station": "A", "sound": "on"}) == {"ok": True}
    assert server.clinic.given.sounds.pages("A") == 1
    assert ask(ws, "sounding", {"station": "A", "sound": "off"}) == {"ok": True}
    assert server.clinic.given.sounds.pages("A") == 0
    assert ask(ws, "sounding", {"station": "Z", "sound": "on"})["error"] == "not_found"
    assert ask(ws, "sounding", {"station": "A", "sound": "loud"})["error"] == "invalid"


def test_a_page_that_stops_reading_is_closed_with_what_waited_for_it_and_others_hear_on(server: Server) -> None:
    browser = server.clinic.signed_in()
    session_id = server.clinic.session(browser)
    deaf, listening = server.welcome(browser), server.welcome(browser)
    assert ask(deaf, "watch", {"session": session_id})["ok"]
    for ws in (deaf, listening):
        assert ask(ws, "watch", {"board": "A"})["ok"]
    engine, counters = server.socketio.server.eio, server.clinic.given.counters  # type: ignore[attr-defined]
    unread, filling = (
        Unread(engine, counters, server.clinic.given.runtime),
        "x" * 1_000_000,
    )  # the network itself holds some 10 MB for the deaf
    with closing(deaf):
        for _ in range(24):
            server.socketio.emit("values", {"seq": 1, "points": filling}, to=f"session:{session_id}")
        wait_for(lambda: any(line.queue.qsize() for line in engine.sockets.values()))
        looks = []
        for seq in range(2 * LOOKS + 2):
            server.socketio.emit("tiles", {"seq": seq}, to="board:A")
            assert said(listening) == f'42["tiles",{{"seq":{seq}}}]'
            looks.append(unread.look())
            time.sleep(0.05)
        waiting = sum(line.queue.qsize() for line in engine.sockets.values())
    assert looks.index(1) >= LOOKS
    assert sum(looks) == 1
    assert waiting <= 1  # the engine's own word that the line is closed
    assert counters.registry.get_sample_value("pages_unread_total") == 1


def test_a_burst_of_alarms_closes_no_page_that_reads(server: Server) -> None:
    ws = server.welcome(server.clinic.signed_in())
    assert ask(ws, "watch", {"board": "A"})["ok"]
    given = server.clinic.given
    unread = Unread(server.socketio.server.eio, given.counters, given.runtime)  # type: ignore[attr-defined]
    for _ in range(LOOKS + 2):
        for seq in range(200):
            server.socketio.emit("tiles", {"seq": seq}, to="board:A")
        assert unread.look() == 0
        assert [json.loads(said(ws)[2:])[1]["seq"] for _ in range(200)] == list(range(200))
