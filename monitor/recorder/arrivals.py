"""What the intake hands to the recorder. Law: every arrival is finished exactly once, with its answers or with none."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.runtime import Signal


class When(Protocol):
    """When something was received, on the wall and on the monotonic clock."""

    @property
    def received_at(self) -> datetime:
        """Aware UTC."""

    @property
    def received_mono_s(self) -> float:
        """Seconds that never jump."""


@dataclass(slots=True)
class Arrived:
    """One frame as received; `refused` says why the intake knows it is broken (stalled, unfinished, oversize).

    `answers` are the HL7 acknowledgements to send once `done` is set: one a message, none where there is no MSH.
    `parts` are the messages of a batch that are still to be taken, None before the first look.
    """

    raw: bytes
    peer: str
    received_at: datetime
    received_mono_s: float
    done: Signal
    refused: str | None = None
    answers: tuple[bytes, ...] = ()
    parts: deque[bytes] | None = None
    finished: bool = False

    @property
    def is_taken(self) -> bool:
        """Whether all its messages have been looked at."""
        return not self.parts

    def finish(self, answers: tuple[bytes, ...]) -> None:
        """Give the answers; the intake's task wakes up."""
        self.answers = answers
        self.finished = True
        self.done.set()


class Inbox(Protocol):
    """Where the intake puts what arrives."""

    def receive(self, arrived: Arrived) -> None:
        """Queue one arrival; returns at once."""
