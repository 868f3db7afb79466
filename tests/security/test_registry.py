"""When a sign-in ends, its sockets end with it."""

import pytest

from monitor.security.registry import SocketOwner, SocketRegistry, TooManySockets


def registry_with(closed: list[str], **limits: int) -> SocketRegistry:
    registry = SocketRegistry(**{"most": 100, "most_per_address": 100, "most_per_sign_in": 100, **limits})
    registry.on_end(closed.append)
    return registry


def test_ending_a_sign_in_closes_its_sockets_and_no_others() -> None:
    closed: list[str] = []
    registry = registry_with(closed)
    registry.add("a", SocketOwner("first", 1, "10.0.0.1"))
    registry.add("b", SocketOwner("first", 1, "10.0.0.1"))
    registry.add("c", SocketOwner("second", 1, "10.0.0.1"))
    assert registry.end_sign_in("first") == 2
    assert sorted(closed) == ["a", "b"]
    assert registry.owner("a") is None
    assert registry.owner("c") is not None


def test_ending_a_person_closes_every_sign_in_of_theirs() -> None:
    closed: list[str] = []
    registry = registry_with(closed)
    registry.add("a", SocketOwner("first", 1, "10.0.0.1"))
    registry.add("b", SocketOwner("second", 1, "10.0.0.2"))
    registry.add("c", SocketOwner("third", 2, "10.0.0.2"))
    registry.end_person(1)
    assert sorted(closed) == ["a", "b"]


def test_a_socket_is_closed_once() -> None:
    closed: list[str] = []
    registry = registry_with(closed)
    registry.add("a", SocketOwner("first", 1, "10.0.0.1"))
    assert registry.end_socket("a") == 1
    assert registry.end_socket("a") == 0
    assert closed == ["a"]


@pytest.mark.parametrize(
    ("limits", "owners"),
    [
        ({"most": 2}, [("s1", "a1"), ("s2", "a2"), ("s3", "a3")]),
        ({"most_per_address": 2}, [("s1", "a1"), ("s2", "a1"), ("s3", "a1")]),
        ({"most_per_sign_in": 2}, [("s1", "a1"), ("s1", "a2"), ("s1", "a3")]),
    ],
)
def test_each_limit_refuses_the_one_too_many_and_takes_it_when_another_left(
    limits: dict[str, int], owners: list[tuple[str, str]]
) -> None:
    registry = registry_with([], **limits)
    for number, (sign_in, address) in enumerate(owners[:2]):
        registry.add(str(number), SocketOwner(sign_in, number, address))
    late = SocketOwner(owners[2][0], 9, owners[2][1])
    with pytest.raises(TooManySockets):
        registry.add("late", late)
    registry.remove("0")
    registry.add("late", late)
