"""JSON of the live connection.

Law: what is no number (NaN, infinity) is sent as null, never as a word a page may trip on.

Tiles are most of what the hub encodes; orjson does it in a third of the time (`make bench`).
"""

import orjson

from monitor.errors import MonitorError


class NotSendable(MonitorError):
    """A payload that is not plain JSON values: a fault of ours."""

    code = "not_sendable"


def dumps(payload: object, **_: object) -> str:
    """Encode a payload; raises NotSendable."""
    try:
        return orjson.dumps(payload).decode()
    except orjson.JSONEncodeError as error:
        raise NotSendable(f"A payload could not be encoded: {error}.") from error


def loads(text: str | bytes, **_: object) -> object:
    """Decode what a page sent; raises ValueError."""
    return orjson.loads(text)
