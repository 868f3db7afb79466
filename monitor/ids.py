"""Names for new things. Law: sortable by time, unique across nodes without asking anyone, readable aloud."""

import secrets
from collections.abc import Callable
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u


def _base32(number: int, length: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def id_maker(now: Callable[[], datetime]) -> Callable[[], str]:
    """A maker of 16-character ids: 9 of milliseconds, 7 of chance (35 bits)."""

    def new_id() -> str:
        return _base32(int(now().timestamp() * 1000), 9) + _base32(secrets.randbits(35), 7)

    return new_id
