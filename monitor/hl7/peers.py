"""Who may speak as a source: addresses, networks, and the subjects of client certificates.

Law: without a list everybody may; with one nobody else, and what a sender writes about itself never counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.networks import Network, holds, networks

WRONG_PEER = "this peer may not speak as this source: it is not among its peers in the sources file"
_SUBJECT = "CN="


@dataclass(frozen=True, slots=True)
class SourcePeers:
    """The peers of one source; empty: everybody."""

    networks: tuple[Network, ...] = ()
    subjects: frozenset[str] = frozenset()
    _known: dict[str, bool] = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return bool(self.networks or self.subjects)

    def allow(self, peer: str) -> bool:
        """Whether `peer` ("address:port", behind a blank the certificate's subject over TLS) is one of them."""
        place, _, subject = peer.partition(" ")
        if subject in self.subjects and subject:
            return True
        address = place.rpartition(":")[0].strip("[]")
        known = self._known.get(address)
        if known is None:
            if len(self._known) > 1024:
                self._known.clear()
            known = self._known[address] = holds(self.networks, address)
        return known


def source_peers(words: Iterable[str]) -> SourcePeers:
    """From words such as "10.1.2.0/24", "10.1.2.3" or "CN=monitor 7"; raises ValueError for anything else."""
    found = tuple(words)
    subjects = {word.removeprefix(_SUBJECT).strip() for word in found if word.startswith(_SUBJECT)}
    if "" in subjects:
        raise ValueError("a peer 'CN=' names no certificate")
    return SourcePeers(networks(word for word in found if not word.startswith(_SUBJECT)), frozenset(subjects))
