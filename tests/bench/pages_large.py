"""How long pages and lists take in a clinic of three years: `make bench LARGE=FOLDER`, or

    .venv/bin/python -m tests.bench.pages_large FOLDER          (the folder as `make seed-large` made it)

A real server on a copy-on-nothing: the folder is served as it is, and what is measured only reads, but for the steps of
saving at the end. Times are a request's, from the first byte sent to the last byte heard, over one connection.
"""

import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

from tests.large.record import PASSWORD
from tests.live_page import Person
from tests.server import Server

TIMES = 30
LIMIT_MS = 150.0
SAVING_MS = 100.0


@dataclass(frozen=True)
class Asked:
    """One thing that is measured."""

    name: str
    method: str
    path: str
    body: Mapping[str, object] | None = None
    form: bool = False


class Visitor:
    """One signed-in person over one connection that stays open."""

    def __init__(self, server: Server, name: str) -> None:
        self._person = Person(server, name, PASSWORD).sign_in()
        self._origin = server.origin
        self._connection = HTTPConnection("127.0.0.1", server.http_port, timeout=60)

    def ask(self, asked: Asked) -> tuple[int, float, bytes]:
        """Status, milliseconds and body."""
        headers = {"Cookie": self._person.cookie, "X-CSRFToken": self._person.csrf, "Origin": self._origin}
        sent: str | None = None
        if asked.form:
            fields = "&".join(f"{name}={value}" for name, value in (asked.body or {}).items())
            sent, headers["Content-Type"] = (
                f"csrf_token={self._person.csrf}&{fields}",
                "application/x-www-form-urlencoded",
            )
        elif asked.body is not None:
            sent, headers["Content-Type"] = json.dumps(asked.body), "application/json"
        began = time.perf_counter()
        self._connection.request(asked.method, asked.path, sent, headers)
        reply = self._connection.getresponse()
        body = reply.read()
        return reply.status, (time.perf_counter() - began) * 1000, body


def what_is_there(folder: Path) -> dict[str, int]:
    """Some records of every kind, by what they are."""
    connection = sqlite3.connect(f"file:{folder / 'monitor.db'}?mode=ro", uri=True)
    try:
        one = lambda query: connection.execute(query).fetchone()[0]  # noqa: E731
        return {
            "over": one(
                "SELECT max(r.session_id) FROM readings r JOIN sessions s ON s.id = r.session_id "
                "WHERE s.state = 'discharged'"
            ),
            "old": one("SELECT id FROM sessions WHERE state = 'discharged' ORDER BY id LIMIT 1 OFFSET 5000"),
            "open": one("SELECT id FROM sessions WHERE state IN ('infusing', 'observing') LIMIT 1"),
            "scheduled": one("SELECT id FROM sessions WHERE state = 'scheduled' ORDER BY id DESC LIMIT 1"),
            "patient": one("SELECT patient_id FROM series ORDER BY id DESC LIMIT 1"),
            "series": one("SELECT max(id) FROM series"),
        }
    finally:
        connection.close()


def pages(known: Mapping[str, int], today: datetime) -> list[Asked]:
    """Every page and list, with what it is asked for."""
    a_year_ago = (today - timedelta(days=365)).date().isoformat()
    over, old, running, patient, series = (known[one] for one in ("over", "old", "open", "patient", "series"))
    asked = [
        Asked("day plan, today", "GET", "/day"),
        Asked("day plan, a year ago", "GET", f"/day?day={a_year_ago}"),
        Asked("sessions, today", "GET", "/sessions"),
        Asked("sessions, a year ago", "GET", f"/sessions?day={a_year_ago}&page=2"),
        Asked("sessions by name", "POST", "/sessions", {"query": "Kow"}, form=True),
        Asked("sessions by state", "POST", "/sessions", {"state": "cancelled"}, form=True),
        Asked("sessions to review", "POST", "/sessions", {"needs_review": "1"}, form=True),
        Asked(
            "sessions of 2024", "POST", "/sessions", {"from_day": "2024-01-01", "until_day": "2024-12-31"}, form=True
        ),
        Asked("patients", "GET", "/patients"),
        Asked("patients by name", "POST", "/patients", {"query": "Okafor"}, form=True),
        Asked("patient page", "GET", f"/patients/{patient}"),
        Asked("series page", "GET", f"/series/{series}"),
        Asked("session page, running", "GET", f"/sessions/{running}"),
        Asked("session page, over", "GET", f"/sessions/{over}"),
        Asked("prepare page", "GET", f"/sessions/{known['scheduled']}/prepare"),
        Asked("discharge page", "GET", f"/sessions/{running}/discharge"),
        Asked("board", "GET", "/"),
        Asked("clinic figures, 30 days", "GET", "/analytics"),
        Asked("audit", "GET", "/audit"),
        Asked("people", "GET", "/people"),
    ]
    api = [
        *("day", f"day?day={a_year_ago}", "sessions", f"sessions?day={a_year_ago}", f"sessions?patient_id={patient}"),
        *(
            f"sessions/{over}",
            f"sessions/{old}",
            f"sessions/{running}",
            f"sessions/{over}/scores",
            f"sessions/{over}/alarms",
        ),
        *(
            f"sessions/{old}/alarms",
            f"sessions/{over}/discharge",
            f"sessions/{running}/preparation",
            "chairs",
            "assignments",
        ),
        *("patients?query=Okafor", "patients?query=L-0123", f"patients/{patient}", f"patients/{patient}/series"),
        *(f"series/{series}", "audit", "audit?limit=500", "unassigned", "quarantine"),
    ]
    return [*asked, *(Asked(f"API {path.split('?')[0]}", "GET", f"/api/v1/{path}") for path in api)]


