"""Slowing down whoever guesses. Law: slower and slower, never locked out: a lock-out in an emergency harms a patient.

Times are seconds of a clock that never jumps, handed in.
"""

import math
from collections import OrderedDict, deque

from monitor.errors import MonitorError

_FREE_FAILURES = 5
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 300.0
_REMEMBERED = 10_000


class TooMany(MonitorError):
    """Asked too often; `retry_after_s` says when the next try will be heard."""

    code = "too_many"

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = math.ceil(retry_after_s)


class AccountThrottle:
    """After five failures on one name, 1 s, 2 s, 4 s … 5 min until the next try is heard."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, name: str, now_s: float) -> None:
        """Pass, or raise TooMany; a name nobody has is treated the same."""
        count, last_s = self._failures.get(name.casefold(), (0, 0.0))
        wait_s = _wait_s(count) - (now_s - last_s)
        if wait_s > 0:
            raise TooMany(f"Too many wrong passwords for this name; try again in {math.ceil(wait_s)} s.", wait_s)

    def failed(self, name: str, now_s: float) -> None:
        """Count one failure."""
        count, _ = self._failures.get(name.casefold(), (0, 0.0))
        self._failures[name.casefold()] = (count + 1, now_s)
        self._failures.move_to_end(name.casefold())
        while len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """Forget the failures: the owner has come."""
        self._failures.pop(name.casefold(), None)


class RateLimit:
    """At most `most` in any `span_s` seconds for one key (an address, a socket)."""

    def __init__(self, most: int, span_s: float) -> None:
        self._most = most
        self._span_s = span_s
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, key: str, now_s: float) -> None:
        """Count this one and pass, or raise TooMany without counting it."""
        times = self._times.setdefault(key, deque())
        self._times.move_to_end(key)
        while times and now_s - times[0] >= self._span_s:
            times.popleft()
        if len(times) >= self._most:
            wait_s = self._span_s - (now_s - times[0])
            raise TooMany(f"Too many requests; try again in {math.ceil(wait_s)} s.", wait_s)
        times.append(now_s)
        while len(self._times) > _REMEMBERED:
            self._times.popitem(last=False)

    def forget(self, key: str) -> None:
        """Drop a key that will not come back."""
        self._times.pop(key, None)


def _wait_s(failures: int) -> float:
    if failures < _FREE_FAILURES:
        return 0.0
    return float(min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(failures - _FREE_FAILURES, 20)))
