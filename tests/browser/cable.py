"""The cable between browser and server: a SOCKS relay that can be pulled out, and holds what is on its way meanwhile.

Law: pulled out means silence, not an end: no connection is closed, as when a switch loses its power. What was sent
meanwhile comes late and all at once when it is plugged in again, as TCP does.
"""

import contextlib
import selectors
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator

CHUNK = 65_536
LOOK_S = 0.05


class _Line(socketserver.BaseRequestHandler):
    """One connection; the browser names where it leads (SOCKS 5 without sign-in, the address in words)."""

    def handle(self) -> None:
        browser: socket.socket = self.request
        browser.recv(2 + 255)
        browser.sendall(b"\x05\x00")
        asked = browser.recv(5, socket.MSG_WAITALL)
        rest = browser.recv(asked[4] + 2, socket.MSG_WAITALL)
        host, (port,) = rest[:-2].decode(), struct.unpack("!H", rest[-2:])
        with socket.create_connection((host, port)) as server:
            browser.sendall(b"\x05\x00\x00\x01" + bytes(6))
            self._carry(browser, server)

    def _carry(self, browser: socket.socket, server: socket.socket) -> None:
        cable = self.server
        assert isinstance(cable, Cable)
        other = {browser: server, server: browser}
        with selectors.DefaultSelector() as ready:
            for end in other:
                ready.register(end, selectors.EVENT_READ)
            while not cable.gone.is_set():
                if not cable.plugged_in.wait(LOOK_S):
                    continue
                for key, _ in ready.select(LOOK_S):
                    end = key.fileobj
                    assert isinstance(end, socket.socket)
                    read = end.recv(CHUNK)
                    if not read:
                        return
                    other[end].sendall(read)


class Cable(socketserver.ThreadingTCPServer):
    """Between everything of one browser and its servers."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.plugged_in = threading.Event()
        self.plugged_in.set()
        self.gone = threading.Event()

    @property
    def address(self) -> str:
        """What a browser is given as its proxy."""
        return f"socks5://127.0.0.1:{self.server_address[1]}"

    @contextlib.contextmanager
    def pulled_out(self) -> Iterator[None]:
        """Nothing comes through, in either direction."""
        self.plugged_in.clear()
        try:
            yield
        finally:
            self.plugged_in.set()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser or server that went away in the middle is no fault of the cable."""


@contextlib.contextmanager
def laid() -> Iterator[Cable]:
    """A cable, taken away afterwards."""
    with Cable() as cable:
        threading.Thread(target=cable.serve_forever, kwargs={"poll_interval": LOOK_S}, daemon=True).start()
        try:
            yield cable
        finally:
            cable.gone.set()
            cable.shutdown()
