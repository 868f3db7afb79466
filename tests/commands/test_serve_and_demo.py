"""`serve` and `demo` as processes of their own: what they print, what they serve, how they stop and start again."""

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from monitor.security.roles import Role
from tests.server import HOUSE, Server, wait_for

ADDRESS = re.compile(r"demonstration: http://localhost:(\d+)")
PASSWORD = re.compile(r"^    (nurse|charge|physician|discharge|admin) +(\S.*\S)$", re.MULTILINE)
STARTS_WITHIN_S = 60.0


class Demo:
    """A demonstration in a folder of its own, on ports the system chose."""

    def __init__(self, data_dir: Path) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
        ports = {"MONITOR_HTTP_PORT": "0", "MONITOR_MLLP_PORT": "0", "MONITOR_DATA_DIR": str(data_dir)}
        self.data_dir = data_dir
        self.process = subprocess.Popen(
            [sys.executable, "run.py", "demo"], cwd=HOUSE, env={**clean, **ports},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.said = ""

    def read_until(self, words: str) -> str:
        assert self.process.stdout is not None
        ends_at = time.monotonic() + STARTS_WITHIN_S
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while words not in self.said:
                assert time.monotonic() < ends_at, self.said
                if selector.select(0.5):
                    chunk = os.read(self.process.stdout.fileno(), 65536)
                    assert chunk, f"the demonstration ended: {self.said}"
                    self.said += chunk.decode()
        return self.said

    @property
    def port(self) -> int:
        found = ADDRESS.search(self.said)
        assert found is not None, self.said
        return int(found[1])

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=30)
        return self.process.returncode, self.said + rest.decode()


@contextmanager
def demonstration(data_dir: Path) -> Iterator[Demo]:
    demo = Demo(data_dir)
    try:
        demo.read_until("Ctrl-C stops")
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.process.kill()
        demo.process.wait(10)
        assert demo.process.stdout is not None
        demo.process.stdout.close()


def get(port: int, path: str, token: str | None = None) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={} if token is None else {"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, HTTPException):
        return 0, None
    finally:
        connection.close()
    return answer.status, json.loads(text) if text.startswith(("{", "[")) else text


def command(settings: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run one command of the command line to its end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return subprocess.run(
        [sys.executable, "run.py", *arguments], check=False, cwd=HOUSE, env={**clean, **settings},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def counted(port: int, name: str) -> float:
    status, text = get(port, "/metrics")
    found = re.search(rf"^{name} (\S+)$", str(text), re.MULTILINE) if status == 200 else None
    return float(found[1]) if found else 0.0


def said_by_pump(port: int, session_id: int, token: str) -> Any:
    """What the pump of a session says beside the record; None while it has said nothing."""
    return get(port, f"/api/v1/sessions/{session_id}/dose", token)[1]["dose"]["pump"]


def sessions(port: int, token: str) -> list[int]:
    """The ids of today's and yesterday's sessions, each once: who came before midnight is of both days."""
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=1), today]
    return sorted({one["id"] for day in days for one in get(port, f"/api/v1/sessions?day={day}", token)[1]})


def test_the_demonstration_serves_eight_live_chairs_stops_at_ctrl_c_and_goes_on_with_the_same_data(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "demo"
    with demonstration(folder) as demo:
        passwords = dict(PASSWORD.findall(demo.said))
        assert set(passwords) == {"nurse", "charge", "physician", "discharge", "admin"}
        assert all(len(password) >= 12 for password in passwords.values())
        assert get(demo.port, "/healthz")[0] == 200
        assert get(demo.port, "/readyz")[0] == 200
        assert get(demo.port, "/")[0] in (302, 303)  # nothing is shown to nobody
        wait_for(lambda: counted(demo.port, "mllp_connections") == 16, within_s=30)  # a monitor and a pump each
        before = counted(demo.port, "readings_stored_total")
        wait_for(lambda: counted(demo.port, "readings_stored_total") >= before + 24, within_s=30)
        token = command({"MONITOR_DATA_DIR": str(folder)}, "token", "add", "probe", "--role", "nurse")
        assert token.returncode == 0, token.stderr
        secret = token.stdout.strip()
        running = sessions(demo.port, secret)
        assert len(running) == 7
        fresh = get(demo.port, f"/api/v1/sessions/{running[0]}", secret)
        assert fresh[0] == 200
        assert fresh[1]["simulated"] is True
        status, outcome = get(demo.port, "/api/v1/series/1/outcome", secret)
        assert (status, len(outcome["infusions"]), outcome["follow_ups"]["recorded"]) == (200, 4, 3)
        wait_for(lambda: said_by_pump(demo.port, running[0], secret) is not None, within_s=30)
        pump = said_by_pump(demo.port, running[0], secret)
        assert pump["differing"] == []
        assert [(one["device"], one["drug"], one["runs"]) for one in pump["states"]] == [
            ("PUMP-SIM1", "Ketamine", True)
        ]
        code, said = demo.stop()
        assert code == 0, said
        assert "Traceback" not in said
        assert "Stopped" in said
    assert not (folder / "server.lock").exists()

    with demonstration(folder) as again:
        assert set(dict(PASSWORD.findall(again.said))) == set(passwords)  # nobody had chosen one: given anew
        assert dict(PASSWORD.findall(again.said)) != passwords
        assert sessions(again.port, secret) == running
        before = counted(again.port, "readings_stored_total")
        wait_for(lambda: counted(again.port, "readings_stored_total") > before, within_s=30)
        code, said = again.stop()
        assert code == 0, said


def test_two_servers_never_share_a_folder_and_a_port_in_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    server = Server(tmp_path / "clinic")
    server.prepare()
    server.start()
    try:
        second = command({**server.environment, "MONITOR_HTTP_PORT": "0"}, "serve")
        assert second.returncode == 1
        assert "Another program is writing" in second.stderr
        third = command({**server.environment, "MONITOR_DATA_DIR": str(tmp_path / "other")}, "serve")
        assert third.returncode == 1
        assert "MONITOR_HTTP_PORT" in third.stderr
        assert "Traceback" not in second.stderr + third.stderr
    finally:
        assert server.stop() == 0


def test_a_wrong_setting_is_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    for name, text in (("MONITOR_CLOCK", "fast"), ("MONITOR_POLICY", "none.toml"), ("MONITOR_HTTP_PORT", "x")):
        settings = {**Server(tmp_path / name).environment, "MONITOR_MLLP_PORT": "0", name: text}
        refused = command(settings, "serve")
        assert refused.returncode == 1
        assert name in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_start_warns_of_what_threatens_the_record_from_outside(tmp_path: Path) -> None:
    """The clock is asked of the system's own program, here one that says it is not synchronised."""
    asked = tmp_path / "bin" / "timedatectl"
    asked.parent.mkdir()
    asked.write_text("#!/bin/sh\necho no\n")
    asked.chmod(0o755)
    server = Server(tmp_path / "var", {"PATH": f"{asked.parent}:{os.environ['PATH']}"})
    server.prepare({"nurse": Role.NURSE})
    server.start()
    try:
        assert "warning: clock: not synchronised. Switch on NTP" in server.log()
        assert "warning: disk encryption" not in server.log(), "said by the doctor, not at each start"
    finally:
        assert server.stop() == 0
