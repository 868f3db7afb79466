"""What is known of each open connection. Law: numbers and addresses, nothing of what was sent."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Connection:
    """One peer: since when, over TLS under which name, and how much came."""

    peer: str
    since_at: datetime
    tls_subject: str | None = None
    last_heard_at: datetime | None = None
    frames: int = 0
    bytes: int = 0
    broken: int = 0  # frames without end, stalled or too large, and stretches of junk

    @property
    def voice(self) -> str:
        """Who speaks: the address, and behind it the name in the certificate."""
        return self.peer if self.tls_subject is None else f"{self.peer} {self.tls_subject}"


@dataclass(slots=True)
class Connections:
    """The open ones, by socket."""

    _open: dict[int, Connection] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._open)

    def put(self, key: int, connection: Connection) -> None:
        """One more."""
        self._open[key] = connection

    def remove(self, key: int) -> None:
        """It has ended."""
        self._open.pop(key, None)

    def all(self) -> list[Connection]:
        """Every open one, the oldest first."""
        return list(self._open.values())
