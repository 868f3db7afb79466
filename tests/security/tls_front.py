"""What a clinic's reverse proxy does, as small as can be: ends TLS, names the browser's address, passes the rest on.

Law: it changes nothing else; a request of a browser that names an address for itself has that line taken away.
"""

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SILENCE_S = 30.0


@dataclass
class Front:
    """A listening front; `behind` is the port of the server, known only when that has started."""

    listener: socket.socket
    context: ssl.SSLContext
    behind: int = 0
    browser: str = "198.51.100.7"  # where it says its browsers are

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        """Until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._pass_on, args=(connection,), daemon=True).start()

    def _pass_on(self, connection: socket.socket) -> None:
        connection.settimeout(_SILENCE_S)
        with contextlib.suppress(OSError), self.context.wrap_socket(connection, server_side=True) as browser:
            head = read_head(browser)
            with socket.create_connection(("127.0.0.1", self.behind), timeout=_SILENCE_S) as server:
                server.sendall(forwarded(head, self.browser))
                relay(browser, server)


def read_head(browser: socket.socket) -> bytes:
    """The request up to its empty line, and what came with it."""
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = browser.recv(65536)
        if not chunk:
            break
        head += chunk
    return head


def forwarded(head: bytes, address: str) -> bytes:
    """The request as the server gets it: one request a connection, unless it becomes a websocket."""
    lines, _, body = head.partition(b"\r\n\r\n")
    first, *headers = lines.split(b"\r\n")
    becomes_socket = any(line.lower().startswith(b"upgrade:") for line in headers)
    unwanted = (b"x-forwarded-for:",) if becomes_socket else (b"x-forwarded-for:", b"connection:")
    kept = [line for line in headers if not line.lower().startswith(unwanted)]
    kept.append(b"X-Forwarded-For: " + address.encode())
    if not becomes_socket:
        kept.append(b"Connection: close")
    return b"\r\n".join([first, *kept]) + b"\r\n\r\n" + body


def relay(browser: ssl.SSLSocket, server: socket.socket) -> None:
    """Bytes both ways until one side ends."""
    other: dict[socket.socket, socket.socket] = {browser: server, server: browser}
    while True:
        ready = [browser] if browser.pending() else select.select(list(other), [], [], _SILENCE_S)[0]
        if not ready:
            return
        for side in ready:
            chunk = side.recv(65536)
            if not chunk:
                return
            other[side].sendall(chunk)


@contextlib.contextmanager
def open_front(certificate: Path, key: Path) -> Iterator[Front]:
    """A front on a port the system chose."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        front = Front(listener, context)
        threading.Thread(target=front.serve, daemon=True).start()
        yield front
        listener.shutdown(socket.SHUT_RDWR)
