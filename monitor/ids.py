"""Names for new things. Law: sortable by time, unique across nodes without asking anyone, readable aloud."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

_EPOCH, _MS = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def _base32(number: int) -> str:
    """16 characters of an 80-bit number, two at a time."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(70, -1, -10)])


def id_maker(now: Callable[[], datetime]) -> Callable[[], str]:
    """A maker of 16-character ids: 9 of milliseconds, 7 of chance (35 bits). Names, no secrets: they may be guessed."""
    chance = Random()  # nosec B311 # see above

    def new_id() -> str:
        return _base32(((now() - _EPOCH) // _MS) << 35 | chance.getrandbits(35))

    return new_id
