"""What waits a few minutes for the rest: a right password for its second step, a seed for its first code.

Law: in memory only, used once, forgotten after its time; a restart asks for the password again and loses nothing.
"""

import secrets
from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")
HOLDS_S = 300.0
_MOST = 1000


class Halfway(Generic[T]):
    """Keeps things by a random name, or by one that is given."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def keep(self, thing: T, now_s: float, name: str | None = None) -> str:
        """Keep it for its time, replacing what had that name; gives back the name."""
        name = name or secrets.token_urlsafe(32)
        self._kept.pop(name, None)
        self._kept[name] = (now_s + HOLDS_S, thing)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return name

    def change(self, name: str, thing: T) -> None:
        """Put something else in the place of what is kept; its time goes on."""
        until_s, _ = self._kept.get(name, (0.0, None))
        self._kept[name] = (until_s, thing)

    def look(self, name: str, now_s: float) -> T | None:
        """What is kept under that name, None when nothing is or its time is over."""
        until_s, thing = self._kept.get(name, (now_s, None))
        return thing if until_s > now_s else None

    def take(self, name: str, now_s: float) -> T | None:
        """The same, and it is gone."""
        thing = self.look(name, now_s)
        self._kept.pop(name, None)
        return thing
