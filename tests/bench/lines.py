"""One bed's connection in the load generator: writes when told, times every acknowledgement.

Law: open loop; nothing is sent again and nothing waits for an answer, so a slow receiver is measured, not spared.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

_END = b"\x1c\r"


@dataclass
class Measured:
    """What all lines together have seen; times are `time.monotonic()`, latencies in seconds."""

    counts_from_mono_s: float = 0.0
    ack_s: list[float] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    acked: int = 0
    observations_sent: int = 0
    observations_acked: int = 0
    unexpected: int = 0
    disconnects: int = 0
    unsent: int = 0


@dataclass(slots=True)
class Sent:
    """One message on its way."""

    at_mono_s: float
    observations: int
    acked_mono_s: float | None = None


class BedLine(asyncio.Protocol):
    """The connection of one bed."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._transport: asyncio.Transport | None = None
        self._waiting: dict[bytes, Sent] = {}
        self._buffer = b""

    @property
    def open(self) -> bool:
        """Whether messages can be sent."""
        return self._transport is not None

    @property
    def unacked(self) -> int:
        """Messages sent and not answered."""
        return len(self._waiting)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is gone; what was on its way stays unacknowledged."""
        self._transport = None
        self._buffer = b""
        self._measured.disconnects += 1

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def send(self, control_id: bytes, framed: bytes, observations: int) -> Sent | None:
        """Send one framed message; None (counted) while there is no connection."""
        if self._transport is None:
            self._measured.unsent += 1
            return None
        sent = Sent(time.monotonic(), observations)
        self._waiting[control_id] = sent
        self._transport.write(framed)
        self._measured.sent += 1
        self._measured.observations_sent += observations
        return sent

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes arrived; every complete frame is an answer."""
        now_mono_s = time.monotonic()
        if self._buffer:
            data = self._buffer + data
        *frames, self._buffer = data.split(_END)
        for frame in frames:
            self._answered(frame, now_mono_s)

    def _answered(self, frame: bytes, now_mono_s: float) -> None:
        at = frame.find(b"\rMSA|")
        fields = frame[at + 5 :].split(b"\r", 1)[0].split(b"|") if at >= 0 else []
        sent = self._waiting.pop(fields[1], None) if len(fields) > 1 else None
        if sent is None:
            self._measured.unexpected += 1
            return
        measured, code = self._measured, fields[0].decode("ascii", "replace")
        measured.codes[code] += 1
        sent.acked_mono_s = now_mono_s
        if code in ("AA", "CA"):
            measured.acked += 1
            measured.observations_acked += sent.observations
        if sent.at_mono_s >= measured.counts_from_mono_s:
            measured.ack_s.append(now_mono_s - sent.at_mono_s)
