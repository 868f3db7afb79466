"""How many connections are held open, and that no one address takes them all."""

import resource

import pytest

from monitor import visitors
from monitor.counters import Counters
from monitor.networks import networks
from monitor.visitors import Visitors

ONE, OTHER, PROXY = "192.0.2.1", "192.0.2.2", "::ffff:127.0.0.1"


def house(most: int, most_an_address: int, counters: Counters | None = None) -> Visitors:
    counted = counters or Counters()
    spared = networks(["127.0.0.1"])
    return Visitors(most, most_an_address, spared, counted.http_connections, counted.http_refused)


def test_one_address_cannot_take_the_places_of_the_others() -> None:
    counters = Counters()
    door = house(10, 2, counters)
    assert [door.enter(ONE) for _ in range(4)] == [True, True, False, False]
    assert door.enter(OTHER)
    assert counters.registry.get_sample_value("http_connections_refused_total") == 2
    assert counters.registry.get_sample_value("http_connections") == 3


def test_a_place_is_free_again_when_its_connection_ends() -> None:
    door = house(10, 1)
    assert door.enter(ONE)
    assert not door.enter(ONE)
    door.leave(ONE)
    assert door.enter(ONE)


def test_a_proxy_brings_the_connections_of_many_but_never_more_than_there_are() -> None:
    door = house(5, 1)
    assert [door.enter(PROXY) for _ in range(6)] == [True] * 5 + [False]


@pytest.mark.parametrize(("descriptors", "held"), [(1024, 448), (256, 64), (65_536, 4096), (64, 1)])
def test_both_listeners_together_leave_descriptors_for_the_record(
    descriptors: int, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (descriptors, descriptors))
    assert visitors.places() == held


@pytest.mark.parametrize(
    ("limits", "set_to"),
    [((1024, 4096), 4096), ((1024, 1_000_000), 65_536), ((4096, 4096), None), ((1024, resource.RLIM_INFINITY), 65_536)],
)
def test_the_server_takes_the_descriptors_it_may_have(
    limits: tuple[int, int], set_to: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, wanted: told.append(wanted[0]))
    assert visitors.raise_descriptor_limit() == (set_to or limits[0])
    assert told == ([] if set_to is None else [set_to])
