"""`bell`: on another machine, rings when the server falls silent.

Law: it is armed by the first sign of life and rings by itself when the next one stays out; only a sign, or a person who
ends it, silences it. It knows nothing of patients and keeps nothing.
"""

import argparse
import shlex
import subprocess  # nosec B404 # the operator's own command, given on the command line
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from monitor.errors import ConfigurationRefused

if TYPE_CHECKING:
    from config import Config

AFTER_S = 25.0  # two signs that stay out and a little: it rings within 30 s of the last
RING_EVERY_S = 2.0
LOOK_S = 0.25


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    bell = subparsers.add_parser("bell", help="on another machine: ring when the server's signs of life stay out")
    bell.add_argument(
        "--listen", metavar="HOST:PORT", default="0.0.0.0:8090", help="where signs come (MONITOR_BELL_URL)"
    )  # nosec B104 # signs of life come from another machine
    bell.add_argument("--after", metavar="SECONDS", type=float, default=AFTER_S, help="of silence before it rings")
    bell.add_argument(
        "--sound", metavar="COMMAND", help="run at each ring, such as 'aplay alarm.wav'; else the terminal"
    )
    bell.set_defaults(run=run)


class Armed:
    """When the last sign came; None before the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_s: float | None = None

    def sign(self) -> None:
        """A sign has come."""
        with self._lock:
            self._at_s = time.monotonic()

    def silent_s(self) -> float:
        """How long no sign has come; 0 before the first."""
        with self._lock:
            return 0.0 if self._at_s is None else time.monotonic() - self._at_s


def run(args: argparse.Namespace, _config: "Config") -> int:
    """Listen and ring until ended."""
    armed = Armed()
    host, _, port = args.listen.rpartition(":")
    if not port.isdigit():
        raise ConfigurationRefused(f"--listen {args.listen} is not like 0.0.0.0:8090")
    try:
        listening = ThreadingHTTPServer((host, int(port)), _signs_for(armed))
    except OSError as error:
        raise ConfigurationRefused(f"Cannot listen on {args.listen}: {error.strerror}.") from error
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    print(f"Bell on port {listening.server_address[1]}; it is armed by the first sign of life.", flush=True)
    with suppress(KeyboardInterrupt):
        _watch(armed, args.after, args.sound)
    return 0


def _signs_for(armed: Armed) -> type[BaseHTTPRequestHandler]:
    class Signs(BaseHTTPRequestHandler):
        timeout = 5

        def do_POST(self) -> None:
            armed.sign()
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """A sign each ten seconds is no news."""

    return Signs


def _watch(armed: Armed, after_s: float, sound: str | None) -> None:
    rings_at_s, rang = 0.0, False
    while True:
        silent_s = armed.silent_s()
        if silent_s <= after_s:
            if rang:
                print("The server is heard again.", flush=True)
            rang = False
        elif time.monotonic() >= rings_at_s:
            rings_at_s, rang = time.monotonic() + RING_EVERY_S, True
            _ring(silent_s, sound)
        time.sleep(LOOK_S)


def _ring(silent_s: float, sound: str | None) -> None:
    print(f"\a!!! NO SIGN OF LIFE FOR {silent_s:.0f} s: go to the patients, look at their monitors.", flush=True)
    if sound is None:
        return
    try:
        subprocess.Popen(shlex.split(sound), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 # nosec B603
    except OSError as error:
        print(f"The sound cannot be played: {error}", file=sys.stderr, flush=True)
