"""A real server for tests: its own process, data folder, ports and people; spoken to over HTTP, sockets and MLLP."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from monitor.clock import system_clock
from monitor.provisions import secret_key
from monitor.security import records
from monitor.security.codes import new_recovery_codes, new_seed
from monitor.security.passwords import hash_now
from monitor.security.proofs import REQUIRED
from monitor.security.records import By
from monitor.security.roles import Role
from monitor.security.sealing import Sealing
from monitor.security.secrets import fingerprint
from monitor.store import second_step
from monitor.store.engine import open_engine
from monitor.store.rows import Batch
from monitor.store.store import Store
from tests.fresh_record import fresh_record
from tests.prepared import trained

HOUSE = Path(__file__).parents[1]
PASSWORD = "lantern quiet meadow river"
STARTS_WITHIN_S = 40.0
VT, FS_CR = b"\x0b", b"\x1c\r"


class ApiRefused(AssertionError):
    """The API answered with an error; `status` and `body` say which."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


@dataclass
class Server:
    """One server process on one data folder; `settings` are environment variables."""

    data_dir: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    recovery_codes: dict[str, list[str]] = field(default_factory=dict)  # of who must have a second step
    process: subprocess.Popen[bytes] | None = None
    http_port: int = 0
    mllp_port: int = 0

    @property
    def environment(self) -> dict[str, str]:
        ports = {"MONITOR_HTTP_PORT": str(self.http_port), "MONITOR_MLLP_PORT": str(self.mllp_port)}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
        still = {"MONITOR_REQUIRE_SOUND": "0"}  # few tests have a page that sounds
        return {**clean, "MONITOR_DATA_DIR": str(self.data_dir), **still, **ports, **self.settings}

    def prepare(self, people: Mapping[str, Role] | None = None) -> dict[str, str]:
        """Make the database with its people (password PASSWORD) and one bearer token each; gives back the tokens."""
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        url = fresh_record(self.data_dir / "monitor.db")
        store, at = Store(open_engine(url, self.data_dir)), system_clock().now()
        hashed = hash_now(PASSWORD)
        tokens = {}
        for name, role in (people or {"nurse": Role.NURSE, "physician": Role.PHYSICIAN}).items():
            tokens[name] = f"test-token-{name}-{uuid.uuid4().hex}"

            def hire(connection: Any, name: str = name, role: Role = role) -> None:
                person_id = records.add_person(
                    connection, By("test"), at, name=name, printed_name=f"{name.capitalize()} Test", role=role,
                    password_hash=hashed,
                )  # fmt: skip
                records.choose_password(connection, person_id, hashed, at, name)
                trained(connection, person_id)
                if role in REQUIRED and "MONITOR_DEMO" not in self.settings:
                    self._give_second_step(connection, person_id, name)
                mark = fingerprint(tokens[name])
                trained(connection, records.add_token(connection, By("test"), at, name=name, role=role, mark=mark))

            answer = store.write(Batch(acts=(hire,))).answers[0]
            if isinstance(answer, Exception):
                raise answer
        store.close()
        return tokens

    def _give_second_step(self, connection: Any, person_id: int, name: str) -> None:
        """An app nobody has, and recovery codes to sign in with."""
        sealing, codes = Sealing(secret_key(None, self.data_dir)), new_recovery_codes()
        at, sealed = system_clock().now(), sealing.seal(new_seed(), person_id)
        second_step.insert_app(connection, person_id, sealed, 0, at)
        second_step.insert_recovery_codes(connection, person_id, [sealing.mark(one, person_id) for one in codes], at)
        self.recovery_codes[name] = codes

    def start(self) -> "Server":
        log = (self.data_dir / "server.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "run.py", "serve"], cwd=HOUSE, env=self.environment, stdout=log, stderr=log
        )
        self._wait()
        return self

    def _wait(self) -> None:
        lock, ends_at = self.data_dir / "server.lock", time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < ends_at:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log()}")
            with contextlib.suppress(OSError, ValueError):
                said = json.loads(lock.read_text())
                if said["pid"] == self.process.pid:
                    self.http_port, self.mllp_port = said["http_port"], said["mllp_port"]
                    return
            time.sleep(0.05)
        raise AssertionError(f"the server did not start: {self.log()}")

    def log(self) -> str:
        return (self.data_dir / "server.log").read_text(errors="replace")[-4000:]

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """Ctrl-C; gives back the exit code."""
        if self.process is None or self.process.poll() is not None:
            return -1
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def api(self, token: str) -> "Api":
        return Api(self.http_port, token)

    def send(self, *payloads: bytes) -> list[bytes]:
        """Send HL7 messages on one connection, one after the other; gives back the answers."""
        with socket.create_connection(("127.0.0.1", self.mllp_port), timeout=10) as connection:
            return [converse(connection, payload) for payload in payloads]


def converse(connection: socket.socket, payload: bytes) -> bytes:
    """Send one framed message and wait for its framed answer."""
    connection.sendall(VT + payload + FS_CR)
    return read_frames(connection, 1)[0]


def read_frames(connection: socket.socket, count: int) -> list[bytes]:
    """Read so many frames."""
    buffer = b""
    while buffer.count(FS_CR) < count:
        chunk = connection.recv(65536)
        if not chunk:
            break
        buffer += chunk
    return [frame.lstrip(VT) for frame in buffer.split(FS_CR) if frame]


@dataclass(frozen=True)
class Api:
    """The JSON API with one bearer token."""

    port: int
    token: str

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text.startswith((b"{", b"[")) else text.decode()

    def get(self, path: str) -> Any:
        return self._good(*self.ask("GET", f"/api/v1{path}"))

    def post(self, path: str, body: Any) -> Any:
        return self._good(*self.ask("POST", f"/api/v1{path}", body))

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


def wait_for(what: Any, within_s: float = 10.0, every_s: float = 0.05) -> Any:
    """Wait until `what()` gives something true, and give it back."""
    ends_at = time.monotonic() + within_s
    while time.monotonic() < ends_at:
        if found := what():
            return found
        time.sleep(every_s)
    raise AssertionError(f"waited {within_s} s in vain for {what}")


@contextlib.contextmanager
def simulator(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A simulator process on the far side of the wire."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulators", *arguments, "--with-parent"],
        cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
