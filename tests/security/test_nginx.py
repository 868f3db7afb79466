"""The nginx that operators are shown, run for real before a real server: no request is read in two ways."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
import websocket

from monitor.commands.tls import make_trial
from monitor.security.roles import Role
from tests.journeys import messages
from tests.live_page import Page, Person
from tests.security import heads, nginx
from tests.server import Server, wait_for

BED = "BED1"
SOCKETS_AN_ADDRESS = 2
HEAD_S = 5.0  # deploy/nginx.conf: client_header_timeout
HALF_OPEN = 20


@dataclass
class House:
    """nginx on `port`, the server behind it, and the authority browsers believe."""

    port: int
    server: Server
    trust: ssl.SSLContext
    log: Path

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def line(self, from_address: str = "127.0.0.1") -> ssl.SSLSocket:
        """A connection to nginx from one address of this machine."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=10, source_address=(from_address, 0))
        return self.trust.wrap_socket(plain, server_hostname="localhost")

    def past(self) -> socket.socket:
        """A connection past nginx, to the server itself."""
        return socket.create_connection(("127.0.0.1", self.server.http_port), timeout=10)


@dataclass
class Browser(Person):
    """Somebody who knows the server by nginx alone."""

    house: House = field(kw_only=True)

    @property
    def origin(self) -> str:
        return f"https://{self.house.host}"

    @property
    def socket_options(self) -> dict[str, Any]:
        return {"websocket_extra_options": {"sslopt": {"context": self.house.trust}}}

    def connection(self) -> HTTPConnection:
        return HTTPSConnection("localhost", self.house.port, timeout=30, context=self.house.trust)

    def live_page(self, from_address: str) -> websocket.WebSocket:
        """A live page from an address; connected, whatever the server then says of it."""
        url = f"wss://{self.house.host}/socket.io/?EIO=4&transport=websocket"
        line = self.house.line(from_address)
        page = websocket.create_connection(url, socket=line, origin=self.origin, cookie=self.cookie)
        page.recv()
        page.send("40" + json.dumps({"csrf": self.csrf, "build": ""}))
        return page


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder, port = tmp_path_factory.mktemp("nginx"), nginx.free_port()
    tls = folder / "tls"
    make_trial(tls, "localhost", datetime.now(UTC))
    settings = {
        "MONITOR_PUBLIC_ORIGIN": f"https://localhost:{port}",
        "MONITOR_TRUSTED_PROXIES": "127.0.0.1",
        "MONITOR_CHAIRS": f"CH1={BED}",
        "MONITOR_MAX_SOCKETS_PER_ADDRESS": str(SOCKETS_AN_ADDRESS),
    }
    server = Server(folder / "var", settings)
    server.prepare({"nurse": Role.NURSE})
    server.start()
    try:
        with nginx.opened(folder / "nginx", port, server.http_port, tls / "server.pem", tls / "server.key"):
            trust = ssl.create_default_context(cafile=str(tls / "ca.pem"))
            yield House(port, server, trust, folder / "nginx" / "access.log")
    finally:
        server.stop()
    assert "Traceback" not in server.log()
    assert "healthz" not in server.log(), "a refused request is not written down"


@pytest.fixture(scope="module")
def half_open(house: House) -> Iterator[list[ssl.SSLSocket]]:
    """Connections that never end their head, begun before all else of this file."""
    lines = [house.line() for _ in range(HALF_OPEN)]
    for line in lines:
        line.sendall(f"GET /healthz HTTP/1.1\r\nHost: {house.host}\r\nX: ".encode())
    yield lines
    for line in lines:
        line.close()


def test_a_nurse_works_through_it_by_https_and_wss(house: House, half_open: list[ssl.SSLSocket]) -> None:
    nurse = Browser(house.server, "nurse", house=house).sign_in()
    assert set(nurse.cookies) == {"__Host-monitor"}
    with Page(nurse) as page:
        page.watch(board="A")
        house.server.send(messages.vitals(BED, {**messages.CALM, "hr": 88.0}))
        page.wait(
            "tiles", lambda said: any(tile["numbers"].get("hr", {}).get("value") == 88.0 for tile in said["tiles"])
        )
    assert nurse.post("/patients", {"hospital_id": "N-1", "family_name": "Kowal", "given_name": "Maria"})["id"]


