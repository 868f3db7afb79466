"""The only place that reads the time. Law: everything below `commands` and `app` is handed a Clock and asks no other.

`MONITOR_CLOCK` is `system`, or `60x@2026-03-01T08:00:00Z`: the whole server then runs at that speed from that time.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.errors import ConfigurationRefused

_SPEEDED = re.compile(r"(?P<speed>\d{1,5}(?:\.\d{1,3})?)x(?:@(?P<start>.+))?")


@dataclass(frozen=True, slots=True)
class Clock:
    """Wall and monotonic time, possibly faster than real time; `speed` is virtual seconds per real second."""

    start_at: datetime
    start_mono_s: float
    speed: float = 1.0
    system: bool = True
    real_mono_s: Callable[[], float] = time.monotonic

    def now(self) -> datetime:
        """Aware UTC time; the system's own when the clock is not speeded, so that NTP corrections are seen."""
        if self.system:
            return datetime.now(UTC)
        return self.start_at + timedelta(seconds=self.mono_s() - self.start_mono_s)

    def mono_s(self) -> float:
        """Seconds that never jump; durations are measured with these."""
        return self.start_mono_s + (self.real_mono_s() - self.start_mono_s) * self.speed

    def real_s(self, virtual_s: float) -> float:
        """How many real seconds pass while `virtual_s` seconds pass on this clock."""
        return virtual_s / self.speed


def system_clock() -> Clock:
    """The machine's own time."""
    return Clock(start_at=datetime.now(UTC), start_mono_s=time.monotonic())


def parse_clock(text: str) -> Clock:
    """Read MONITOR_CLOCK; raises ConfigurationRefused with the accepted forms."""
    if text in ("", "system"):
        return system_clock()
    match = _SPEEDED.fullmatch(text)
    if match is None or float(match["speed"]) <= 0:
        raise ConfigurationRefused(f"MONITOR_CLOCK={text!r} is neither 'system' nor like '60x@2026-03-01T08:00:00Z'")
    try:
        start_at = datetime.fromisoformat(match["start"]) if match["start"] else datetime.now(UTC)
    except ValueError as error:
        raise ConfigurationRefused(f"MONITOR_CLOCK={text!r}: the start is not an ISO 8601 time") from error
    if start_at.tzinfo is None:
        raise ConfigurationRefused(f"MONITOR_CLOCK={text!r}: the start needs a zone, for example a final Z")
    return Clock(
        start_at=start_at.astimezone(UTC),
        start_mono_s=time.monotonic(),
        speed=float(match["speed"]),
        system=False,
    )
