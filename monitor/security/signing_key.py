"""The key that signs, and the public keys that say whether something was signed.

Law: the private key is a file only its owner can read, outside the database; a public key is never forgotten, so that
what an earlier key signed is still known after a new one was made.
"""

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from monitor.errors import ConfigurationRefused

PUBLIC_SUFFIX = ".public"
_ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """Every public key this installation has signed with, by key id (32 bytes each)."""

    by_id: Mapping[str, bytes]

    def verifies(self, key_id: str, signature: bytes, message: bytes) -> bool:
        """Whether the key of that id signed exactly this; False for an id nobody knows."""
        raw = self.by_id.get(key_id)
        if raw is None:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that signs now, with all public keys; never printed."""

    private: Ed25519PrivateKey
    key_id: str
    public: PublicKeys

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self.private.sign(message)


def key_id_of(public: bytes) -> str:
    """The id of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:_ID_DIGITS]


def open_signing_key(path: Path) -> SigningKey:
    """The key in a file, made at the first start; its public key joins the list beside it.

    Raises ConfigurationRefused when others can read the file or it holds no Ed25519 key.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        _make(path)
    else:
        if mode & 0o077:
            raise ConfigurationRefused(
                f"The signing key {path.name} can be read by other users of this machine: chmod 600 it, and think of "
                "making a new one (docs/operators.md, Signatures)."
            )
    private = _read(path)
    raw = private.public_key().public_bytes_raw()
    known = read_public_keys(path)
    if key_id_of(raw) not in known.by_id:
        _note_public(path, raw)
        known = read_public_keys(path)
    return SigningKey(private, key_id_of(raw), known)


def read_public_keys(path: Path) -> PublicKeys:
    """The public keys listed beside a key file; none before the first start. Raises ConfigurationRefused."""
    listed = path.with_name(path.name + PUBLIC_SUFFIX)
    found: dict[str, bytes] = {}
    try:
        lines = listed.read_text(encoding="ascii").split()
    except FileNotFoundError:
        return PublicKeys({})
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationRefused(f"The list of public keys {listed.name} cannot be read.") from error
    for line in lines:
        try:
            raw = bytes.fromhex(line)
            Ed25519PublicKey.from_public_bytes(raw)
        except ValueError as error:
            raise ConfigurationRefused(f"{listed.name}: {line[:12]}… is no Ed25519 public key.") from error
        found[key_id_of(raw)] = raw
    return PublicKeys(found)


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationRefused(f"The signing key {path.name} cannot be read.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationRefused(f"The signing key {path.name} is not an Ed25519 key.")
    return key


def _make(path: Path) -> None:
    """A new key, whole or not at all."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    _write(fresh, os.O_EXCL, pem, 0o600)
    fresh.replace(path)


def _note_public(path: Path, raw: bytes) -> None:
    _write(path.with_name(path.name + PUBLIC_SUFFIX), os.O_APPEND, raw.hex().encode() + b"\n", 0o644)


def _write(path: Path, flag: int, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | flag, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
