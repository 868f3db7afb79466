"""What the server says of itself to the system that starts it again and to the one that rings when it is silent.

Law: a sign is given only after a turn of the spine was finished: a process that lives and judges nothing gives none.
The far side is armed by each sign and rings by itself when the next stays out; nothing here has to happen for that.
"""

import logging
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from monitor.errors import ConfigurationRefused
from monitor.runtime import Runtime

log = logging.getLogger(__name__)

STALLED_S = 5.0  # a turn is finished at least once a second
ARM_EVERY_S = 10.0
PATIENCE_S = 5.0
_ABSTRACT = "@"  # how systemd writes the name of a socket that is no file


@dataclass(frozen=True, slots=True)
class Systemd:
    """The service manager's socket, and how often it wants to hear (None: it does not watch)."""

    address: str
    watch_s: float | None

    def say(self, words: str) -> None:
        """One datagram, as sd_notify sends it; raises OSError."""
        address = "\0" + self.address[1:] if self.address.startswith(_ABSTRACT) else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.settimeout(PATIENCE_S)
            manager.connect(address)
            manager.send(words.encode())


@dataclass(frozen=True, slots=True)
class Bell:
    """The address that rings when nothing comes: POST arms it again."""

    url: str

    def arm(self) -> None:
        """One POST without a body; raises OSError or HTTPException."""
        parts = urlsplit(self.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = (
            HTTPSConnection(parts.netloc, timeout=PATIENCE_S, context=ssl.create_default_context())
            if parts.scheme == "https"
            else HTTPConnection(parts.netloc, timeout=PATIENCE_S)
        )
        try:
            connection.request("POST", path or "/", b"")
            status = connection.getresponse().status
        finally:
            connection.close()
        if status >= 300:
            raise HTTPException(f"it answered {status}")


def bell_at(url: str | None) -> Bell | None:
    """The bell of a setting; raises ConfigurationRefused for what is no address."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ConfigurationRefused(f"MONITOR_BELL_URL={url!r} is no address like http://10.0.0.9:8090/")
    return Bell(url)


class LifeSign:
    """Gives the signs for ever; `quiet_s`: how long the spine has finished no turn; `recording`: whether it writes."""

    def __init__(
        self,
        quiet_s: Callable[[], float],
        recording: Callable[[], bool],
        runtime: Runtime,
        systemd: Systemd | None,
        bell: Bell | None,
    ) -> None:
        self._quiet_s = quiet_s
        self._recording = recording
        self._runtime = runtime
        self._systemd = systemd
        self._bell = bell
        self._heard = True

    def run_systemd(self) -> None:
        """Say that it is ready, then that it lives, at half the time the manager waits; returns when none watches."""
        if self._systemd is None:
            return
        self._tell(self._systemd, "READY=1")
        while self._systemd.watch_s is not None:
            if self._quiet_s() < STALLED_S:
                self._tell(self._systemd, "WATCHDOG=1")
            self._runtime.sleep(self._systemd.watch_s / 2)

    def run_bell(self) -> None:
        """Arm the bell for ever while patients are watched and recorded; returns when there is none."""
        while self._bell is not None:
            if self._quiet_s() < STALLED_S and self._recording():
                self._arm(self._bell)
            self._runtime.sleep(ARM_EVERY_S)

    def stopping(self) -> None:
        """Say that the end is meant."""
        if self._systemd is not None:
            self._tell(self._systemd, "STOPPING=1")

    def _tell(self, systemd: Systemd, words: str) -> None:
        try:
            self._runtime.offload(systemd.say, words)
        except OSError as error:
            log.warning("the service manager does not hear: %s", error)

    def _arm(self, bell: Bell) -> None:
        try:
            self._runtime.offload(bell.arm)
        except (OSError, HTTPException) as error:
            if self._heard:  # once: it rings by itself, which is louder than a log
                log.warning("the bell cannot be armed: %s", error)
            self._heard = False
        else:
            self._heard = True
