"""Who may connect, and how often at once."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.intake.peers import Peers
from monitor.networks import networks

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("allowed", "address", "may"),
    [
        ([], "203.0.113.9", True),
        (["10.1.2.0/24"], "10.1.2.77", True),
        (["10.1.2.0/24"], "10.1.3.77", False),
        (["10.1.2.7"], "10.1.2.7", True),
        (["10.1.2.7"], "::ffff:10.1.2.7", True),
        (["fd00::/8"], "fd00::17%eth0", True),
        (["fd00::/8"], "10.1.2.7", False),
        (["10.1.2.7", "fd00::/8"], "fe80::1", False),
    ],
)
def test_with_a_list_nobody_else_may_connect(allowed: list[str], address: str, may: bool) -> None:
    assert (Peers(networks(allowed)).objection(address) is None) is may


def test_one_address_cannot_take_the_places_of_all() -> None:
    peers = Peers(most=3, most_an_address=2)
    peers.came("10.0.0.1")
    peers.came("10.0.0.1")
    assert peers.objection("10.0.0.1") == "too many connections of this address"
    assert peers.objection("10.0.0.2") is None
    peers.came("10.0.0.2")
    assert peers.objection("10.0.0.3") == "too many connections in all"
    peers.went("10.0.0.1")
    assert peers.objection("10.0.0.1") is None


def test_whoever_was_turned_away_is_remembered_with_the_reason_and_a_bound() -> None:
    peers = Peers()
    for number in range(150):
        peers.turn_away(f"10.0.0.{number}", "not in MONITOR_MLLP_PEERS", AT)
    peers.turn_away("10.0.0.149", "not in MONITOR_MLLP_PEERS", AT + timedelta(seconds=9))
    newest, *others = peers.turned_away()
    assert (newest.address, newest.count, newest.last_at) == ("10.0.0.149", 2, AT + timedelta(seconds=9))
    assert len(others) == 99
