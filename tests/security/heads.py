"""Requests whose end two programs could see in two places, and how one connection is asked with them."""

import contextlib
import socket

HOST = b"%(host)s"
_POST = b"POST /sign-in HTTP/1.1\r\nHost: " + HOST + b"\r\n"
NEXT = b"GET /healthz HTTP/1.1\r\nHost: " + HOST + b"\r\n\r\n"
_LONG = b"%(next)d"
_CHUNKED = b"Transfer-Encoding: chunked\r\n"
_ENDED = b"\r\n0\r\n\r\n"

# What follows each head is another request, for whoever takes its end for an earlier one.
AMBIGUOUS = {
    "a length and chunks": _POST + b"Content-Length: 6\r\n" + _CHUNKED + _ENDED + NEXT,
    "chunks and a length": _POST + _CHUNKED + b"Content-Length: 4\r\n" + _ENDED + NEXT,
    "two codings": _POST + _CHUNKED + b"Transfer-Encoding: identity\r\nContent-Length: 5\r\n" + _ENDED + NEXT,
    "a coding nobody knows": _POST + b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n" + _ENDED + NEXT,
    "a space before the colon": _POST + b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n" + _ENDED + NEXT,
    "a control before the coding": _POST + b"Transfer-Encoding:\x0bchunked\r\nContent-Length: 5\r\n" + _ENDED + NEXT,
    "chunks in HTTP/1.0": _POST.replace(b"1.1", b"1.0") + _CHUNKED + _ENDED + NEXT,
    "two lengths, the first none": _POST + b"Content-Length: 0\r\nContent-Length: " + _LONG + b"\r\n\r\n" + NEXT,
    "two lengths, the last none": _POST + b"Content-Length: " + _LONG + b"\r\nContent-Length: 0\r\n\r\n" + NEXT,
    "a list of lengths": _POST + b"Content-Length: 0, " + _LONG + b"\r\n\r\n" + NEXT,
    "a length with a sign": _POST + b"Content-Length: +0\r\n\r\n" + NEXT,
    "a length below nothing": _POST + b"Content-Length: -1\r\n\r\n" + NEXT,
    "a folded line": _POST + b"Content-Length: 0\r\nTransfer-Encoding:\r\n chunked\r\n" + _ENDED + NEXT,
    "a bare CR": _POST + b"X: a\rContent-Length: " + _LONG + b"\r\n\r\n" + NEXT,
    "a NUL": _POST + b"X: a\x00\r\nContent-Length: 0\r\n\r\n" + NEXT,
    "two hosts": NEXT[:-2] + b"Host: elsewhere\r\n\r\n" + NEXT,
    "a chunk's size as a program writes it": _POST + _CHUNKED + b"\r\n0x0\r\n\r\n" + NEXT,
}
# What a proxy may put right before it passes it on; nobody may pass it to us like this.
BENT = {
    "bare LF": _POST + b"X: a\nContent-Length: " + _LONG + b"\r\n\r\n" + NEXT,
    "bare LF all through": (_POST + b"Content-Length: 0\r\n\r\n").replace(b"\r\n", b"\n") + NEXT,
    "a trailer": _POST + _CHUNKED + b"\r\n0\r\nX: GET /healthz HTTP/1.1\r\n\r\n" + NEXT,
}
# One request behind another, and bodies where none is looked for: plain to everybody.
PLAIN = {
    "two in a row": (_POST + b"Content-Length: 0\r\n\r\n" + NEXT, [400, 200]),
    "a length by another name": (
        _POST + b"Content_Length: " + _LONG + b"\r\nContent-Length: 0\r\n\r\n" + NEXT,
        [400, 200],
    ),
    "a GET with a body": (NEXT[:-2] + b"Content-Length: " + _LONG + b"\r\n\r\n" + NEXT, [200]),
}


def written(request: bytes, host: str) -> bytes:
    """The bytes as they are sent to the server of that name."""
    follows = len(NEXT) - len(HOST) + len(host)
    return request.replace(HOST, host.encode()).replace(_LONG, b"%d" % follows)


def exchange(connection: socket.socket, sent: bytes, quiet_s: float = 0.3) -> tuple[bytes, bool]:
    """What came back until nothing came for a moment, and whether the connection was closed."""
    connection.settimeout(quiet_s)
    came = b""
    with contextlib.suppress(TimeoutError):
        try:
            connection.sendall(sent)
            while chunk := connection.recv(65_536):
                came += chunk
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
        return came, True
    return came, False
