"""The audit trail is anchored outside and verified while the server runs: at its start, at night, and when asked.

Law: off the hub and a little at a time, so that no alarm waits for it; what it finds is shown and counted, and never
stops the monitoring. Anchors are added after the commit of what they anchor, at each sign-off and every ten minutes.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from monitor.clock import Clock
from monitor.counters import Counters
from monitor.errors import MonitorError
from monitor.runtime import Runtime, Signal
from monitor.security.anchors import add_line, read_anchors, signed_head
from monitor.security.audit import Anchor, Progress, beginning, by_seq, head, verify_part
from monitor.security.signature_check import broken_signatures
from monitor.security.signing_key import SigningKey
from monitor.security.syslog import SyslogServer

T = TypeVar("T")
log = logging.getLogger(__name__)

ANCHOR_EVERY_S = 600.0
AT_START = 10_000  # entries
PART = 2000
PAUSE_S = 0.02  # between two parts: what else runs here goes first
LOOK_S = 60.0
AT_NIGHT_H = 3  # in the clinic's own time


class Read(Protocol):
    """Runs a query on a reading connection, off the hub."""

    def __call__(self, query: Callable[[Connection], T]) -> T:
        """What the query gives."""


@dataclass(frozen=True, slots=True)
class TrailState:
    """What the last verification found; `broken` is "" while the trail is whole, None before the first one."""

    checked_at: datetime | None = None
    entries: int = 0  # how many were verified
    whole_trail: bool = False  # all of it, or only its end
    broken: str | None = None
    seq: int | None = None  # the first entry that is not what was written
    anchored_seq: int = 0
    anchored_at: datetime | None = None
    unanchored: str = ""  # why the last anchor could not be kept everywhere

    @property
    def word(self) -> str:
        """`whole`, `broken` or `not_checked`, for watchers."""
        return "not_checked" if self.broken is None else "broken" if self.broken else "whole"


@dataclass(frozen=True, slots=True)
class Outside:
    """Where anchors are kept."""

    file: Path
    syslog: SyslogServer | None = None


class TrailWatch:
    """Anchors and verifies for ever."""

    def __init__(
        self,
        read: Read,
        key: SigningKey,
        outside: Outside,
        clock: Clock,
        runtime: Runtime,
        counters: Counters,
        zone: ZoneInfo,
    ) -> None:
        self._read = read
        self._key = key
        self._outside = outside
        self._clock = clock
        self._runtime = runtime
        self._counters = counters
        self._zone = zone
        self._wake: Signal = runtime.signal()
        self._checking = False
        self.state = TrailState()

    # Anchors ---------------------------------------------------------------------------------------------------------

    def signed_off(self) -> None:
        """A signature was committed: anchor it soon; nobody waits."""
        self._wake.set()

    def run(self) -> None:
        """Anchor for ever."""
        while True:
            self._wake = self._runtime.signal()  # before the look: who signs after it sets this one
            self.anchor()
            self._wake.wait(ANCHOR_EVERY_S)

    def anchor(self) -> None:
        """Keep the newest head outside, when it is a new one."""
        try:
            newest = Anchor(*self._read(head))
        except (SQLAlchemyError, MonitorError) as error:
            self._failed(f"the record cannot be read ({type(error).__name__})")
            return
        if newest.seq == self.state.anchored_seq and not self.state.unanchored:
            return
        at = self._clock.now()
        said = signed_head(self._key, newest, at)
        try:
            self._runtime.offload(add_line, self._outside.file, said)
            if self._outside.syslog is not None:
                self._runtime.offload(self._outside.syslog.send, f"audit head {said.line()}", at)
        except OSError as error:
            self._failed(f"the anchor could not be kept: {error.strerror or type(error).__name__}")
            return
        self.state = replace(self.state, anchored_seq=newest.seq, anchored_at=at, unanchored="")
        self._counters.audit_anchored.set(newest.seq)

    def _failed(self, why: str) -> None:
        log.error("audit: %s", why)
        self.state = replace(self.state, unanchored=why)

    # Verification ----------------------------------------------------------------------------------------------------

    def run_checks(self) -> None:
        """The end at once, all of it each night."""
        self.check(AT_START)
        checked_on = self._today()
        while True:
            self._runtime.sleep(LOOK_S)
            local = self._clock.now().astimezone(self._zone)
            if local.date() != checked_on and local.hour >= AT_NIGHT_H:
                checked_on = local.date()
                self.check()

    def check(self, last: int | None = None) -> TrailState:
        """Verify the last entries, or all, with the signatures; while one runs, the answer of the one before."""
        if self._checking:
            return self.state
        self._checking = True
        try:
            found = self._verified(last)
        except (SQLAlchemyError, MonitorError, OSError) as error:
            log.error("audit: the trail could not be verified (%s)", type(error).__name__)
            found = replace(self.state, broken=f"it could not be verified ({type(error).__name__})")
        finally:
            self._checking = False
        self.state = replace(
            self.state,
            checked_at=found.checked_at,
            entries=found.entries,
            whole_trail=found.whole_trail,
            broken=found.broken,
            seq=found.seq,
        )
        self._counters.audit_whole.set(0 if found.broken else 1)
        self._counters.audit_verified.set(found.entries)
        if found.broken:
            log.error("audit: the trail is not what was written, from entry %s on", found.seq)
        return self.state

    def _verified(self, last: int | None) -> TrailState:
        held = self._runtime.offload(read_anchors, self._outside.file, self._key.public)
        wanted = by_seq(held.anchors)
        progress = Progress() if last is None else self._read(lambda connection: beginning(connection, last))
        began, done, broken = progress.seq, False, None
        while not done:
            here = progress
            broken, progress, done = self._read(lambda connection: verify_part(connection, here, wanted, PART))  # noqa: B023
            self._runtime.sleep(PAUSE_S)
        said = [] if broken is None else [f"entry {broken.seq}: {broken.why}"]
        said += self._read(lambda connection: broken_signatures(connection, self._key.public))
        said += [f"line {line} of the anchor file is not signed by our keys" for line in held.bad_lines]
        return TrailState(
            checked_at=self._clock.now(),
            entries=progress.seq - began,
            whole_trail=began == 0,
            broken="; ".join(said),
            seq=None if broken is None else broken.seq,
        )

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()
