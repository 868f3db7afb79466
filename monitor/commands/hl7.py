"""`hl7 explain FILE…` and `hl7 send FILE --to HOST:PORT`: what the receiver makes of bytes, and bytes for a receiver.

Law: `explain` writes JSON Lines (or, asked so, sentences) to standard output and nothing else there; `send` waits for
each answer, as a monitor does, and counts only an accepting one that names its message.
"""

import argparse
import json
import socket
import ssl
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config import Config
from monitor.clock import system_clock
from monitor.errors import ConfigurationRefused
from monitor.hl7 import ack, batch
from monitor.hl7.explain import explain
from monitor.hl7.message import read_header
from monitor.hl7.mllp import VT, Frame, FrameBuffer, wrap
from monitor.hl7.source import EVERY_OTHER
from monitor.hl7.wording import as_text, explanations
from monitor.provisions import read_codes, read_sources
from monitor.tls import client_context, trouble

_FRAME_LIMIT_BYTES = 64 * 1024 * 1024  # what is sent may be over the receiver's limit on purpose
_ACCEPTED = ("AA", "CA")
_ECHO_CHARACTERS = 199  # what a receiver echoes of MSH-10


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `hl7` with its two commands."""
    hl7 = subparsers.add_parser("hl7", help="explain or send HL7 messages")
    commands = hl7.add_subparsers(dest="hl7_command", required=True)
    explaining = commands.add_parser("explain", help="print how messages would be read, one JSON line each")
    explaining.add_argument("files", nargs="+", type=Path, metavar="FILE")
    explaining.add_argument("--words", action="store_true", help="sentences for people instead of JSON Lines")
    explaining.set_defaults(run=run_explain)
    sending = commands.add_parser("send", help="send the messages of a file over MLLP and wait for each answer")
    sending.add_argument("file", type=Path, metavar="FILE")
    sending.add_argument("--to", required=True, metavar="HOST:PORT")
    sending.add_argument("--timeout", type=float, default=10.0, metavar="S", help="seconds to wait for an answer")
    tls = sending.add_argument_group("TLS", "any of these sends inside TLS")
    tls.add_argument("--tls", action="store_true", help="inside TLS, believing the authorities of this machine")
    tls.add_argument("--ca", type=Path, metavar="FILE", help="the authority that vouches for the receiver")
    tls.add_argument("--cert", type=Path, metavar="FILE", help="our certificate, when the receiver asks for one")
    tls.add_argument("--key", type=Path, metavar="FILE", help="its private key")
    sending.set_defaults(run=run_send)


def run_explain(arguments: argparse.Namespace, config: Config) -> int:
    """Exit code 0 for whatever the files hold, 2 when one cannot be opened."""
    codes, sources = read_codes(), read_sources(config.sources, config.timezone)
    now = system_clock().now()
    status = 0
    for path in arguments.files:
        try:
            raw = path.read_bytes()
        except OSError as error:
            print(f"hl7 explain: {path}: {error.strerror}", file=sys.stderr)
            status = 2
            continue
        if arguments.words:
            print(*(as_text(one) for one in explanations(raw, codes, sources, now)), sep="\n\n")
            continue
        for line in explain(raw, codes, sources[EVERY_OTHER], now, sources):
            print(json.dumps(line))
            if line["ack"] is None or str(line["ack"])[1] != "A":
                print(f"hl7 explain: {path}: {line['notes']}", file=sys.stderr)
    return status


def run_send(arguments: argparse.Namespace, config: Config) -> int:
    """Exit code 0 when every message was accepted, 1 when one was refused or not answered."""
    del config
    host, port = _address(arguments.to)
    context = _tls(arguments)
    try:
        raw = arguments.file.read_bytes()
    except OSError as error:
        print(f"hl7 send: {arguments.file}: {error.strerror}", file=sys.stderr)
        return 2
    counts = _Counts()
    try:
        with _connected(host, port, arguments.timeout, context) as connection:
            _converse(connection, messages_of(raw), counts)
    except OSError as error:
        hint = "; a port that speaks TLS does so: then give --ca" if _cut(error) and context is None else ""
        why = trouble(error, host, inside_tls=context is not None)
        print(f"hl7 send: {arguments.to}: {why}{hint}", file=sys.stderr)
    print(f"sent {counts.sent} acked {counts.acked} refused {counts.sent - counts.acked}")
    return 0 if counts.sent and counts.acked == counts.sent else 1


def _cut(error: OSError) -> bool:
    return isinstance(error, ConnectionResetError | BrokenPipeError)


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if arguments.key is not None and arguments.cert is None:
        raise ConfigurationRefused("--key needs --cert, the certificate it belongs to")
    if not (arguments.tls or arguments.ca or arguments.cert):
        return None
    return client_context(arguments.ca, arguments.cert, arguments.key)


def _connected(host: str, port: int, timeout_s: float, context: ssl.SSLContext | None) -> socket.socket:
    connection = socket.create_connection((host, port), timeout_s)
    if context is None:
        return connection
    try:
        return context.wrap_socket(connection, server_hostname=host)
    except BaseException:
        connection.close()
        raise


@dataclass(slots=True)
class _Counts:
    sent: int = 0
    acked: int = 0


def _converse(connection: socket.socket, payloads: Iterable[bytes], counts: _Counts) -> None:
    """Send one, wait for its answer, send the next; a payload without a header gets none and is not waited for."""
    frames = FrameBuffer(_FRAME_LIMIT_BYTES)
    for payload in payloads:
        connection.sendall(wrap(payload))
        counts.sent += 1
        header = read_header(payload)
        if header is None:
            print(f"hl7 send: message {counts.sent} has no MSH: no answer can come", file=sys.stderr)
            continue
        answer = _answer(connection, frames, header.control_id[:_ECHO_CHARACTERS])
        if answer in _ACCEPTED:
            counts.acked += 1
        else:
            print(f"hl7 send: message {counts.sent} was answered {answer or 'without MSA'}", file=sys.stderr)


def messages_of(raw: bytes) -> Iterator[bytes]:
    """The payloads to send: the frames of a capture as they are, or each message of a file."""
    if VT not in raw:
        yield from batch.split(raw)
        return
    for item in FrameBuffer(_FRAME_LIMIT_BYTES).feed(raw):
        if isinstance(item, Frame):
            yield item.raw


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ConfigurationRefused(f"--to {text!r} is not like 127.0.0.1:2575")
    return host.strip("[]") or "127.0.0.1", int(port)


def _answer(connection: socket.socket, frames: FrameBuffer, control_id: str) -> str:
    """MSA-1 of the answer to this message; late answers to others are passed over. Raises OSError when none comes."""
    while True:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionResetError("the connection was closed before an answer came")
        for item in frames.feed(chunk):
            if isinstance(item, Frame):
                code, answered = ack.control_id_of(item.raw)
                if answered in (control_id, ""):
                    return code
