"""The clinic made for measuring is one that the program itself would have written."""

import sqlite3
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from monitor.provisions import read_policy
from monitor.security.audit import verify
from monitor.store.engine import open_engine
from monitor.store.queries.rebuild import open_sessions
from monitor.store.store import Store
from monitor.ward.restore import live_session
from tests.large.__main__ import main
from tests.large.plan import Size, visits

LAST = date(2026, 3, 2)
SMALL = Size(sessions=1200, a_day=60, patients=90, chairs=64, seed=1, last_day=LAST)


def test_no_chair_and_no_patient_has_two_visits_at_once() -> None:
    by_chair, by_patient = defaultdict(list), defaultdict(list)
    for one in visits(SMALL):
        by_chair[one.chair_id].append(one.at)
        by_patient[one.patient_id].append(one.at)
    for times in (*by_chair.values(), *by_patient.values()):
        times.sort()
        assert all(later - earlier >= timedelta(minutes=140) for earlier, later in pairwise(times))


def test_the_same_seed_makes_the_same_clinic() -> None:
    assert visits(SMALL) == visits(SMALL)


def test_what_was_written_in_bulk_folds_and_its_trail_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "large"
    asked = ["--sessions", "240", "--a-day", "40", "--patients", "30", "--audit", "500"]
    assert main([str(folder), *asked, "--last-day", LAST.isoformat(), "--now", "13:00"]) == 0
    assert main([str(folder), *asked]) == 2, "a folder that holds a record is left alone"
    store = Store(open_engine(f"sqlite:///{folder / 'monitor.db'}", folder))
    policy, _ = read_policy("adult-ketamine")
    now = datetime(2026, 3, 2, 13, tzinfo=UTC)
    live = [live_session(one, policy, now, 0.0) for one in store.read(open_sessions)]
    assert {one.course.state.value for one in live} >= {"scheduled", "infusing"}
    assert all(one.simulated for one in live)
    assert store.read(verify) is None
    store.close()
    connection = sqlite3.connect(folder / "monitor.db")
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
