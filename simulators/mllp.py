"""The two ends of MLLP that a sender needs: a frame around a message, and the acknowledgement out of a frame.

Law: bytes in, values out; no socket.
"""

from dataclasses import dataclass

START, END = b"\x0b", b"\x1c\r"
_POSITIVE = ("AA", "CA")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """MSA-1, MSA-2 and the receiver's words; `code` is "" when the answer has no MSA segment."""

    code: str
    control_id: str
    words: str

    @property
    def positive(self) -> bool:
        """Whether the receiver has taken the message into its care (AA or CA)."""
        return self.code in _POSITIVE


def frame(message: bytes) -> bytes:
    """The message between VT and FS CR."""
    return START + message + END


def unframe(received: bytes) -> bytes:
    """What lies between the last VT and FS CR of the bytes received up to a frame's end."""
    return received.rpartition(START)[2].removesuffix(END)


def read_acknowledgement(answer: bytes) -> Acknowledgement:
    """Read an ACK; whatever it is, it is answered with a value, never an error."""
    for segment in answer.replace(b"\n", b"\r").split(b"\r"):
        if segment[:3] == b"MSA" and len(segment) > 4:
            fields = [*segment.decode("utf-8", "replace").split(chr(segment[3])), "", ""]
            return Acknowledgement(fields[1], fields[2], fields[3])
    return Acknowledgement("", "", "")
