"""Signs of life: given only while judging goes on; who watches rings or starts again by itself when they stay out."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.errors import ConfigurationRefused
from monitor.life_sign import ARM_EVERY_S, STALLED_S, Bell, LifeSign, Systemd, bell_at
from monitor.runtime import ThreadRuntime
from tests.server import HOUSE, Server, wait_for


class _Ended(Exception):
    """Enough was seen of what runs for ever."""


class Paced(ThreadRuntime):
    """Counts pauses instead of waiting, and ends after some."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.pauses: list[float] = []
        self._most = most

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if len(self.pauses) >= self._most:
            raise _Ended


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        yield listening


def heard(manager: socket.socket) -> list[str]:
    manager.setblocking(False)
    words = []
    while True:
        try:
            words.append(manager.recv(100).decode())
        except BlockingIOError:
            return words


@pytest.mark.parametrize(("quiet_s", "expected"), [(0.5, ["READY=1"] + ["WATCHDOG=1"] * 3), (STALLED_S, ["READY=1"])])
def test_the_service_manager_hears_of_judging_and_not_of_a_process_that_judges_nothing(
    manager: socket.socket, quiet_s: float, expected: list[str]
) -> None:
    runtime = Paced(3)
    said = LifeSign(lambda: quiet_s, lambda: True, runtime, Systemd(manager.getsockname(), 15.0), None)
    with pytest.raises(_Ended):
        said.run_systemd()
    assert heard(manager) == expected
    assert set(runtime.pauses) == {7.5}, "twice in the time it waits"


@pytest.mark.parametrize(("quiet_s", "recording", "armed"), [(0.5, True, 3), (STALLED_S, True, 0), (0.5, False, 0)])
def test_a_bell_is_armed_only_while_patients_are_judged_and_recorded(
    monkeypatch: pytest.MonkeyPatch, quiet_s: float, recording: bool, armed: int
) -> None:
    signs: list[str] = []
    monkeypatch.setattr(Bell, "arm", lambda self: signs.append(self.url))
    runtime = Paced(3)
    with pytest.raises(_Ended):
        LifeSign(lambda: quiet_s, lambda: recording, runtime, None, Bell("http://bell/")).run_bell()
    assert len(signs) == armed
    assert set(runtime.pauses) == {ARM_EVERY_S}


def test_a_bell_or_manager_that_is_not_there_ends_nothing(tmp_path: Path) -> None:
    gone = LifeSign(lambda: 0.0, lambda: True, Paced(2), Systemd(str(tmp_path / "nobody"), 1.0), None)
    with pytest.raises(_Ended):
        gone.run_systemd()
    with pytest.raises(_Ended):
        LifeSign(lambda: 0.0, lambda: True, Paced(2), None, Bell("http://127.0.0.1:9/")).run_bell()
    LifeSign(lambda: 0.0, lambda: True, Paced(1), None, None).run_bell()


@pytest.mark.parametrize("url", ["bell", "ftp://bell/", "http://", "http://anna:secret@bell/"])
def test_an_address_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigurationRefused, match="MONITOR_BELL_URL"):
        bell_at(url)


@pytest.mark.faults
def test_the_bell_rings_when_the_server_is_killed_and_is_quiet_when_it_is_heard_again(
    tmp_path: Path, manager: socket.socket
) -> None:
    struck = tmp_path / "struck"
    bell = subprocess.Popen(
        [sys.executable, "run.py", "bell", "--listen", "127.0.0.1:0", "--after", "2", "--sound", f"touch {struck}"],
        cwd=HOUSE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert bell.stdout is not None
    found = re.search(r"port (\d+)", bell.stdout.readline())
    assert found is not None
    address = f"http://127.0.0.1:{found[1]}/"
    server = Server(
        tmp_path / "var",
        {"MONITOR_BELL_URL": address, "NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "1000000"},
    )
    server.prepare()
    try:
        time.sleep(2.5)
        assert not struck.exists(), "nothing rings before the first sign"
        server.start()
        assert [manager.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
        server.kill()
        wait_for(struck.exists, 10)
        assert "NO SIGN OF LIFE" in bell.stdout.readline()
        Bell(address).arm()
        wait_for(lambda: "heard again" in bell.stdout.readline(), 10)  # type: ignore[union-attr]
    finally:
        server.stop()
        bell.send_signal(signal.SIGINT)
        assert bell.wait(10) == 0
