"""What Socket.IO reads and what it says of it.

Law: text only, no frame beyond the limit, and whoever sends rubbish is counted and fills neither memory nor log.
"""

import logging
from typing import Any

from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from socketio.packet import Packet

from monitor.web import faults
from monitor.web.services import Services

_BINARY = ("5", "6")


class PacketRefused(ValueError):
    """A packet nobody's page sends."""


class TextOnly(Packet):  # type: ignore[misc]
    """Refuses binary packets: their attachments pile up in memory before any handler sees them (RELIABILITY §3.9)."""

    uses_binary_events = False

    def decode(self, encoded_packet: str | bytes) -> int:
        """Read a packet; raises PacketRefused for a binary or a broken one, which is then dropped."""
        if isinstance(encoded_packet, bytes) or encoded_packet[:1] in _BINARY:
            raise PacketRefused("binary packets are off")
        try:
            return int(super().decode(encoded_packet) or 0)
        except (ValueError, TypeError, LookupError, RecursionError):
            raise PacketRefused("this is no packet") from None


class _Scrubbed(logging.Filter):
    """Says of an error where it happened and not what it held; whoever sends rubbish is counted and fills no log."""

    def __init__(self, given: Services) -> None:
        super().__init__()
        self._given = given

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, PacketRefused):
            self._given.counters.refusals.labels("packet").inc()
            return False
        if error is not None:
            record.msg, record.args, record.exc_info = f"{record.getMessage()}: {faults.where(error)}", (), None
        return True


def quiet_log(given: Services) -> logging.Logger:
    """What Socket.IO and its engine write into."""
    log = logging.Logger("sockets", logging.WARNING)
    log.parent = logging.getLogger()
    log.addFilter(_Scrubbed(given))
    return log


class Capped(SimpleWebSocketWSGI):  # type: ignore[misc]
    """Hands the message limit down to simple-websocket, which engineio forgets to do (RELIABILITY finding 11)."""

    def __init__(self, handler: object, server: Any, **kwargs: object) -> None:  # noqa: ANN401
        super().__init__(handler, server, max_message_size=int(server.max_http_buffer_size), **kwargs)
