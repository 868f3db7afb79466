"""A trivial MLLP receiver for the tests: it answers each frame as a script of answers says."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

END = b"\x1c\r"

Answer = Callable[[int, bytes], str | None]
"""(number of the frame from 1, message) -> an acknowledgement code; "" keeps silent, None closes the connection."""


def control_id(message: bytes) -> str:
    """MSH-10."""
    return message.split(b"\r", 1)[0].split(b"|")[9].decode()


def acknowledgement(code: str, control: str) -> bytes:
    """A framed ACK."""
    return f"\x0bMSH|^~\\&|RECEIVER||||||ACK|{control}|P|2.6\rMSA|{code}|{control}|words\r\x1c\r".encode()


@dataclass
class Receiver:
    """What arrived: every message in order, and how many connections were made."""

    answer: Answer
    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    connections: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def controls(self) -> list[str]:
        """MSH-10 of every message that arrived, repeats included."""
        return [control_id(message) for message in self.messages]

    def serve(self, connection: socket.socket) -> None:
        """One connection, until it ends."""
        buffer = b""
        with connection:
            while chunk := connection.recv(65536):
                buffer += chunk
                while END in buffer:
                    raw, _, buffer = buffer.partition(END)
                    if not self.reply(connection, raw.rpartition(b"\x0b")[2]):
                        return

    def reply(self, connection: socket.socket, message: bytes) -> bool:
        """Note the message and answer as the script says; False ends the connection."""
        with self._lock:
            self.messages.append(message)
            number = len(self.messages)
        code = self.answer(number, message)
        if code is None:
            return False
        if code:
            connection.sendall(acknowledgement(code, control_id(message)))
        return True


@contextmanager
def receiver(answer: Answer = lambda _number, _message: "AA") -> Iterator[Receiver]:
    """A receiver on a free loopback port, for the length of a `with`."""
    listener = socket.create_server(("127.0.0.1", 0))
    here = Receiver(answer, listener.getsockname()[1])
    threads: list[threading.Thread] = []
    open_connections: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            here.connections += 1
            open_connections.append(connection)
            thread = threading.Thread(target=quietly, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    def quietly(connection: socket.socket) -> None:
        try:
            here.serve(connection)
        except OSError:
            return

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield here
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in open_connections:
            connection.close()
        acceptor.join(2)
