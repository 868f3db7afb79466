"""The reverse proxy of deploy/, run for real: its own lines, with the places of this test put in.

Law: a missing nginx is said aloud; where it is required, its absence is a failure. No shown line is left out.
"""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server import wait_for

PAGE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
MISSING = "no nginx on the PATH"
_FRAME = """daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{shown}
}}
"""


def find() -> str | None:
    """Where nginx is; distributions keep it out of a user's PATH."""
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def shown() -> str:
    """The lines as operators get them."""
    return PAGE.read_text(encoding="utf-8")


def placed(lines: str, places: Mapping[str, str]) -> str:
    """The lines with each text replaced by this test's; every one must be there."""
    for before, after in places.items():
        assert before in lines, f"nginx.conf does not say {before}"
        lines = lines.replace(before, after)
    return lines


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def opened(folder: Path, port: int, behind: int, certificate: Path, key: Path) -> Iterator[None]:
    """nginx on `port` before the server on `behind`; skips without nginx, fails where MONITOR_REQUIRE_NGINX=1."""
    program = find()
    if program is None and os.environ.get("MONITOR_REQUIRE_NGINX") == "1":
        pytest.fail(f"{MISSING}, but MONITOR_REQUIRE_NGINX=1")
    if program is None:
        pytest.skip(MISSING)
    folder.mkdir()
    lines = placed(
        shown(),
        {
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "monitor.clinic.example": "localhost",
            "/etc/ssl/monitor.pem": str(certificate),
            "/etc/ssl/monitor.key": str(key),
            "/var/log/nginx/monitor.log": f"{folder}/access.log",
            "http://127.0.0.1:8000": f"http://127.0.0.1:{behind}",
        },
    )
    user = "user root;\n" if os.geteuid() == 0 else ""  # its workers read this test's folders
    settings = folder / "nginx.conf"
    settings.write_text(_FRAME.format(folder=folder, user=user, shown=lines), encoding="utf-8")
    process = subprocess.Popen([program, "-e", f"{folder}/error.log", "-c", str(settings), "-p", str(folder)])
    try:
        wait_for(lambda: process.poll() is None and _answers(port), within_s=10)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def statuses(answer: bytes) -> list[int]:
    """The status of every answer in what came back."""
    return [int(code) for code in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]
