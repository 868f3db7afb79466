"""How the server and the drawing process speak: a length of four bytes, then so many bytes. Law: a peer that is gone is
an end, never a wait."""

import struct
from typing import BinaryIO

_LENGTH = struct.Struct(">I")
DONE, FAILED = b"+", b"-"
MOST_BYTES = 64 << 20


def send(pipe: BinaryIO, body: bytes) -> None:
    """Write one frame; raises OSError when nobody reads."""
    pipe.write(_LENGTH.pack(len(body)) + body)
    pipe.flush()


def receive(pipe: BinaryIO) -> bytes | None:
    """The next frame; None at the end, or when what comes is none."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MOST_BYTES:
        return None
    body = pipe.read(length)
    return body if len(body) == length else None
