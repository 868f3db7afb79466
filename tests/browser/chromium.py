"""The system's Chromium. Law: a missing one is said aloud; where it is required, its absence is a failure."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
CALM = "--force-prefers-reduced-motion"  # without a GPU, each flashing alarm costs a share of a core
NICENESS = 5
MISSING = f"no Chromium: none of {', '.join(NAMES)} is on the PATH, and MONITOR_CHROMIUM names none"


def find() -> str | None:
    """The path of Chromium: MONITOR_CHROMIUM, else the first of NAMES on the PATH; None without any."""
    named = os.environ.get("MONITOR_CHROMIUM")
    found = [shutil.which(name) for name in ((named,) if named else NAMES)]
    return next(filter(None, found), None)


@contextmanager
def launched(*more: str) -> Iterator[Browser]:
    """A browser without windows, started with `more` arguments.

    Skips the test without Chromium, fails it where MONITOR_REQUIRE_CHROMIUM=1.
    """
    path = find()
    if path is None and os.environ.get("MONITOR_REQUIRE_CHROMIUM") == "1":
        pytest.fail(f"{MISSING}, but MONITOR_REQUIRE_CHROMIUM=1")
    if path is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *more])
        yield_to_servers()
        yield browser
        browser.close()


def yield_to_servers() -> None:
    """Browsers of this worker come after its servers: in a clinic they run on machines of their own."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "chrom" in process.name():
                process.nice(NICENESS)  # what it starts from now on inherits it
