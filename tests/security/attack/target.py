"""The server under attack. Law: an attack asserts its own refusal; a patient is watched all the while."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.live_page import Page
from tests.server import converse

BED = "BED1"
RULE = '"rule": "sbp_extreme"'  # one measurement is enough for it
IN_TIME_S = 2.0  # from the message to the page


@dataclass(frozen=True)
class Target:
    """A clinic with one running session, and how hard to try (`times` small in `make test`)."""

    clinic: Clinic
    session_id: int
    times: int = 1

    @property
    def port(self) -> int:
        return self.clinic.server.http_port

    def raw(self, request: bytes, address: str = "127.0.0.1", within_s: float = 5.0) -> bytes:
        """Bytes as they are to the HTTP port; what came back until it was closed or fell silent."""
        with self.connection(address, within_s) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(request)
            answer = b""
            with contextlib.suppress(OSError):
                while chunk := connection.recv(65536):
                    answer += chunk
            return answer

    @contextlib.contextmanager
    def connection(self, address: str = "127.0.0.1", within_s: float = 5.0) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), within_s, (address, 0)) as connection:
            yield connection

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """The nurse's browser asks for a page."""
        return self.clinic.nurse._ask("GET", path, None, headers)

    def api(self, method: str, path: str, text: str, **headers: str) -> tuple[int, str]:
        """The nurse's browser sends this text to the API."""
        sent = {"Content-Type": "application/json", **headers}
        return self.clinic.nurse._ask(method, f"/api/v1{path}", text, sent)

    def hl7(self, payload: bytes) -> bytes:
        """One frame on a connection of its own, and its answer."""
        with socket.create_connection(("127.0.0.1", self.clinic.server.mllp_port), timeout=10) as connection:
            return converse(connection, payload)

    def metric(self, name: str) -> float:
        _, text = self.clinic.server.api(self.clinic.tokens["office"]).ask("GET", "/metrics")
        lines = [line for line in text.splitlines() if line.startswith(name) and not line.startswith("#")]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    def patients(self) -> int:
        return len(self.clinic.nurse.get("/patients?query=P"))


def new_patient(**more: object) -> str:
    return json.dumps({"hospital_id": "P-9", "family_name": "Kowal", "given_name": "Maria", **more})


class Probe:
    """A monitor that goes on sending, and a page that waits for the alarm of an extreme pressure."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._sbp = 124.0
        self._ended = threading.Event()
        self.answers: list[bytes] = []
        self._feed = threading.Thread(target=self._send, daemon=True)

    def __enter__(self) -> "Probe":
        self._feed.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._feed.join(10)

    def _send(self) -> None:
        with socket.create_connection(("127.0.0.1", self._target.clinic.server.mllp_port), timeout=10) as connection:
            while not self._ended.wait(0.5):
                self.answers.append(
                    converse(connection, messages.vitals(BED, {**messages.CALM, "nibp_sys": self._sbp}))
                )

    def raise_pressure(self, page: Page) -> float:
        """Let the cuff measure 224; seconds until the page has the alarm."""
        since_s = time.monotonic()
        self._sbp = 224.0
        heard = page.wait("tiles", lambda said: RULE in json.dumps(said), 30, since_s=since_s)
        return heard.at_s - since_s
