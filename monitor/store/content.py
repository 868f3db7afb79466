"""What makes two rows the same row.

Law: a resend has the same content and is stored once; other content at the same time is another row.
"""

import hashlib
import zlib

_HALF = 1 << 31


def short_key(content: object) -> int:
    """32 bits of a value's repr, signed; rows that share one by chance are told apart by whoever stores them."""
    return zlib.crc32(repr(content).encode()) - _HALF


def next_key(key: int) -> int:
    """The key to try when another row has this one by chance."""
    return (key + 1 + _HALF) % (1 << 32) - _HALF


def long_key(content: object) -> int:
    """64 bits of a value's repr, signed: never shared by chance."""
    return int.from_bytes(hashlib.blake2b(repr(content).encode(), digest_size=8).digest(), "big", signed=True)
