"""A live page without a browser: signs in with a cookie, opens the websocket, watches, and hears what is pushed."""

import html
import itertools
import json
import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import websocket

_CSRF_FIELD = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_CSRF_META = re.compile(r'name="csrf-token" content="([^"]+)"')


@dataclass
class Page:
    """One browser tab; `events` holds what was pushed, as (name, payload), oldest first."""

    port: int
    cookie: str = ""
    csrf: str = ""
    events: list[tuple[str, Any]] = field(default_factory=list)
    socket: websocket.WebSocket | None = None
    _acks: dict[int, Any] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sign_in(self, name: str, password: str) -> "Page":
        """Fill in the sign-in page; the cookie and the page's CSRF token are kept."""
        _, text = self.load("/sign-in")
        token = html.unescape(_CSRF_FIELD.search(text)[1])  # type: ignore[index]
        status, _ = self.load(
            "/sign-in", urlencode({"name": name, "password": password, "csrf_token": token, "next": ""})
        )
        assert status == 302, f"sign-in answered {status}"
        self.read_csrf()
        return self

    def read_csrf(self) -> None:
        """Take the CSRF token of a page as its scripts do."""
        _, text = self.load("/patients")
        self.csrf = html.unescape(_CSRF_META.search(text)[1])  # type: ignore[index]

    def load(self, path: str, form: str | None = None) -> tuple[int, str]:
        """GET a page, or POST a form."""
        headers = {"Cookie": self.cookie, "Origin": self.origin}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._ask("POST" if form is not None else "GET", path, form, headers)

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        """POST JSON as a page's script does, with cookie and CSRF token."""
        headers = {"Cookie": self.cookie, "Origin": self.origin, "Content-Type": "application/json"}
        status, text = self._ask("POST", f"/api/v1{path}", json.dumps(body), {**headers, "X-CSRFToken": self.csrf})
        return status, json.loads(text)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = "; ".join(f"{key}={one.value}" for key, one in SimpleCookie(value).items())
        connection.close()
        return answer.status, text

    def connect(self) -> "Page":
        """Open the websocket as a signed-in page."""
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{self.port}/socket.io/?EIO=4&transport=websocket",
            header=[f"Cookie: {self.cookie}"], origin=self.origin, timeout=30,
        )  # fmt: skip
        self._expect("0")
        self.socket.send("40" + json.dumps({"csrf": self.csrf}))
        self._expect("40")
        return self

    def _expect(self, prefix: str) -> str:
        assert self.socket is not None
        text = str(self.socket.recv())
        assert text.startswith(prefix), text
        return text

    def watch(self, **what: Any) -> Any:
        """Watch a board or a session; gives back the snapshot."""
        answer = self.emit("watch", what)
        assert answer["ok"], answer
        return answer["snapshot"]

    def emit(self, event: str, payload: Any) -> Any:
        """Emit an event and wait for its acknowledgement."""
        assert self.socket is not None
        number = next(self._ids)
        self.socket.send(f"42{number}" + json.dumps([event, payload]))
        ends_at = time.monotonic() + 30
        while number not in self._acks and time.monotonic() < ends_at:
            self.hear(30)
        return self._acks.pop(number)

    def hear(self, within_s: float) -> str | None:
        """Take one frame; None when none came in time. Pushed events go to `events`, and their raw text is returned."""
        assert self.socket is not None
        self.socket.settimeout(within_s)
        try:
            text = str(self.socket.recv())
        except websocket.WebSocketTimeoutException:
            return None
        if text == "2":
            self.socket.send("3")
        elif text.startswith("43"):
            number, _, rest = text[2:].partition("[")
            self._acks[int(number)] = json.loads("[" + rest)[0]
        elif text.startswith("42"):
            name, payload = json.loads(text[2:])
            self.events.append((name, payload))
        return text

    def wait_for(self, name: str, wanted: Any = None, within_s: float = 10.0) -> Any:
        """Wait for a pushed event for which `wanted(payload)` is true; gives back its payload."""
        ends_at, seen = time.monotonic() + within_s, 0
        while True:
            for event, payload in self.events[seen:]:
                if event == name and (wanted is None or wanted(payload)):
                    return payload
            seen = len(self.events)
            left_s = ends_at - time.monotonic()
            if left_s <= 0:
                raise AssertionError(f"waited {within_s} s in vain for {name}; heard {[one for one, _ in self.events]}")
            self.hear(left_s)

    def close(self) -> None:
        """Close the tab."""
        if self.socket is not None:
            self.socket.close()
