"""Heads of the audit chain, signed and kept where whoever owns the database cannot take them back.

Law: a line is only ever added; what a line says is believed when one of our keys signed it.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.security.audit import Anchor
from monitor.security.signing_key import PublicKeys, SigningKey

DOMAIN = b"infusion-monitor audit head v1\0"
_PARTS = 5


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The newest entry at one moment, its hash, and the key's signature on both and the time."""

    anchor: Anchor
    at: datetime
    key_id: str
    signature: bytes

    def line(self) -> str:
        """The head as one line of words."""
        said = _said(self.anchor, self.at.isoformat())
        return f"{said} {self.key_id} {self.signature.hex()}"


@dataclass(frozen=True, slots=True)
class Anchored:
    """What an anchor file holds: the heads that our keys signed, and the numbers of the lines that are none."""

    anchors: tuple[Anchor, ...]
    bad_lines: tuple[int, ...]


def signed_head(key: SigningKey, anchor: Anchor, at: datetime) -> SignedHead:
    """Sign a head."""
    return SignedHead(anchor, at, key.key_id, key.sign(DOMAIN + _said(anchor, at.isoformat()).encode()))


def add_line(path: Path, head: SignedHead) -> None:
    """Add a head to an anchor file, durably; the file may be one that can only be appended to. Raises OSError."""
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(head.line().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_anchors(path: Path, keys: PublicKeys) -> Anchored:
    """What an anchor file holds; nothing when there is none. Raises OSError."""
    if not path.exists():
        return Anchored((), ())
    anchors: list[Anchor] = []
    bad: list[int] = []
    for number, line in _lines(path):
        anchor = _read(line, keys)
        if anchor is None:
            bad.append(number)
        else:
            anchors.append(anchor)
    return Anchored(tuple(anchors), tuple(bad))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def _read(line: str, keys: PublicKeys) -> Anchor | None:
    parts = line.split()
    if len(parts) != _PARTS:
        return None
    seq, hexadecimal, at, key_id, signature = parts
    try:
        anchor = Anchor(int(seq), bytes.fromhex(hexadecimal))
        signed = bytes.fromhex(signature)
    except ValueError:
        return None
    return anchor if keys.verifies(key_id, signed, DOMAIN + _said(anchor, at).encode()) else None


def _said(anchor: Anchor, at: str) -> str:
    return f"{anchor.seq} {anchor.hash.hex()} {at}"
