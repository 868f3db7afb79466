"""What can go wrong between a monitor and the receiver: faults laid over the frames of one connection.

Law: the same seed breaks the same frames. A fault never changes a message; what was broken is sent again whole, as a
gateway does that got no acknowledgement. Only a drop is never sent at all; it is counted apart.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from random import Random

from simulators.bedside import Chunk, Outgoing
from simulators.mllp import END, START

SHARES = ("drop", "duplicate", "reorder", "truncate", "byte_by_byte", "junk", "lost_end_block")
JUNK = b"\r\n\x00junk between frames\r\n"


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of messages (0 to 1) that are dropped, duplicated, swapped with the next, truncated, sent byte by byte,
    preceded by junk or sent without an end block; and seconds by which messages are held back, or clocks are off."""

    drop: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    truncate: float = 0.0
    byte_by_byte: float = 0.0
    junk: float = 0.0
    lost_end_block: float = 0.0
    late_s: float = 0.0
    delay_s: float = 0.0
    clock_offset_s: float = 0.0

    @property
    def any(self) -> bool:
        """Whether anything is to go wrong on the wire (a wrong clock is the monitor's)."""
        return any(getattr(self, kind) > 0 for kind in (*SHARES, "late_s", "delay_s"))

    def over(self, own: "Faults") -> "Faults":
        """What is asked for here, and for the rest what a scenario has of its own."""
        asked = {kind: value for kind, value in asdict(self).items() if value}
        return replace(own, **asked)


class FaultyWire:
    """The faults of one connection, frame by frame."""

    def __init__(self, faults: Faults, seed: str) -> None:
        self._faults, self._rng = faults, Random(f"{seed}/wire")  # nosec B311 # the same again by its seed
        self.dropped = 0

    def order(self, messages: Iterator[Outgoing]) -> Iterator[Outgoing]:
        """The messages that are sent at all, in the order in which they are sent, each as late as it is."""
        faults, held = self._faults, None
        for message in messages:
            if self._rng.random() < faults.drop:
                self.dropped += 1
                continue
            later = Outgoing(message.due_s + self._held_back_s(), message.control_id, message.payload)
            if held is None and self._rng.random() < faults.reorder:
                held = later
                continue
            yield later
            if self._rng.random() < faults.duplicate:
                yield later
            if held is not None:
                yield held
                held = None
        if held is not None:
            yield held

    def _held_back_s(self) -> float:
        return self._faults.late_s + (self._rng.uniform(0, self._faults.delay_s) if self._faults.delay_s else 0.0)

    def chunks(self, message: bytes) -> Iterator[Chunk]:
        """What is written for one attempt to send the message; a cut or unended frame is repeated whole afterwards."""
        faults, rng, whole = self._faults, self._rng, START + message + END
        if rng.random() < faults.junk:
            yield Chunk(JUNK)
        if rng.random() < faults.lost_end_block:
            yield Chunk(START + message)
        if rng.random() < faults.truncate:
            yield Chunk(whole[: rng.randrange(1, len(whole) - 2)], then_cut=True)
            return
        if rng.random() < faults.byte_by_byte:
            for byte in whole:
                yield Chunk(bytes((byte,)), 0.0002)
            return
        yield Chunk(whole)
