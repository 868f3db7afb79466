"""The order of the suite. Law: the files that wait for the real world begin first, and the quick ones fill the gaps.

A worker takes whole files in this order (`--no-loadscope-reorder`); by number of tests, as it does by itself, the few
long journeys and browser tests come last and the machine idles behind the longest of them.
"""

from collections.abc import Iterable

import pytest

# Rooms whose tests start servers and browsers, the longest waiters first; `simulators` plays in real time.
FIRST = ("journeys", "browser", "commands", "simulators")


def _place(item: pytest.Item) -> int:
    room = item.path.relative_to(item.config.rootpath).parts[1]
    return FIRST.index(room) if room in FIRST else len(FIRST)


def _files_apart(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    return sorted(items, key=_place)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = _files_apart(items)
