"""What the intake hands to the recorder. Law: every arrival is finished exactly once, with an answer or with none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.runtime import Signal


@dataclass(slots=True)
class Arrived:
    """One frame as received; `refused` says why the intake knows it is broken (stalled, unfinished, oversize).

    `answer` is the HL7 acknowledgement to send (None where there is no MSH to answer) once `done` is set.
    """

    raw: bytes
    peer: str
    received_at: datetime
    received_mono_s: float
    done: Signal
    refused: str | None = None
    answer: bytes | None = None

    def finish(self, answer: bytes | None) -> None:
        """Give the answer; the intake's task wakes up."""
        self.answer = answer
        self.done.set()


class Inbox(Protocol):
    """Where the intake puts what arrives."""

    def receive(self, arrived: Arrived) -> None:
        """Queue one arrival; returns at once."""
