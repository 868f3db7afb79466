"""Addresses and networks as settings name them, and whether an address is among them.

Law: values in, values out; IPv4 written as IPv6 is the same address.
"""

import ipaddress
from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(words: Iterable[str]) -> tuple[Network, ...]:
    """Addresses and CIDR networks; raises ValueError for what is neither."""
    return tuple(ipaddress.ip_network(word, strict=False) for word in words)


def is_address(text: str) -> bool:
    """Whether this is an IP address and nothing else."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def holds(networks: Iterable[Network], address: str) -> bool:
    """Whether an address is in one of them."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    known: ipaddress.IPv4Address | ipaddress.IPv6Address = mapped or ip
    return any(known in network for network in networks if network.version == known.version)
