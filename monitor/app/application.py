"""A server ready to start, and what runs in it for ever. Law: a task that must never end is begun again, and said."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import Flask
from flask_socketio import SocketIO

from config import Config
from monitor.clock import Clock
from monitor.counters import Counters
from monitor.errors import MonitorError
from monitor.intake.listener import Intake
from monitor.life_sign import LifeSign
from monitor.outgoing.sender import Sender
from monitor.printing.press import Press
from monitor.publisher import Publisher
from monitor.recorder.desk import Desk
from monitor.recorder.outlook import Outlooks
from monitor.recorder.readiness import Readiness
from monitor.recorder.reckoning import Reckoning
from monitor.recorder.recorder import Recorder
from monitor.recorder.sound_tests import SoundTests
from monitor.recorder.ticking import Ticking
from monitor.runtime import Runtime
from monitor.security.trail_watch import TrailWatch
from monitor.store.raw import prune_raw
from monitor.store.store import Store
from monitor.web.locking import recheck
from monitor.web.services import Services
from monitor.web.unread import Unread

log = logging.getLogger(__name__)

RECHECK_S = 1.0  # nobody who has gone sees a frame later than 2 s (RELIABILITY I10)


@dataclass(frozen=True, slots=True)
class Application:
    """A server ready to start."""

    config: Config
    clock: Clock
    runtime: Runtime
    flask: Flask
    socketio: SocketIO
    store: Store
    recorder: Recorder
    intake: Intake
    publisher: Publisher
    ticking: Ticking
    outlooks: Outlooks
    readiness: Readiness
    reckoning: Reckoning
    sound_tests: SoundTests
    sender: Sender
    trail: TrailWatch
    life_sign: LifeSign
    services: Services
    desk: Desk
    counters: Counters
    press: Press
    warnings: tuple[str, ...]
    command_line: str

    def start(self) -> None:
        """Start what runs for ever, all but the listeners."""
        for task in (
            self.recorder.run,
            self.ticking.run,
            self.ticking.watch_the_hub,
            self.publisher.run,
            self.publisher.run_heartbeat,
            self.outlooks.run,
            self.readiness.run,
            self.reckoning.run,
            self.sound_tests.run,
            self.sender.run,
            self.trail.run,
            self.trail.run_checks,
            self.services.reads.run,
            self._recheck_for_ever,
            Unread(self.socketio.server.eio, self.counters, self.runtime).run,  # type: ignore[attr-defined]
            self._prune_for_ever,
            self.life_sign.run_systemd,
            self.life_sign.run_bell,
        ):
            self.runtime.spawn(self._keep_running, task)

    def _keep_running(self, task: Callable[[], None]) -> None:
        """Begin a task again that a fault has ended; one that returns has been told to stop."""
        while True:
            try:
                task()
            except Exception:
                log.exception("a task that must never end has failed; it begins again")
                self.runtime.sleep(1.0)
            else:
                return

    def stop(self) -> None:
        """Let the spine finish what it has begun, then close the record."""
        self.life_sign.stopping()
        self.recorder.stop()
        self.recorder.stopped.wait(5.0)
        self.press.close()
        self.runtime.offload(self.store.close)

    def _recheck_for_ever(self) -> None:
        while True:
            self.runtime.sleep(RECHECK_S)
            recheck(self.services)

    def _prune_for_ever(self) -> None:
        while True:
            self.runtime.sleep(3600.0)
            before = self.clock.now() - timedelta(hours=self.config.keep_raw_hours)
            try:
                self.desk.transact(partial(prune_raw, before=before))
            except MonitorError as refusal:
                log.warning("raw messages were not pruned: %s", refusal.message)
