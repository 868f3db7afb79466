"""MLLP framing: VT, payload, FS CR.

Law: resynchronise, never lose a following frame. Junk is skipped to the next VT and counted; a VT inside a frame starts
a new one and the lost one is reported; a frame over the limit is reported, never collected. The result depends on the
bytes alone, not on how they were cut into chunks, and costs linear time even when they come one by one.
"""

from dataclasses import dataclass

VT = b"\x0b"
FS = b"\x1c"
CR = b"\r"
_CR_BYTE = CR[0]
_VT_BYTE = VT[0]
_BETWEEN_FRAMES = b"\r\n \t"  # what real exporters put after FS CR; not worth a warning
_KEPT_BYTES = 64 * 1024  # of an oversize frame: enough for its header and for a person to see what it was
_KEPT_JUNK_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Frame:
    """The payload of one complete frame, without VT, FS and CR."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that are no frame: `kind` is junk, unfinished, oversize (or the listener's own stalled).

    `raw` holds their beginning; `count` is the number of junk bytes, or 1 for a lost frame.
    """

    kind: str
    raw: bytes
    count: int


class FrameBuffer:
    """Collects the chunks of one connection; not shared between connections."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._buffer = bytearray()
        self._searched = 0  # everything before it in the buffer is known to hold no end and no start
        self._open = False
        self._junk = bytearray()
        self._junk_count = 0

    def pending(self) -> bool:
        """Whether a frame has begun and not ended, so that a time-out applies."""
        return self._open

    def abandon(self) -> bytes:
        """Forget the open frame and return what there was of it."""
        lost = bytes(self._buffer)
        self._buffer.clear()
        self._searched = 0
        self._open = False
        return lost

    def feed(self, chunk: bytes) -> list[Frame | Skipped]:
        """Take what arrived; returns what it completes, in order."""
        self._buffer += chunk
        found: list[Frame | Skipped] = []
        position = 0
        while True:
            if not self._open:
                position = self._begin(position, found)
            if self._open:
                position = self._look_for_end(position, found)
            if self._open or position == len(self._buffer):
                break
        del self._buffer[:position]
        self._searched = max(0, self._searched - position)
        return found

    def finish(self) -> list[Skipped]:
        """What the end of the connection leaves over: an unfinished frame, or junk after the last one."""
        left: list[Frame | Skipped] = []
        if self._open:
            left.append(Skipped("unfinished", self.abandon(), 1))
        self._report_junk(left)
        return [item for item in left if isinstance(item, Skipped)]

    def _begin(self, position: int, found: list[Frame | Skipped]) -> int:
        """Look for a VT from `position` and open a frame behind it; returns how far the buffer is used up."""
        start = self._buffer.find(VT, position)
        end = len(self._buffer) if start < 0 else start
        kept = min(end, position + _KEPT_JUNK_BYTES - len(self._junk))
        self._junk += self._buffer[position:kept]
        self._junk_count += end - position
        if start < 0:
            return end
        self._report_junk(found)
        self._open = True
        self._searched = start + 1
        return start + 1

    def _report_junk(self, found: list[Frame | Skipped]) -> None:
        if self._junk.strip(_BETWEEN_FRAMES) or self._junk_count > _KEPT_JUNK_BYTES:
            found.append(Skipped("junk", bytes(self._junk), self._junk_count))
        self._junk.clear()
        self._junk_count = 0

    def _look_for_end(self, start: int, found: list[Frame | Skipped]) -> int:
        """Look for the end of the open frame that began at `start`; returns how far the buffer is used up.

        The frame stays open when more bytes are needed.
        """
        buffer = self._buffer
        while True:
            last = start + self._limit_bytes  # the highest place its FS may have
            end = buffer.find(FS, self._searched, last + 1)
            restart = buffer.find(VT, self._searched, last + 1 if end < 0 else end)
            if restart >= 0:
                found.append(Skipped("unfinished", bytes(buffer[start:restart]), 1))
                self._searched = start = restart + 1
            elif end < 0:
                return self._without_end(start, last, found)
            elif end + 1 == len(buffer):
                self._searched = end
                return start
            elif buffer[end + 1] in (_CR_BYTE, _VT_BYTE):  # FS VT: the CR was lost, the payload was not
                found.append(Frame(bytes(buffer[start:end])))
                self._open = False
                return end + (2 if buffer[end + 1] == _CR_BYTE else 1)
            else:
                self._searched = end + 1

    def _without_end(self, start: int, last: int, found: list[Frame | Skipped]) -> int:
        if len(self._buffer) <= last:
            self._searched = len(self._buffer)
            return start
        kept = min(_KEPT_BYTES, self._limit_bytes)
        found.append(Skipped("oversize", bytes(self._buffer[start : start + kept]), 1))
        self._open = False
        return last + 1


def wrap(payload: bytes) -> bytes:
    """Frame one message for sending."""
    return VT + payload + FS + CR
