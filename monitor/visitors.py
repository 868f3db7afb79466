"""How many connections browsers may hold open, in all and from one address.

Law: what is half-open never takes the descriptors that monitors and the record need; whoever is over the limit is
refused at once and counted, and those who are in stay in.
"""

import resource
import threading
from collections import Counter
from collections.abc import Iterable

from prometheus_client import Counter as Counted
from prometheus_client import Gauge

from monitor.networks import Network, holds

MOST = 4096  # connections a listener keeps, where the system gives as many descriptors
CONNECTIONS_A_PAGE = 8  # a browser opens six to one server, and one for its socket
_KEPT_FREE = 128  # descriptors for the record, the log and what else the process opens
_WANTED_DESCRIPTORS = 65_536


def places() -> int:
    """How many connections each of the two listeners may hold, of the descriptors this process may have."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, min(MOST, (soft - _KEPT_FREE) // 2))


def raise_descriptor_limit() -> int:
    """Take as many descriptors as the system allows without asking, up to 65,536; gives back how many there are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_WANTED_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft


class Visitors:
    """Counts open HTTP connections; those of `spared` networks (a proxy of ours) count in all only."""

    def __init__(
        self, most: int, most_an_address: int, spared: Iterable[Network], open_now: Gauge, refused: Counted
    ) -> None:
        self._most = most
        self._most_an_address = most_an_address
        self._spared = tuple(spared)
        self._open_now = open_now
        self._refused = refused
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()  # held for a few additions, never while waiting

    def enter(self, address: str) -> bool:
        """Count one more connection; False when it must be closed instead."""
        with self._lock:
            full = self._open.total() >= self._most
            if full or (self._open[address] >= self._most_an_address and not holds(self._spared, address)):
                self._refused.inc()
                return False
            self._open[address] += 1
            self._open_now.set(self._open.total())
            return True

    def leave(self, address: str) -> None:
        """One connection fewer."""
        with self._lock:
            self._open[address] -= 1
            if self._open[address] <= 0:
                del self._open[address]
            self._open_now.set(self._open.total())
