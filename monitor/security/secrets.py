"""Random secrets that are shown once. Law: the record keeps only their SHA-256, so a stolen database opens nothing."""

import hashlib
import secrets

_BYTES = 32  # 256 bits: a plain hash is enough, nobody can guess one
TOKEN_PREFIX = "imt_"  # noqa: S105 # nosec B105 # a mark by which scanners find a leaked token, no secret


def new_secret() -> str:
    """256 random bits in URL-safe text."""
    return secrets.token_urlsafe(_BYTES)


def new_token() -> str:
    """A bearer token for a program."""
    return TOKEN_PREFIX + new_secret()


def fingerprint(secret: str) -> str:
    """What is stored of a secret: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
