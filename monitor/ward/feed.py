"""How old the values of a chair are, and how often they come. Law: ages are by our monotonic clock, never the device's.

An interval is learned as the middle of the last gaps, so that one pause or one burst teaches nothing.
"""

from array import array
from dataclasses import dataclass, field
from datetime import datetime

from monitor.clinical.vitals import Doubt, Quality

# Until two messages have come, a source is taken to send at least every 20 s.
UNKNOWN_INTERVAL_S = 20.0
INTERVALS = 3  # of its own that a source may miss before it is silent (DESIGN.md "Time")
# The slowest real source seen sends a value a minute. Silence must not teach that silence is normal: two long gaps
# would otherwise put off "no data" by three times their length.
SLOWEST_INTERVAL_S = 60.0


@dataclass(slots=True)
class Rhythm:
    """When something last came, and `interval_s`, the middle of its last three gaps.

    The interval is kept up to date by `came`, as it is asked for far more often than it changes.
    """

    last_mono_s: float
    gaps_s: tuple[float, ...] = ()
    interval_s: float = UNKNOWN_INTERVAL_S

    def came(self, mono_s: float) -> None:
        """Note an arrival."""
        gap_s = mono_s - self.last_mono_s
        if gap_s <= 0:
            return
        self.last_mono_s = mono_s
        self.gaps_s = gaps = (*self.gaps_s[-2:], gap_s)
        middle_s = sorted(gaps)[1] if len(gaps) == 3 else min(gaps)
        self.interval_s = middle_s if middle_s < SLOWEST_INTERVAL_S else SLOWEST_INTERVAL_S


@dataclass(slots=True)
class Latest:
    """The newest value of one vital on one chair."""

    value: float
    device_at: datetime
    charted_at: datetime
    quality: Quality
    rhythm: Rhythm
    doubts: tuple[Doubt, ...] = ()
    questionable_since_mono_s: float | None = None
    withdrawn: bool = False  # the device took it back: no value until the next comes
    corrected: bool = False  # the device corrected it
    sub_id: str = ""
    said: tuple[tuple[float, bool], ...] = ()  # when amended: (value, corrects) of everything said of this moment
    late_s: float = 0.0  # how much longer than its device's fastest it took to come

    @property
    def last_mono_s(self) -> float:
        """When it came."""
        return self.rhythm.last_mono_s

    @property
    def interval_s(self) -> float:
        """How often it comes."""
        return self.rhythm.interval_s

    def age_s(self, mono_s: float) -> float:
        """How old it is: since it came, and what it was late by then."""
        return mono_s - self.rhythm.last_mono_s + self.late_s


@dataclass(slots=True)
class Cuff:
    """The newest NIBP measurement: its parts belong together."""

    device_at: datetime
    charted_at: datetime
    mono_s: float
    systolic: float | None
    diastolic: float | None
    mean: float | None
    quality: Quality


STEPPED_AFTER = 3
STEP_TOLERANCE_S = 2.0


@dataclass(slots=True)
class LateStreak:
    """Tells a device clock that was set back from a backlog that is sent again.

    A clock that was set back goes on at the pace of real time; a backlog comes faster. After `STEPPED_AFTER` messages
    in a row that are late but keep real pace, the device's new time is believed, so that its values are judged again.
    """

    device_at: datetime | None = None
    mono_s: float = 0.0
    count: int = 0

    def is_new_time(self, device_at: datetime, mono_s: float) -> bool:
        """Note a late message; whether the device's clock is now believed to have been set back.

        A message that is only sent again says nothing: however often it comes, its value is not new.
        """
        if self.device_at == device_at:
            return False
        if self.device_at is not None:
            drift_s = (device_at - self.device_at).total_seconds() - (mono_s - self.mono_s)
            self.count = self.count + 1 if abs(drift_s) <= STEP_TOLERANCE_S else 0
        self.device_at, self.mono_s = device_at, mono_s
        return self.count >= STEPPED_AFTER

    def end(self) -> None:
        """A message was in time."""
        self.device_at, self.count = None, 0


BACKLOG_S = 10.0  # later than usual by this much is a backlog: kept in the record, neither shown as live nor judged
DRIFT = 50e-6  # a device clock that nothing sets runs slow by so much; 4 s a day are not lateness


@dataclass(slots=True)
class DeviceClock:
    """What one device of a chair has shown of its clock; two devices of one chair need not agree.

    `lag_s` is the least time from measuring to receiving so far; `wrong` whether it is charted by our time.
    """

    lag_s: float | None = None
    learnt_mono_s: float = 0.0
    wrong: bool = False
    heard_mono_s: float = 0.0
    late: LateStreak = field(default_factory=LateStreak)

    def is_backlog(self, lag_s: float | None) -> bool:
        """Whether something that took so long to arrive is of an earlier time."""
        return lag_s is not None and self.lag_s is not None and lag_s > self.lag_s + BACKLOG_S

    def late_s(self, lag_s: float | None, mono_s: float) -> float:
        """How much longer it took than the fastest, beyond what the device's clock may have drifted since."""
        if lag_s is None or self.lag_s is None:
            return 0.0
        return max(0.0, lag_s - self.lag_s - DRIFT * (mono_s - self.learnt_mono_s))

    def learn(self, lag_s: float, mono_s: float) -> None:
        """Remember the least lag."""
        if self.lag_s is None or lag_s < self.lag_s:
            self.lag_s, self.learnt_mono_s = lag_s, mono_s


TREND_STEP_S = 10
TREND_STEPS = 90  # 15 minutes
_NEVER = -(2**62)


@dataclass(slots=True)
class Trend:
    """The last 15 minutes of one vital, one value each 10 s; the lowest of a step when low is the danger.

    A ring of machine numbers, as large from the first minute as after hours: hundreds of chairs each keep two.
    """

    keep_lowest: bool
    _steps: "array[int]" = field(default_factory=lambda: array("q", [_NEVER] * TREND_STEPS))
    _values: "array[float]" = field(default_factory=lambda: array("d", [0.0] * TREND_STEPS))

    def add(self, charted_at_s: float, value: float) -> None:
        """Keep a value in its step; one that is older than what its place holds is too old to be shown."""
        step = int(charted_at_s // TREND_STEP_S)
        place = step % TREND_STEPS
        kept = self._steps[place]
        if step > kept:
            self._steps[place], self._values[place] = step, value
        elif step == kept and (not self.keep_lowest or value < self._values[place]):
            self._values[place] = value

    def drop(self, charted_at_s: float, value: float) -> None:
        """Draw a value no more that was taken back; a step that holds another value stays."""
        step = int(charted_at_s // TREND_STEP_S)
        place = step % TREND_STEPS
        if self._steps[place] == step and self._values[place] == value:
            self._steps[place] = _NEVER

    def clear(self) -> None:
        """Forget everything."""
        self._steps = array("q", [_NEVER] * TREND_STEPS)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept."""
        return max(self._steps) == _NEVER

    def points(self, now_s: float) -> list[tuple[int, float | None]]:
        """(age in seconds, value or None) oldest first, from the first known step of the last 15 minutes."""
        last = int(now_s // TREND_STEP_S)
        first = min((step for step in self._steps if last - TREND_STEPS < step <= last), default=last + 1)
        return [((last - step) * TREND_STEP_S, self._value(step)) for step in range(first, last + 1)]

    def _value(self, step: int) -> float | None:
        place = step % TREND_STEPS
        return self._values[place] if self._steps[place] == step else None
