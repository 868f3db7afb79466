"""The suite's order and its disk. Law: files that wait for the real world begin first, and the quick ones fill gaps.

A worker takes whole units of work in this order (packing.py): the two halves of the browser tests, the journeys, and
then what fills every core.

Databases of tests lie in memory where the machine has room. The record still asks for every fsync; but a shared disk
that stops for seconds makes a server say NOT RECORDING, as it must, in the middle of a test of something else. Faults
of the disk are tested on purpose (`make faults`).

Compiled Python is kept, also where the environment asks for none (PYTHONDONTWRITEBYTECODE, usual in containers): a
hundred servers of tests would each compile the whole program again, and each worker every test.
"""

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from xdist.remote import Producer

from tests.packing import Packing

# Rooms whose tests start servers and browsers, the longest units first; `simulators` plays in real time. The speeded
# clinic of all scenarios suffers most from a busy machine: it begins while the others mostly wait.
FIRST = ("browser", "journeys/test_scenarios.py", "journeys", "commands", "simulators")

MEMORY_DISK = Path("/dev/shm")
ROOM_BYTES = 6 * 1024**3  # a run leaves about 2 GB, and Chromium uses the same place

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # of workers, servers and commands


def pytest_configure() -> None:
    if "PYTEST_DEBUG_TEMPROOT" in os.environ or not MEMORY_DISK.is_dir():
        return
    if shutil.disk_usage(MEMORY_DISK).free >= ROOM_BYTES and os.access(MEMORY_DISK, os.W_OK):
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY_DISK)


def _place(item: pytest.Item) -> int:
    below = item.path.relative_to(item.config.rootpath / "tests").as_posix()
    return next((place for place, name in enumerate(FIRST) if below.startswith(name)), len(FIRST))


def _files_apart(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    return sorted(items, key=_place)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = _files_apart(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Packing | None:
    return Packing(config, log) if config.getvalue("dist") == "loadfile" else None
