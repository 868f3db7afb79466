"""What the record keeps so that a stolen database alone opens nothing.

Law: keys are derived from the server's secret key, one for each purpose; what was sealed for one person opens for
nobody else. Another secret key than before opens nothing: keep it with the backups.
"""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from monitor.errors import Refused

_NONCE_BYTES = 12
_KEY_BYTES = 32


class Sealing:
    """Seals seeds and marks codes."""

    def __init__(self, secret_key: str) -> None:
        self._seeds = AESGCM(_derived(secret_key, b"infusion-monitor authenticator seeds 1"))
        self._codes = _derived(secret_key, b"infusion-monitor recovery codes 1")

    def seal(self, seed: str, person_id: int) -> bytes:
        """The seed as it may be stored (AES-256-GCM, bound to the person)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._seeds.encrypt(nonce, seed.encode("ascii"), _whose(person_id))

    def unseal(self, sealed: bytes, person_id: int) -> str:
        """The seed; raises Refused when it was sealed with another secret key or for somebody else."""
        try:
            return self._seeds.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _whose(person_id)).decode("ascii")
        except InvalidTag:
            raise Refused(
                "The server's secret key is another than when this app was set up. Use a recovery code or a passkey, "
                "or have the second step reset."
            ) from None

    def mark(self, code: str, person_id: int) -> str:
        """What is stored of a recovery code, however it was typed: an HMAC-SHA-256 in hexadecimal."""
        bare = "".join(letter for letter in code.casefold() if letter.isalnum())
        said = _whose(person_id) + b":" + bare.encode("utf-8", "surrogatepass")
        return hmac.digest(self._codes, said, "sha256").hex()


def _derived(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(secret_key.encode())


def _whose(person_id: int) -> bytes:
    return b"person %d" % person_id
