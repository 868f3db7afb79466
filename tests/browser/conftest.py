"""One browser and one clinic for all browser tests; a fresh window for each person in each test."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import chromium
from tests.browser.clinic import SIMULATED_BED, Clinic, opened
from tests.browser.visitor import Visitor
from tests.server import simulator

Visit = Callable[..., Visitor]
expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")  # closed before other tests of this worker: its loop would still run
def browser() -> Iterator[Browser]:
    with chromium.launched(chromium.CALM) as found:
        yield found


@pytest.fixture(scope="package")  # closed before other tests of this worker: its loop would still run
def clinic(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with opened(tmp_path_factory.mktemp("browser")) as clinic:
        address = f"127.0.0.1:{clinic.server.mllp_port}"
        with simulator("calm", "--to", address, "--bed", SIMULATED_BED, "--hz", "1", "--seed", "7"):
            yield clinic


@pytest.fixture
def visit(browser: Browser, clinic: Clinic) -> Iterator[Visit]:
    """visit("nurse") -> a signed-in Visitor; visit(None) one who is not. Closed after the test."""
    contexts: list[BrowserContext] = []

    def enter(name: str | None, width: int = 1280, height: int = 900) -> Visitor:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        visitor = Visitor(clinic.server, contexts[-1])
        if name is not None:
            visitor.sign_in(name).close()
        return visitor

    yield enter
    for context in contexts:
        context.close()
