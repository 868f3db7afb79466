"""One conversation with the other system: a message out, its own acknowledgement back.

Law: only an answer whose MSA-2 names this message is its answer. After any trouble the connection is closed, so that a
late answer never meets the next message.
"""

import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import ConfigurationRefused
from monitor.hl7.ack import control_id_of
from monitor.hl7.mllp import Frame, FrameBuffer, wrap
from monitor.tls import client_context, trouble

CHUNK_BYTES = 16_384
LONGEST_ANSWER_BYTES = 256 * 1024


class Trouble(Exception):
    """No answer to this message; the text says why, without anything of its content."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Who the other system must be (`ca`), and who we are to it."""

    ca: Path
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where messages go and what they call both ends."""

    host: str
    port: int
    tls: Tls | None = None
    application: str = "INFUSION_MONITOR"
    facility: str = ""
    to_application: str = ""
    to_facility: str = ""
    answer_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """MSA-1 and, when the other system gave words, MSA-3."""

    code: str
    words: str


class Line:
    """The connection to the destination, opened when there is something to say."""

    def __init__(self, destination: Destination) -> None:
        self._to = destination
        self._open: socket.socket | None = None

    def ask(self, control_id: str, message: bytes) -> Answer:
        """Send one message and wait for its answer; raises Trouble, and is closed then."""
        try:
            connection = self._open or self._connect()
            self._open = connection
            connection.sendall(wrap(message))
            return self._answer(connection, control_id)
        except TimeoutError as error:
            self.close()
            raise Trouble(f"no answer within {self._to.answer_s:g} s") from error
        except OSError as error:
            self.close()
            raise Trouble(
                f"the connection failed: {trouble(error, self._to.host, inside_tls=bool(self._to.tls))}"
            ) from error
        except ConfigurationRefused as refused:
            self.close()
            raise Trouble(refused.message) from refused
        except Trouble:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        connection, self._open = self._open, None
        if connection is not None:
            with suppress(OSError):
                connection.close()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection((self._to.host, self._to.port), self._to.answer_s)
        if self._to.tls is None:
            return connection
        try:
            context = client_context(self._to.tls.ca, self._to.tls.certificate, self._to.tls.key)
            return context.wrap_socket(connection, server_hostname=self._to.host)
        except BaseException:
            connection.close()
            raise

    def _answer(self, connection: socket.socket, control_id: str) -> Answer:
        frames, ends_s = FrameBuffer(LONGEST_ANSWER_BYTES), time.monotonic() + self._to.answer_s
        while True:
            left_s = ends_s - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            connection.settimeout(left_s)
            chunk = connection.recv(CHUNK_BYTES)
            if not chunk:
                raise Trouble("the connection was closed before an answer came")
            for item in frames.feed(chunk):
                if not isinstance(item, Frame):
                    continue
                code, answered = control_id_of(item.raw)
                if code and answered == control_id:
                    return Answer(code, _words(item.raw))


def _words(answer: bytes) -> str:
    """MSA-3, at most 200 printable characters."""
    for line in answer.replace(b"\n", b"\r").split(b"\r"):
        fields = line.decode("utf-8", errors="replace").split("|")
        if fields[0] == "MSA" and len(fields) > 3:
            return "".join(sign for sign in fields[3] if sign.isprintable())[:200]
    return ""
