"""Whoever edits, deletes, swaps or cuts the audit trail behind the product's back is found."""

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.security import audit
from monitor.security.audit import Anchor
from monitor.store.engine import open_engine
from monitor.store.rows import AuditEntry, Batch
from monitor.store.store import Store
from tests.fresh_record import fresh_record

T0 = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
LENGTH = 40


class Trail:
    """A chain of entries in a real file, and a way to tamper with it as the machine's owner could."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "record.db"
        self.folder = folder
        fresh_record(self.path)
        self.open()

    def open(self) -> None:
        self.store = Store(open_engine(f"sqlite:///{self.path}", self.folder))

    def write(self, count: int) -> None:
        entries = tuple(
            AuditEntry(T0 + timedelta(seconds=n), "dana", "acknowledge", f"session/{n}", n % 3 or None, {"n": n})
            for n in range(count)
        )
        self.store.write(Batch(audit=entries))

    def tamper(self, *statements: str) -> None:
        self.store.close()
        connection = sqlite3.connect(self.path)
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            assert connection.execute(statement).rowcount > 0
        connection.commit()
        connection.close()
        self.open()

    def verify(self, *anchors: Anchor) -> int | None:
        found = self.store.read(audit.verify, anchors)
        return None if found is None else found.seq

    def head(self) -> Anchor:
        return Anchor(*self.store.read(audit.head))


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    made = Trail(tmp_path)
    made.write(LENGTH)
    yield made
    made.store.close()


def test_an_untouched_chain_holds_and_so_does_an_empty_one(trail, tmp_path_factory):
    assert trail.verify(trail.head()) is None
    empty = Trail(tmp_path_factory.mktemp("empty"))
    assert empty.verify() is None
    assert empty.head() == Anchor(0, audit.GENESIS)
    empty.store.close()


def test_the_chain_goes_on_over_batches_and_restarts(trail):
    first = trail.head()
    trail.store.close()
    trail.open()
    trail.write(3)
    assert trail.head().seq == LENGTH + 3
    assert trail.verify(first) is None
    assert trail.store.read(audit.verify, known=first) is None


@pytest.mark.parametrize(
    "change",
    [
        "at = at + 1",
        "actor = 'omar'",
        "person_id = 9",
        "person_id = NULL",
        "action = 'sign'",
        "object = 'session/1'",
        """facts = '{"n":8}'""",
        """facts = '{ "n":16}'""",
        "prev_hash = zeroblob(32)",
        "hash = zeroblob(32)",
    ],
)
def test_an_edited_entry_is_found_at_its_number(trail, change):
    trail.tamper(f"UPDATE audit SET {change} WHERE seq = 17")
    assert trail.verify() == 17


def test_an_edit_whose_own_hash_was_recomputed_is_found_at_the_next_entry(trail):
    row = (16, 17, T0 + timedelta(seconds=16))
    connection = sqlite3.connect(trail.path)
    (prev,) = connection.execute("SELECT hash FROM audit WHERE seq = ?", row[:1]).fetchone()
    connection.close()
    at_ms = int(row[2].timestamp() * 1000)
    forged = audit.link(prev, 17, at_ms, "dana", 1, "sign", "session/16", '{"n":16}')
    trail.tamper(f"UPDATE audit SET action = 'sign', hash = x'{forged.hex()}' WHERE seq = 17")
    assert trail.verify() == 18


def test_a_deleted_entry_is_found_at_the_number_it_had(trail):
    trail.tamper("DELETE FROM audit WHERE seq = 23")
    assert trail.verify() == 23


def test_a_deleted_entry_is_found_when_the_rest_was_renumbered(trail):
    trail.tamper("DELETE FROM audit WHERE seq = 23", "UPDATE audit SET seq = seq - 1 WHERE seq > 23")
    assert trail.verify() == 23


def test_swapped_entries_are_found_at_the_first_of_them(trail):
    trail.tamper(
        "UPDATE audit SET seq = 1000 WHERE seq = 11",
        "UPDATE audit SET seq = 11 WHERE seq = 12",
        "UPDATE audit SET seq = 12 WHERE seq = 1000",
    )
    assert trail.verify() == 11


def test_a_cut_off_tail_is_found_only_with_an_anchor_kept_elsewhere(trail):
    anchor = trail.head()
    trail.tamper("DELETE FROM audit WHERE seq > 30")
    assert trail.verify() is None
    assert trail.verify(anchor) == 31


def test_a_tail_written_anew_is_found_with_an_anchor(trail):
    anchor = trail.head()
    trail.tamper("DELETE FROM audit WHERE seq > 30")
    trail.write(LENGTH - 30)
    assert trail.verify() is None
    assert trail.verify(anchor) == LENGTH


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=4), min_size=3, max_size=3), st.lists(st.text(max_size=4), min_size=3, max_size=3))
def test_two_entries_share_a_hash_only_when_they_say_the_same(one, other):
    hashes = [audit.link(audit.GENESIS, 1, 0, *(texts[0], None, *texts[1:]), "{}") for texts in (one, other)]
    assert (hashes[0] == hashes[1]) == (one == other)


def test_nobody_is_not_the_person_with_an_empty_number():
    by_nobody = audit.link(audit.GENESIS, 1, 0, "m", None, "a", "o", "{}")
    assert by_nobody != audit.link(audit.GENESIS, 1, 0, "m", 0, "a", "o", "{}")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}])
def test_what_is_not_json_is_not_hashed(value):
    with pytest.raises((TypeError, ValueError)):
        audit.canonical_json({"value": value})


def test_verifying_reads_at_least_30_000_entries_a_second(trail):
    trail.write(6000)
    begun = time.process_time()
    assert trail.verify() is None
    assert (6000 + LENGTH) / (time.process_time() - begun) > 30_000
