"""`make seed-large`: a clinic of three years in a data folder of its own, for measuring pages at their full size.

    .venv/bin/python -m tests.large FOLDER [--sessions 220000] [--a-day 200] [--patients 30000] [--audit 1000000]
                                           [--seed 1] [--last-day 2026-11-25] [--now 13:00]

Written in bulk, straight into the tables, so that it takes minutes and not weeks. What that leaves out: no judgement
was made of the readings, the trail holds the newest acts only (as one whole chain, `audit verify` passes), signatures
carry no key, and nobody can sign in but who is hired here. Every session is marked SIMULATED.
"""

import argparse
import sqlite3
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from monitor.store import migrate
from monitor.store.engine import open_engine
from monitor.store.store import Store
from tests.large.plan import Size, people, visits
from tests.large.record import PASSWORD, furnish, patients_and_series, readings, trail, write
from tests.large.rows import Written

A_BATCH = 4000  # visits


def main(arguments: list[str] | None = None) -> int:
    """Write the clinic and say what was made."""
    asked = _asked(arguments)
    folder: Path = asked.folder
    if (folder / "monitor.db").exists():
        print(f"{folder} holds a record already: give an empty folder.", file=sys.stderr)
        return 2
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "monitor.db"
    url = f"sqlite:///{path}"
    migrate.upgrade(url, folder)
    size = Size(asked.sessions, asked.a_day, asked.patients, asked.chairs, asked.seed, asked.last_day)
    hour, minute = map(int, asked.now.split(":"))
    now = datetime(size.last_day.year, size.last_day.month, size.last_day.day, hour, minute, tzinfo=UTC)
    began_s = time.monotonic()
    store = Store(open_engine(url, folder))
    policy = furnish(store, size, now)
    store.close()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000", "journal_mode=WAL"):
        connection.execute(f"PRAGMA {pragma}")
    made = fill(connection, size, now, policy, asked.audit, asked.alarms)
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    path.chmod(0o600)
    for name, count in made.items():
        print(f"{name:<24}{count:>12,}")
    print(f"{'MiB':<24}{path.stat().st_size / 2**20:>12,.0f}")
    print(f"{'seconds':<24}{time.monotonic() - began_s:>12,.0f}")
    print(f"SIMULATED throughout. Now is {now:%Y-%m-%d %H:%M} UTC; sign in as nurse, physician or admin: {PASSWORD}")
    chairs = ",".join(f"{number}=SIM{number}" for number in range(1, size.chairs + 1))
    print(f"serve with: MONITOR_DEMO=1 MONITOR_DATA_DIR={folder} MONITOR_CHAIRS={chairs} .venv/bin/python run.py serve")
    return 0


def fill(
    connection: sqlite3.Connection,
    size: Size,
    now: datetime,
    policy: tuple[str, str, str],
    entries: int,
    alarms_each: int | None = None,
) -> dict[str, int]:
    """Every table of the clinic; how many rows each has."""
    patients_and_series(connection, size, list(people(size)), now)
    planned = visits(size)
    written, seated = Written(size.seed, now, alarms_each), []
    for from_place in range(0, len(planned), A_BATCH):
        for visit in planned[from_place : from_place + A_BATCH]:
            state = written.visit(visit, policy)
            if state not in ("scheduled", "cancelled"):
                seated.append(visit)
        write(connection, written.take())
    readings(connection, seated[-200:], now)
    trail(connection, written.acts[-entries:])
    tables = ("patients", "series", "sessions", "session_events", "assessments", "alarms", "alarm_events")
    more = ("acknowledgements", "discharge_signatures", "follow_ups", "readings", "audit")
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in (*tables, *more)}


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.large", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    for name, usual in (
        ("sessions", 220_000),
        ("a-day", 200),
        ("patients", 30_000),
        ("chairs", 64),
        ("audit", 1_000_000),
    ):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--alarms", type=int, help="of each visit; by default none, one or two")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--last-day", type=date.fromisoformat, default=datetime.now(UTC).date())
    parser.add_argument("--now", default=f"{datetime.now(UTC):%H:%M}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
