"""The order of the suite. Law: the files that wait for the real world begin first, and the quick ones fill the gaps.

A worker takes whole files in this order (`--no-loadscope-reorder`); by number of tests, as it does by itself, the few
long journeys and browser tests come last and the machine idles behind the longest of them.
"""

from collections.abc import Iterable

import pytest

# Rooms whose tests start servers and browsers, the longest waiters first; `simulators` plays in real time. The speeded
# clinic of all scenarios suffers most from a busy machine: it begins while the others mostly wait.
FIRST = ("journeys/test_scenarios.py", "journeys", "browser", "commands", "simulators")


def _place(item: pytest.Item) -> int:
    below = item.path.relative_to(item.config.rootpath / "tests").as_posix()
    return next((place for place, name in enumerate(FIRST) if below.startswith(name)), len(FIRST))


def _files_apart(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    return sorted(items, key=_place)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = _files_apart(items)
