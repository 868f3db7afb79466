"""A page as the server meets it: signed in with a cookie, acting with its CSRF token, listening on Socket.IO."""

import json
import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import socketio

from tests.server import PASSWORD, ApiRefused, Server

_CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')
EVENTS = ("heartbeat", "tiles", "session_changed", "values", "board", "session")
Payload = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    """One push: its event, what it carried, and when it came (monotonic seconds)."""

    event: str
    payload: Payload
    at_s: float


@dataclass
class Person:
    """Somebody signed in at a browser; acts are POSTs with the page's own CSRF token."""

    server: Server
    name: str
    password: str = PASSWORD
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def sign_in(self) -> "Person":
        self._fetch_token("/sign-in")
        form = {"name": self.name, "password": self.password, "csrf_token": self.csrf}
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        status, body = self._ask("POST", "/sign-in", urlencode(form), sent)
        assert status == 302, (status, body[:300])
        if codes := self.server.recovery_codes.get(self.name):
            self._fetch_token("/sign-in/second-step")
            proof = urlencode({"proof": codes.pop(), "csrf_token": self.csrf})
            status, body = self._ask("POST", "/sign-in/second-step", proof, sent)
            assert status == 302, (status, body[:300])
        self._fetch_token("/password")
        return self

    def _fetch_token(self, path: str) -> None:
        _, page = self._ask("GET", path)
        found = _CSRF.search(page)
        assert found, page[:500]
        self.csrf = found[1].replace("&#39;", "'")

    @property
    def origin(self) -> str:
        """What stands in the browser's address bar."""
        return self.server.origin

    @property
    def socket_options(self) -> dict[str, Any]:
        """How the browser opens its websocket, beyond what is usual."""
        return {}

    def connection(self) -> HTTPConnection:
        """A fresh connection to the origin."""
        return HTTPConnection("127.0.0.1", self.server.http_port, timeout=30)

    def _ask(self, method: str, path: str, body: str | None = None, more: Any = None) -> tuple[int, str]:
        connection = self.connection()
        headers = {"Origin": self.origin, "X-CSRFToken": self.csrf, "Cookie": self.cookie, **(more or {})}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for said in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = said.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, text

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """One request to the API; the status and what was answered."""
        sent = None if body is None else json.dumps(body)
        status, text = self._ask(method, f"/api/v1{path}", sent, {"Content-Type": "application/json"})
        return status, json.loads(text) if text[:1] in ("{", "[") else text

    def get(self, path: str) -> Any:
        return self._good(*self.ask("GET", path))

    def post(self, path: str, body: Any) -> Any:
        return self._good(*self.ask("POST", path, body))

    def put(self, path: str, body: Any) -> Any:
        return self._good(*self.ask("PUT", path, body))

    def act(self, session_id: int, event: str, **more: Any) -> Any:
        """A session event at the session's present version."""
        version = self.get(f"/sessions/{session_id}")["version"]
        body = {"request_id": str(uuid.uuid4()), "expected_version": version, "event": event, **more}
        return self.post(f"/sessions/{session_id}/events", body)

    @staticmethod
    def _good(status: int, body: Any) -> Any:
        if status >= 400:
            raise ApiRefused(status, body)
        return body


class Page:
    """An open page of a person: hears every push, in order."""

    def __init__(self, person: Person) -> None:
        self.heard: list[Heard] = []
        self._news = threading.Condition()
        self._client = socketio.Client(reconnection=False, handle_sigint=False, **person.socket_options)
        for event in EVENTS:
            self._client.on(event, self._listener(event))
        self._client.connect(
            person.origin,
            headers={"Cookie": person.cookie},
            auth={"csrf": person.csrf, "build": ""},
            transports=["websocket"],
            wait_timeout=10,
        )

    def close(self) -> None:
        """Leave the page."""
        self._client.disconnect()

    def __enter__(self) -> "Page":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()

    def _listener(self, event: str) -> Callable[[Payload], None]:
        def hear(payload: Payload) -> None:
            with self._news:
                self.heard.append(Heard(event, payload, time.monotonic()))
                self._news.notify_all()

        return hear

    def watch(self, **what: Any) -> Payload:
        """Watch `board="A"` or `session=12`; gives back the snapshot."""
        answer = self._client.call("watch", what, timeout=20)
        assert answer["ok"], answer
        return dict(answer["snapshot"])

    def wait(
        self, event: str, wanted: Callable[[Payload], Any] = bool, within_s: float = 15.0, *, since_s: float = 0.0
    ) -> Heard:
        """The first push of this event (come at or after `since_s`) that is wanted; waits for it."""
        ends_at = time.monotonic() + within_s
        looked = 0
        with self._news:
            while True:
                for one in self.heard[looked:]:
                    if one.event == event and one.at_s >= since_s and wanted(one.payload):
                        return one
                looked = len(self.heard)
                left_s = ends_at - time.monotonic()
                if left_s <= 0 or not self._news.wait(left_s):
                    if self._client.connected:
                        raise AssertionError(f"no such {event} within {within_s} s")
                    raise AssertionError("the socket was closed")

    def all(self, event: str, *, since_s: float = 0.0) -> list[Heard]:
        """Every push of this event so far."""
        return [one for one in self.heard if one.event == event and one.at_s >= since_s]

    def wait_for_alarm(
        self, wanted: Callable[[Payload], Any], within_s: float = 15.0, *, since_s: float = 0.0
    ) -> tuple[Payload, float]:
        """The first alarm on a tile or session that is wanted, and when it came."""

        def find(payload: Payload) -> Payload | None:
            tiles = payload.get("tiles", [payload])
            return next((alarm for tile in tiles for alarm in tile["alarms"] if wanted(alarm)), None)

        came = self.wait("tiles", find, within_s, since_s=since_s)
        found = find(came.payload)
        assert found is not None
        return found, came.at_s
