"""Which tests one worker takes together. Law: whole files; the browser tests in two halves, each one worker's own.

A browser and its clinic cost a third of this machine's cores: two of them at a time leave room for the journeys, which
mostly wait, on the other workers. Four at a time starved each other into failures.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

BROWSER = "tests/browser/"
SECOND_HALF = f"{BROWSER}test_m"  # by name, so that a new file needs no list


def unit_of(nodeid: str) -> str:
    """The unit of work a test belongs to, from its node id."""
    file = nodeid.partition("::")[0]
    if not file.startswith(BROWSER):
        return file
    return "browser, A to L" if file < SECOND_HALF else "browser, M to Z"


class Packing(LoadScopeScheduling):
    """Hands a worker one unit after the other, in the order of the collection."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False  # by the number of tests the few long ones would come last
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
