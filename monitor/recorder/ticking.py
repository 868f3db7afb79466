"""Time itself: each chair is judged once a second though nothing arrives, and the hub's pauses are measured.

Law: chairs are spread over the second, so that hundreds of them never take the hub at once.
"""

import time

from monitor.clock import Clock
from monitor.counters import Counters
from monitor.recorder.recorder import Recorder
from monitor.runtime import Runtime

TICK_S = 1.0
SLICES = 10
FASTEST_S = 0.05  # real seconds a round, however fast the clock of a demonstration runs
GAP_WINDOW_S = 60.0


class Ticking:
    """Queues chairs for judging time, round after round."""

    def __init__(self, recorder: Recorder, clock: Clock, runtime: Runtime, counters: Counters) -> None:
        self._recorder = recorder
        self._clock = clock
        self._runtime = runtime
        self._counters = counters

    def run(self) -> None:
        """Tick for ever."""
        pause_s = max(FASTEST_S, self._clock.real_s(TICK_S)) / SLICES
        turn = 0
        while True:
            chairs = list(self._recorder.ward)
            self._recorder.tick(chairs[turn % SLICES :: SLICES])
            turn += 1
            self._runtime.sleep(pause_s)

    def watch_the_hub(self) -> None:
        """Measure for ever how late a 10 ms pause ends; the worst of the last minute is a metric."""
        began_s, worst_s = time.monotonic(), 0.0
        while True:
            before_s = time.monotonic()
            self._runtime.sleep(0.01)
            now_s = time.monotonic()
            worst_s = max(worst_s, now_s - before_s - 0.01)
            self._counters.hub_gap_s.set(worst_s)
            if now_s - began_s > GAP_WINDOW_S:
                began_s, worst_s = now_s, 0.0
