"""One message to a syslog server (RFC 5424), over UDP, TCP, TLS or the local socket; never through `logging`.

Law: a message that could not be handed over is an error, never silence. Over TCP and TLS a message is preceded by its
length (RFC 6587, RFC 5425).
"""

import os
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from monitor.errors import ConfigurationRefused

PATIENCE_S = 5.0
_PRIORITY = 13 * 8 + 5  # facility "log audit", severity "notice"
_PORTS = {"udp": 514, "tcp": 601, "tls": 6514}


@dataclass(frozen=True, slots=True)
class SyslogServer:
    """Where messages go: `kind` is udp, tcp, tls or unix; `host` is the socket's path for unix."""

    kind: str
    host: str
    port: int = 0

    def send(self, text: str, at: datetime) -> None:
        """Hand one message over; blocks at most some seconds. Raises OSError."""
        message = rfc5424(text, at)
        if self.kind == "unix":
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
                local.settimeout(PATIENCE_S)
                local.connect(self.host)
                local.send(message)
        elif self.kind == "udp":
            family, _, _, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_DGRAM)[0]
            with socket.socket(family, socket.SOCK_DGRAM) as datagram:
                datagram.sendto(message, address)
        else:
            self._send_stream(b"%d %b" % (len(message), message))

    def _send_stream(self, framed: bytes) -> None:
        with socket.create_connection((self.host, self.port), PATIENCE_S) as plain:
            if self.kind == "tcp":
                plain.sendall(framed)
                return
            with ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) as inside:
                inside.sendall(framed)


def rfc5424(text: str, at: datetime) -> bytes:
    """The bytes of one message; `text` is a single line."""
    line = text.replace("\r", " ").replace("\n", " ")
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    host = socket.gethostname() or "-"
    return f"<{_PRIORITY}>1 {stamp} {host} infusion-monitor {os.getpid()} AUDIT - {line}".encode()


def syslog_server(address: str) -> SyslogServer:
    """The server of an address such as `tls://log.clinic.example`, `udp://10.1.2.3:514` or `unix:///dev/log`.

    Raises ConfigurationRefused.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise ConfigurationRefused(f"MONITOR_SYSLOG={address!r} is not like 'tls://log.clinic.example'") from error
    if parts.scheme == "unix" and parts.path:
        return SyslogServer("unix", parts.path)
    if parts.scheme in _PORTS and parts.hostname:
        return SyslogServer(parts.scheme, parts.hostname, port or _PORTS[parts.scheme])
    raise ConfigurationRefused(f"MONITOR_SYSLOG={address!r} is not like 'tls://log.clinic.example'")
