"""Which sockets belong to whom. Law: when a sign-in ends, its sockets end with it.

A socket does not notice a sign-out by itself: without this, patients' values go on to a browser nobody is signed in at.
Called from any task; each call is short and waits for nothing but its own lock.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from monitor.errors import MonitorError

SOCKETS_PER_SIGN_IN = 4


class TooManySockets(MonitorError):
    """No further socket for this sign-in, address or server."""

    code = "too_many_sockets"


@dataclass(frozen=True, slots=True)
class SocketOwner:
    """Whose socket it is: the sign-in's fingerprint, the person and the address it came from."""

    sign_in: str
    person_id: int
    address: str


class SocketRegistry:
    """Every open socket of this server and its owner."""

    def __init__(self, most: int, most_per_address: int, most_per_sign_in: int = SOCKETS_PER_SIGN_IN) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._most_per_sign_in = most_per_sign_in
        self._owners: dict[str, SocketOwner] = {}
        self._lock = threading.Lock()
        self._disconnect: Callable[[str], None] | None = None
        self._turn: Callable[[str, bool], None] | None = None
        self._locked: set[str] = set()

    def on_end(self, disconnect: Callable[[str], None]) -> None:
        """Say how a socket is closed; set once, by the room that owns the sockets."""
        self._disconnect = disconnect

    def on_lock(self, turn: Callable[[str, bool], None]) -> None:
        """Say how a socket's frames lose their names (True) and its page hears that they may come back (False)."""
        self._turn = turn

    def add(self, sid: str, owner: SocketOwner) -> None:
        """Take a socket in, or raise TooManySockets."""
        with self._lock:
            owners = list(self._owners.values())
            if len(owners) >= self._most:
                raise TooManySockets("The server has as many live pages as it can serve; close one and try again.")
            if sum(one.address == owner.address for one in owners) >= self._most_per_address:
                raise TooManySockets("This address has too many live pages open; close one and try again.")
            if sum(one.sign_in == owner.sign_in for one in owners) >= self._most_per_sign_in:
                raise TooManySockets(f"At most {self._most_per_sign_in} live pages a sign-in; close one and try again.")
            self._owners[sid] = owner

    def remove(self, sid: str) -> None:
        """Forget a socket that has closed."""
        with self._lock:
            self._owners.pop(sid, None)

    def owner(self, sid: str) -> SocketOwner | None:
        """Whose socket this is, None when it is not (or no longer) registered."""
        with self._lock:
            return self._owners.get(sid)

    def owners(self) -> dict[str, SocketOwner]:
        """Every socket and its owner, at this moment."""
        with self._lock:
            return dict(self._owners)

    def lock_sign_in(self, sign_in: str) -> None:
        """Take the names out of what every socket of one sign-in is sent; twice is once."""
        if sign_in not in self._locked:
            self._locked.add(sign_in)
            self._turn_all(sign_in, locked=True)

    def open_sign_in(self, sign_in: str) -> None:
        """Tell every socket of one sign-in that it may ask for the names again."""
        self._locked.discard(sign_in)
        self._turn_all(sign_in, locked=False)

    def locked(self) -> frozenset[str]:
        """The sign-ins whose sockets are sent no names."""
        return frozenset(self._locked)

    def end_sign_in(self, sign_in: str) -> int:
        """Close every socket of one sign-in; how many there were."""
        self._locked.discard(sign_in)
        return self._end(lambda owner: owner.sign_in == sign_in)

    def end_person(self, person_id: int, *, but: str = "") -> int:
        """Close every socket of one person, but those of the sign-in they stay at; how many there were."""
        return self._end(lambda owner: owner.person_id == person_id and owner.sign_in != but)

    def end_socket(self, sid: str) -> int:
        """Close one socket; 0 when it was gone already."""
        return self._close([sid])

    def _turn_all(self, sign_in: str, *, locked: bool) -> None:
        for sid, owner in self.owners().items():
            if owner.sign_in == sign_in and self._turn is not None:
                self._turn(sid, locked)

    def _end(self, chosen: Callable[[SocketOwner], bool]) -> int:
        return self._close([sid for sid, owner in self.owners().items() if chosen(owner)])

    def _close(self, sids: list[str]) -> int:
        with self._lock:
            known = [sid for sid in sids if self._owners.pop(sid, None) is not None]
        for sid in known:
            if self._disconnect is not None:
                self._disconnect(sid)
        return len(known)
