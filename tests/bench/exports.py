"""What a finished session costs to take away: three hours at one message a second of ten values, by its own routes."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tests.bench.pages_large import quantiles
from tests.recorded_sessions import full, furnished
from tests.web.clinic import open_clinic

KINDS = ("pdf", "csv", "events.csv", "json", "fhir.json")
ROUNDS = 3


def measure() -> dict[str, tuple[dict[str, object], float]]:
    """By kind of export: milliseconds of a whole answer, and the most MiB that memory grew meanwhile.

    The answer is taken piece by piece and thrown away, as a client's socket would.
    """
    memory = psutil.Process()
    found: dict[str, tuple[dict[str, object], float]] = {}
    with TemporaryDirectory() as folder, open_clinic(Path(folder)) as clinic:
        session_id = full(furnished(clinic.office.store, 1))
        browser = clinic.signed_in()
        for kind in KINDS:
            took_ms, before = [], memory.memory_info().rss
            most = before
            for _ in range(ROUNDS):
                began_s = time.perf_counter()
                reply = browser.get(f"/api/v1/sessions/{session_id}/export.{kind}")
                assert reply.status_code == 200, reply.text
                for _piece in reply.response:
                    most = max(most, memory.memory_info().rss)
                took_ms.append((time.perf_counter() - began_s) * 1000)
            found[kind] = quantiles(took_ms), (most - before) / 2**20
    return found