def trail(known: Mapping[str, int]) -> list[Asked]:
    """The audit trail searched in every way its page offers."""
    about = f"session%20{known['old'] + 150_000}"
    return [
        Asked("audit by act", "GET", "/audit?action=session.cancel"),
        Asked("audit by a rare act", "GET", "/audit?action=person.add"),
        Asked("audit by object", "GET", f"/audit?about={about}"),
        Asked("audit by person", "GET", "/audit?person=5"),
        Asked("audit by day", "GET", "/audit?since=2025-11-01&until=2025-11-02"),
        Asked("audit by person and act", "GET", "/audit?person=5&action=session.record_order"),
        Asked("audit, nothing found", "GET", "/audit?person=6&action=session.cancel"),
        Asked("API audit by object", "GET", f"/api/v1/audit?about={about}"),
    ]


def saving(visitor: Visitor, session_id: int) -> list[float]:
    """Steps of a nurse on one session, each saved."""
    took = []
    _, _, body = visitor.ask(Asked("", "GET", f"/api/v1/sessions/{session_id}"))
    version = json.loads(body)["version"]
    for step in range(TIMES):
        note = {
            "request_id": f"bench-{time.time_ns()}",
            "expected_version": version,
            "event": "note",
            "text": f"step {step}",
        }
        status, ms, body = visitor.ask(Asked("", "POST", f"/api/v1/sessions/{session_id}/events", note))
        if status != 200:
            raise RuntimeError(f"a step was not saved: {status} {body[:200]!r}")
        version = json.loads(body)["version"]
        took.append(ms)
    return took


def measure(folder: Path, add: Callable[[str, list[float]], None]) -> None:
    """Ask for everything TIMES times."""
    settings = {
        "MONITOR_DEMO": "1",
        "MONITOR_WRITES_A_MINUTE": "100000",
        "MONITOR_CHAIRS": ",".join(f"{number}=SIM{number}" for number in range(1, 65)),
    }
    server = Server(folder, settings)
    try:
        server.start()
        known, today = what_is_there(folder), datetime.now(UTC)
        nurse, charge = Visitor(server, "charge"), Visitor(server, "admin")
        for visitor, asked in (
            *((nurse, one) for one in pages(known, today)),
            *((charge, one) for one in trail(known)),
        ):
            took = []
            for _ in range(TIMES):
                status, ms, _ = visitor.ask(asked)
                if status != 200:
                    break
                took.append(ms)
            if took:
                add(asked.name, took)
            else:
                print(f"{asked.name:<36} {status}", flush=True)
        add("saving a step", saving(Visitor(server, "nurse"), known["open"]))
    finally:
        server.stop()


def quantiles(took: list[float]) -> dict[str, object]:
    """p50, p95 and the worst, in ms."""
    ordered = sorted(took)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
        "p99": round(ordered[-1], 1),
    }


def main() -> int:
    """Measure one folder and print; 1 when something is too slow."""
    slow = []

    def add(name: str, took: list[float]) -> None:
        figures = quantiles(took)
        limit = SAVING_MS if name == "saving a step" else LIMIT_MS
        late = float(str(figures["p95"])) > limit
        slow.extend([name] if late else [])
        print(
            f"{name:<36}{figures['p50']:>9} {figures['p95']:>9} {figures['p99']:>9}{'   SLOW' if late else ''}",
            flush=True,
        )

    measure(Path(sys.argv[1]), add)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
