"""Where one HTTP request ends and the next begins. Law: a head that can be read in two ways is refused, never guessed.

A proxy before us and we must agree on every length, or one browser's bytes become another's request (RFC 9112 §6.3,
§11.2). So a line ends with CR LF, a length is said once and in plain digits, and bodies in chunks are not taken: no
page sends any, and a proxy gathers them.
"""

import re
from collections.abc import Iterable
from io import BufferedIOBase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler as Handler
else:  # each server brings its own, and the cooperative one's is another class
    Handler = object

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_LENGTH = re.compile(r"[0-9]{1,15}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ONCE = frozenset({"host", "content-length"})
_MALFORMED = "A header line is malformed."


def doubt(headers: Iterable[tuple[str, str]]) -> str | None:
    """Why a request with these header lines is refused, None when it can be read one way only."""
    seen: set[str] = set()
    for name, value in headers:
        known = name.lower()
        if not _TOKEN.fullmatch(name) or _CONTROL.search(value):
            return _MALFORMED
        if known == "transfer-encoding":
            return "Send the body with its Content-Length."
        if known in _ONCE and known in seen:
            return "A header that may stand once stands twice."
        if known == "content-length" and not _LENGTH.fullmatch(value.strip(" \t")):
            return "The Content-Length is no plain number."
        seen.add(known)
    return None


class _Lines:
    """The lines of one head as they came: what a library makes of them may have lost what was wrong."""

    def __init__(self, file: BufferedIOBase) -> None:
        self._file = file
        self._lines: list[bytes] = []

    def readline(self, size: int = -1) -> bytes:
        line = self._file.readline(size)
        self._lines.append(line)
        return line

    def doubt(self) -> str | None:
        """Why they are refused; a head that breaks off is."""
        ended = all(line.endswith(b"\r\n") and b"\r" not in line[:-2] for line in self._lines)
        if not ended or not self._lines or self._lines[-1] != b"\r\n":
            return _MALFORMED
        pairs = [line[:-2].decode("latin-1").partition(":") for line in self._lines[:-1]]
        return doubt((name, value) for name, _, value in pairs) if all(colon for _, colon, _ in pairs) else _MALFORMED


class StrictHead(Handler):
    """Put before a server's own handler: reads heads strictly, names no program, and writes no line about anybody."""

    def parse_request(self) -> bool:
        """Read a request's head; refuse one that can be read in two ways."""
        file, lines = self.rfile, _Lines(self.rfile)
        self.rfile = lines  # type: ignore[assignment]  # of a file, the reading of a head asks for lines alone
        try:
            understood = super().parse_request()
        finally:
            self.rfile = file
        if not understood:
            return False
        why = lines.doubt()
        if why is not None:
            self.send_error(400, why)
        return why is None

    def send_header(self, keyword: str, value: str) -> None:
        """One header; which program answers, and in which version, is nobody's business."""
        if keyword != "Server":
            super().send_header(keyword, value)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing of what is refused: the words are the sender's, and many when somebody wants them to be."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: request lines carry session ids."""
