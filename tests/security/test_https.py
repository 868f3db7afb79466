"""Behind a front that ends TLS everything works over https and wss, and only there; over a real socket."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
import websocket
from socketio.exceptions import ConnectionError as NoPage

from monitor.commands.tls import make_trial
from monitor.security.roles import Role
from tests.journeys import messages
from tests.live_page import Page, Person
from tests.security.tls_front import Front, open_front
from tests.server import Server

BED = "BED1"


@dataclass
class House:
    """The front, the server behind it, and the authority browsers believe."""

    front: Front
    server: Server
    authority: Path

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority))

    def get(self, path: str, **headers: str) -> HTTPResponse:
        """Ask through the front, as a browser that is not signed in."""
        connection = HTTPSConnection("localhost", self.front.listener.getsockname()[1], timeout=30, context=self.trust)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer


@dataclass
class SecurePerson(Person):
    """Somebody whose browser knows the server by its https address only."""

    house: House | None = None

    @property
    def origin(self) -> str:
        assert self.house is not None
        return self.house.front.origin

    @property
    def socket_options(self) -> dict[str, Any]:
        assert self.house is not None
        return {"websocket_extra_options": {"sslopt": {"ca_certs": str(self.house.authority)}}}

    def connection(self) -> HTTPConnection:
        assert self.house is not None
        port = self.house.front.listener.getsockname()[1]
        return HTTPSConnection("localhost", port, timeout=30, context=self.house.trust)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("https")
    make_trial(folder / "tls", "localhost", datetime.now(UTC))
    with open_front(folder / "tls" / "server.pem", folder / "tls" / "server.key") as front:
        settings = {
            "MONITOR_PUBLIC_ORIGIN": front.origin,
            "MONITOR_TRUSTED_PROXIES": "127.0.0.1",
            "MONITOR_CHAIRS": f"CH1={BED}",
            "MONITOR_MAX_SOCKETS_PER_ADDRESS": "2",
        }
        server = Server(folder / "var", settings)
        server.prepare({"nurse": Role.NURSE})
        server.start()
        front.behind = server.http_port
        yield House(front, server, folder / "tls" / "ca.pem")
        server.stop()
    assert "Traceback" not in server.log()


@pytest.mark.parametrize("path", ["/sign-in", "/", "/static/css/base.css", "/api/v1/chairs", "/nothing", "/socket.io/"])
def test_every_answer_tells_the_browser_to_come_by_https_only(house: House, path: str) -> None:
    answer = house.get(path)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert answer.headers["Server"] is None
    assert not (answer.headers["Location"] or "").startswith("http:")


def test_the_cookie_belongs_to_this_host_and_to_https_alone(house: House) -> None:
    (cookie,) = house.get("/sign-in").headers.get_all("Set-Cookie") or [""]
    name, _, rest = cookie.partition("=")
    assert name == "__Host-monitor"
    said = {part.strip().lower() for part in rest.split(";")[1:]}
    assert said >= {"secure", "httponly", "path=/", "samesite=strict"}
    assert not any(part.startswith("domain") for part in said)


def test_a_person_signs_in_by_https_and_sees_values_come_by_wss(house: House) -> None:
    nurse = SecurePerson(house.server, "nurse", house=house).sign_in()
    assert set(nurse.cookies) == {"__Host-monitor"}
    with Page(nurse) as page:
        page.watch(board="A")
        house.server.send(messages.vitals(BED, {**messages.CALM, "hr": 88.0}))
        page.wait(
            "tiles", lambda said: any(tile["numbers"].get("hr", {}).get("value") == 88.0 for tile in said["tiles"])
        )
    assert nurse.post("/patients", {"hospital_id": "T-1", "family_name": "Kowal", "given_name": "Maria"})["id"]


@pytest.mark.parametrize("origin", ["http://localhost", "https://evil.example", "plain"])
def test_a_wss_from_any_other_origin_is_refused(house: House, origin: str) -> None:
    nurse = SecurePerson(house.server, "nurse", house=house).sign_in()
    said = house.front.origin.replace("https", "http") if origin == "plain" else origin
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(
            f"{house.front.origin.replace('https', 'wss')}/socket.io/?EIO=4&transport=websocket",
            sslopt={"ca_certs": str(house.authority)}, cookie=nurse.cookie, origin=said, timeout=10,
        )  # fmt: skip
    assert refused.value.status_code == 403


def test_who_comes_past_the_front_meets_no_server(house: House) -> None:
    connection = HTTPConnection("127.0.0.1", house.server.http_port, timeout=30)
    connection.request("GET", "/sign-in")
    assert connection.getresponse().status == 421
    connection.close()


def test_the_numbers_for_this_machine_are_not_given_through_the_front(house: House) -> None:
    assert house.get("/metrics").status == 404
    assert house.get("/healthz").status == 200


def test_pages_are_counted_by_the_address_the_front_saw(house: House) -> None:
    nurse = SecurePerson(house.server, "nurse", house=house).sign_in()
    with Page(nurse), Page(nurse):
        with pytest.raises(NoPage):
            Page(nurse)
        house.front.browser = "198.51.100.8"
        with Page(nurse) as page:
            assert page.watch(board="A")


def test_the_proxy_shown_to_operators_does_what_this_front_does() -> None:
    page = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for line in (
        "proxy_set_header Host $http_host;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header Upgrade $http_upgrade;",
        "ssl_protocols TLSv1.2 TLSv1.3;",
    ):
        assert line in page
    written = page[page.index("log_format") : page.index(";", page.index("log_format"))]
    assert not any(name in written for name in ("$request ", "$request_uri", "$args", "$http_referer"))