def test_live_pages_are_counted_by_the_address_nginx_saw_and_not_by_one_a_browser_names(house: House) -> None:
    nurse = Browser(house.server, "nurse", house=house).sign_in()
    pages = [nurse.live_page("127.0.0.2") for _ in range(SOCKETS_AN_ADDRESS)]
    assert [page.recv()[:2] for page in pages] == ["40", "40"]
    refused = nurse.live_page("127.0.0.2")
    assert "too many live pages" in str(refused.recv())
    other = nurse.live_page("127.0.0.3")
    assert other.recv()[:2] == "40"
    for page in (*pages, refused, other):
        page.close()
    status, _ = nurse._ask("GET", "/metrics", more={"X-Forwarded-For": "127.0.0.1", "X_Forwarded_For": "127.0.0.1"})
    assert status == 404


@pytest.mark.parametrize("way", ["nginx", "past it"])
@pytest.mark.parametrize("name", heads.AMBIGUOUS)
def test_a_request_that_can_be_read_in_two_ways_gets_one_refusal_and_a_closed_line(
    house: House, name: str, way: str
) -> None:
    with house.line() if way == "nginx" else house.past() as line:
        came, closed = heads.exchange(line, heads.written(heads.AMBIGUOUS[name], house.host))
    assert nginx.statuses(came) in ([400], [501])
    assert closed


@pytest.mark.parametrize("name", heads.BENT)
def test_what_only_a_proxy_puts_right_is_refused_by_the_server(house: House, name: str) -> None:
    with house.past() as line:
        came, closed = heads.exchange(line, heads.written(heads.BENT[name], house.host))
    assert (nginx.statuses(came), closed) == ([400], True)
    with house.line() as line:
        came, _ = heads.exchange(line, heads.written(heads.BENT[name], house.host))
    assert nginx.statuses(came) in ([400], [400, 200]), "the second is a request of its own, or the first one's body"


@pytest.mark.parametrize("way", ["nginx", "past it"])
@pytest.mark.parametrize("name", heads.PLAIN)
def test_what_is_plain_is_answered_in_order_and_the_line_goes_on(house: House, name: str, way: str) -> None:
    request, expected = heads.PLAIN[name]
    with house.line() if way == "nginx" else house.past() as line:
        came, closed = heads.exchange(line, heads.written(request, house.host))
        assert (nginx.statuses(came), closed) == (expected, False)
        came, _ = heads.exchange(line, heads.written(heads.NEXT, house.host))
    assert nginx.statuses(came) == [200]
    assert b'"alive":true' in came


def test_a_body_that_is_too_large_is_refused_at_the_door(house: House) -> None:
    nurse = Browser(house.server, "nurse", house=house).sign_in()
    status, page = nurse._ask("POST", "/api/v1/patients", "x" * 100_000, {"Content-Type": "application/json"})
    assert (status, "nginx" in page) == (413, True)


def test_half_a_head_is_waited_for_five_seconds_and_the_log_of_the_proxy_holds_no_query(
    house: House, half_open: list[ssl.SSLSocket]
) -> None:
    until_s = time.monotonic() + HEAD_S + 2
    ended = [heads.exchange(line, b"", max(0.1, until_s - time.monotonic())) for line in half_open]
    assert [closed for _, closed in ended] == [True] * HALF_OPEN
    nurse = Browser(house.server, "nurse", house=house).sign_in()
    nurse.get("/patients?query=ZZPHI-CANARY")
    assert wait_for(lambda: "/api/v1/patients 200" in house.log.read_text(encoding="utf-8"))  # written after the answer
    assert "ZZPHI" not in house.log.read_text(encoding="utf-8")
