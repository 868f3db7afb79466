"""Who may connect, and how often at once.

Law: without a list everybody may (a trial on one machine); with one, nobody else. No single address can take all
places. Whoever is turned away is remembered with the reason, so that an interface engineer sees why nothing arrives.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.networks import Network, holds

_REMEMBERED = 100  # addresses that were turned away


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """How often an address was turned away, for which reason, and when last."""

    address: str
    reason: str
    count: int
    last_at: datetime


class Peers:
    """Counts who is connected; `allowed` empty: everybody may."""

    def __init__(self, allowed: tuple[Network, ...] = (), most: int = 4096, most_an_address: int = 4096) -> None:
        self._allowed = allowed
        self._most = most
        self._most_an_address = most_an_address
        self._open: Counter[str] = Counter()
        self._turned_away: dict[tuple[str, str], TurnedAway] = {}

    def objection(self, address: str) -> str | None:
        """Why this address may not have one more connection; None when it may."""
        if self._allowed and not holds(self._allowed, address):
            return "not in MONITOR_MLLP_PEERS"
        if self._open.total() >= self._most:
            return "too many connections in all"
        if self._open[address] >= self._most_an_address:
            return "too many connections of this address"
        return None

    def came(self, address: str) -> None:
        """One more connection."""
        self._open[address] += 1

    def went(self, address: str) -> None:
        """One connection fewer."""
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]

    def turn_away(self, address: str, reason: str, at: datetime) -> None:
        """Remember who was turned away; the one longest ago is forgotten first."""
        known = self._turned_away.pop((address, reason), TurnedAway(address, reason, 0, at))
        self._turned_away[address, reason] = replace(known, count=known.count + 1, last_at=at)
        if len(self._turned_away) > _REMEMBERED:
            del self._turned_away[next(iter(self._turned_away))]

    def turned_away(self) -> list[TurnedAway]:
        """Who was turned away, the last one first."""
        return list(reversed(self._turned_away.values()))
