"""Another system that is told about sessions: a real MLLP listener that answers as a test asks it to."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from monitor.hl7 import ack
from monitor.hl7.message import parse
from monitor.hl7.mllp import Frame, FrameBuffer, wrap
from tests.recorder.house import START_AT

Way = Callable[[socket.socket, bytes], bool]  # answers one message; False: hang up


def answer(code: str, words: str = "") -> Way:
    """The answer with this code."""

    def way(connection: socket.socket, raw: bytes) -> bool:
        outcome = {"A": ack.Outcome.ACCEPT, "E": ack.Outcome.ERROR, "R": ack.Outcome.REJECT}[code[1]]
        form = "enhanced" if code[0] == "C" else "original"
        reply = ack.acknowledge(parse(raw), outcome, at=START_AT, control_id="E1", text=words, form=form)
        connection.sendall(wrap(reply))
        return True

    return way


def of_another(connection: socket.socket, raw: bytes) -> bool:
    """An accepting answer to a message that was never sent."""
    connection.sendall(wrap(b"MSH|^~\\&|E||||20260302||ACK|1|P|2.5.1\rMSA|AA|NOT-YOURS\r"))
    return True


def garbage(connection: socket.socket, raw: bytes) -> bool:
    connection.sendall(b"\x0bMSA|AA|\x1c\r\xff\xfe half")
    return True


def silence(connection: socket.socket, raw: bytes) -> bool:
    return True


def hang_up(connection: socket.socket, raw: bytes) -> bool:
    return False


@dataclass
class Ehr:
    """What it was sent, in order; `ways` are used up one a message, then everything is accepted."""

    listener: socket.socket
    ways: list[Way] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def control_ids(self) -> list[str]:
        return [parse(raw).control_id for raw in self.received]

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        frames = FrameBuffer(1 << 20)
        with suppress(OSError), connection:
            while chunk := connection.recv(65536):
                for item in frames.feed(chunk):
                    if isinstance(item, Frame):
                        self.received.append(item.raw)
                        way = self.ways.pop(0) if self.ways else answer("AA")
                        if not way(connection, item.raw):
                            return


@contextmanager
def open_ehr(*ways: Way, port: int = 0) -> Iterator[Ehr]:
    listener = socket.create_server(("127.0.0.1", port))
    ehr = Ehr(listener, list(ways))
    threading.Thread(target=ehr.serve, daemon=True).start()
    try:
        yield ehr
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
